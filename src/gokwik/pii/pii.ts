/**
 * Personal data in emitted rows, where the config's `pii_mode` is not `plain`. `hash` puts an HMAC in
 * place of each value, the same for the same person in all streams and fields, so that tables still
 * join; `drop` leaves null. Keys and cursors are the same in all modes.
 */
import { createHmac } from 'node:crypto';
import { ConfigError } from '../../cdk/errors.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import { isMasked, normalise, remember, splitPhones } from './kinds.ts';
import { compileHide, type Hide, type Mask } from './row.ts';
import type { Replace } from './search.ts';

export type PiiMode = 'hash' | 'drop';

export interface PiiSettings {
  readonly mode: 'plain' | PiiMode;
  readonly key?: string | undefined;
}

export interface Pii {
  /**
   * The pass for the rows of one stream. `exempt`: top-level fields that are not searched, unless the
   * schema says that they are personal.
   */
  compile(schema: JsonObject, exempt: ReadonlySet<string>): Hide;
}

/** In texts, where null cannot stand. */
const REMOVED = '[removed]';

/**
 * What the config's `pii_mode` asks for; undefined: personal data stays as it is.
 *
 * @param settings.key the merchant's secret for `hash`. Bare SHA-256 would not do: all ten-digit
 *   numbers of India are tried in seconds.
 * @throws ConfigError GK_PII_KEY when `hash` has no key.
 */
export function createPii({ mode, key = '' }: PiiSettings): Pii | undefined {
  if (mode === 'plain') return undefined;
  if (mode === 'hash' && key === '') {
    throw new ConfigError(
      'GK_PII_KEY',
      'Set `pii_hash_key` to a long random secret: `pii_mode` "hash" needs one.',
    );
  }
  const mask = mode === 'drop' ? DROP : createHashMask(key);
  return { compile: (schema, exempt) => compileHide(schema, exempt, mask) };
}

const DROP: Mask = { drops: true, value: () => null, replace: () => REMOVED };

function createHashMask(key: string): Mask {
  const hash = remember((text) => createHmac('sha256', key).update(text).digest('hex'));
  const replace: Replace = (kind, text) => {
    // Of a masked number nothing but the mask is known, so it is no one's number.
    if (kind !== 'phone' || isMasked(text)) return hash(normalise(kind, text));
    return splitPhones(text)
      .map((phone) => hash(normalise('phone', phone)))
      .join('|');
  };
  return {
    drops: false,
    value: (kind, value) => (String(value).trim() === '' ? null : replace(kind, String(value))),
    replace,
  };
}
