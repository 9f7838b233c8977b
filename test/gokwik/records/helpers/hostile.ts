/** What streams and values are made of, for tests that hold two ways of mapping to one answer. */
import type { JsonObject } from '../../../../src/cdk/protocol.ts';
import { createAnomalies } from '../../../../src/gokwik/anomalies.ts';
import { DEFAULT_PROFILE, type StreamProfile } from '../../../../src/gokwik/profile.ts';
import { canonicalJson } from '../../../../src/gokwik/records/keys.ts';
import { compileMapper, type Mapped } from '../../../../src/gokwik/records/mapper.ts';
import { streamSchema } from '../../../../src/gokwik/schemas.ts';

export function open(name: string, own: Partial<StreamProfile> = {}, hasFiles = false) {
  const schema: JsonObject = streamSchema(name, hasFiles);
  const profile = { ...(DEFAULT_PROFILE.streams[name] as StreamProfile), ...own };
  const anomalies = createAnomalies();
  const children = Object.values(DEFAULT_PROFILE.streams).filter((s) => s.child_of === name);
  const given = children.flatMap(({ inherit = [], cursor }) => [...inherit, ...cursor]);
  const mapper = compileMapper({ stream: name, schema, profile, pii: undefined, anomalies, given });
  return { schema, profile, anomalies, mapper };
}

export const stamps = [
  ...['2026-09-09T07:23:34Z', '2026-09-09T07:23:34.123456Z', '9/9/2026 12:53 PM', '2026-09-09'],
  ...['1789000000', 'yesterday', ''],
];
export const amounts = [
  ...[
    '715.00',
    '0715.00',
    '715.50',
    '0.00',
    '0',
    '00',
    '.5',
    '5.',
    '1,23,456.50',
    '₹ 715',
    '-3.10',
  ],
  ...[
    '(120.00)',
    '1e3',
    '123456789012345.6',
    '1234567890123456',
    'NA',
    '',
    ' ',
    '715.000',
    '7'.repeat(60),
    '10',
  ],
];
export const words = [
  ...[
    'upi',
    'cod',
    'NA',
    'na ',
    '',
    '  ',
    '\n',
    'a "quoted" \\ one',
    'ünï ₹ महाराष्ट्र',
    '😀',
    '\u2028',
  ],
  ...['true', 'No', '5.0', '{"city":"Pune","zip":1}', '[{"sku":1},2]', "'7", 'kwik:1%'],
];
/** What is emitted, as whoever reads it sees it. */
export const emitted = ({ key, cursorMs }: Mapped, text: string | Buffer): string =>
  `${key} ${cursorMs} ${canonicalJson(JSON.parse(`${text}`))}`;
