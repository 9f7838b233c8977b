/**
 * Rows that lack what tells them apart: their key stands under another name, or rows lie inside them. A
 * digest in its place would be the key of a content, not of a thing: what changes would come twice. Pure.
 */
import { SystemError } from '../../cdk/errors.ts';
import { fieldSchemas, isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import { orList } from '../../cdk/text.ts';
import { valueAt } from '../path.ts';
import { bestList } from '../probe/look.ts';
import { matchColumns } from '../probe/names.ts';
import { keysOf, readTraits } from '../probe/traits.ts';
import { compileRawKey } from '../records/keys.ts';
import type { Settings } from '../settings.ts';
import { schemaOf } from '../streams/columns.ts';
import { STREAMS } from '../streams/index.ts';
import type { StreamProfile } from '../streams/stream.ts';
import { isName, namesOf } from './lists.ts';

/** So many rows of a page tell of all rows of their stream; fewer may be the odd ones of it. */
const ENOUGH = 10;

interface KeyCheckOptions {
  readonly stream: string;
  readonly profile: StreamProfile;
  readonly settings: Settings;
  /** What the endpoint showed so far: a row of it had its key. */
  readonly learned: { hasKeys?: true };
  readonly now: () => number;
}

/** Of the pages of one list. The check throws SystemError `GK_SHAPE` at one of which no row, or almost none, has its key. */
export function compileKeyCheck(
  options: KeyCheckOptions,
): (rows: readonly JsonObject[], body?: unknown) => void {
  const { stream, profile, learned } = options;
  // Rows that are asked for by those of another stream are known by those.
  if (profile.per) return () => {};
  const isKeyed = compileIsKeyed(stream, profile);
  return (rows, body) => {
    let keyed = 0;
    for (const row of rows) {
      if (isKeyed(row)) keyed += 1;
      if (keyed * 10 > rows.length) break;
    }
    const isFew = rows.length < ENOUGH && learned.hasKeys === true;
    if (keyed > 0) learned.hasKeys = true;
    if (rows.length === 0 || isFew || keyed * 10 > rows.length) return;
    const key = orList(profile.key.map((one) => [one].flat().join(' with ')));
    throw new SystemError(
      'GK_SHAPE',
      `Stream ${stream}: ${rows.length - keyed} of ${rows.length} rows came without their key (${key}), and without one a row that changes would come a second time. ${adviceFor(options, rows, body, isKeyed)} \`probe --stream ${stream}\` suggests more of the profile.`,
      { stream },
    );
  };
}

/**
 * Of several fields that were only assumed, the API may have some and reports all: a digest is right there,
 * and told.
 */
function compileIsKeyed(stream: string, profile: StreamProfile): (row: JsonObject) => boolean {
  const { key, with_files: files } = STREAMS[stream]?.profile ?? {};
  const isAssumed = profile.key === key || profile.key === files?.key;
  const parts = isAssumed ? profile.key.filter((one) => typeof one !== 'string').flat() : [];
  const readKey = compileRawKey({ ...profile, key: [...profile.key, ...parts] });
  return (row) => readKey(row) !== undefined;
}

/** Where the key or the rows that have it seem to be, and what to write. */
function adviceFor(
  { stream, profile, settings, now }: KeyCheckOptions,
  rows: readonly JsonObject[],
  body: unknown,
  isKeyed: (row: JsonObject) => boolean,
): string {
  const nowMs = now();
  const held = Object.keys(rows[0] ?? {}).find(
    (name) => isName(name) && rows.every((row) => isKeyed(objectAt(row, name))),
  );
  const best = bestList(stream, settings, body, nowMs);
  const set = (fragment: object): string =>
    `Set in api_profile: ${JSON.stringify({ streams: { [stream]: fragment } })}.`;
  if (held !== undefined) {
    const [list = ''] = profile.records.filter((one) => valueAt(body, one) !== undefined);
    const path = `${list.replace(/\.?\*?$/, '')}.*.${held}`.replace(/^\./, '');
    return `Each holds its row under \`${held}\`. ${set({ records: [path] })}`;
  }
  const isElsewhere = best !== undefined && !profile.records.includes(best.path);
  const found = isElsewhere ? best.rows : rows;
  const records = isElsewhere ? { records: [best.path] } : {};
  const where = isElsewhere ? `There are rows at ${best.path}. ` : '';
  if (isElsewhere && found.every(isKeyed)) return where + set(records);
  const traits = readTraits(found, nowMs);
  const schema = schemaOf(stream, settings);
  const names = STREAMS[stream] ? matchColumns({ schema, rows: found, traits }) : new Map();
  const ours = profile.key.flat().filter((name) => names.has(name));
  if (ours.length > 0) {
    const fields = Object.fromEntries(ours.map((name) => [name, names.get(name)]));
    return where + set({ ...records, fields: { ...profile.fields, ...fields } });
  }
  const [key] = keysOf(traits);
  const [first] = profile.key.flat();
  if (key === undefined) {
    const has = namesOf(found[0]).join(', ');
    return `${where}Ask which of their fields (${has}) tell them apart. ${set({ ...records, key: [['one', 'another']] })}`;
  }
  const isOurs = Object.hasOwn(fieldSchemas(schema), first ?? '');
  const other = isOurs
    ? ` If that is what we call ${first}, write ${JSON.stringify({ fields: { ...profile.fields, [first ?? '']: key } })} there in place of \`key\`.`
    : '';
  return `${where}No two have the same \`${key}\`. ${set({ ...records, key: [key] })}${other}`;
}

function objectAt(row: JsonObject, name: string): JsonObject {
  const inner = row[name];
  return isJsonObject(inner) ? inner : {};
}
