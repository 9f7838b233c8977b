/** What answers say about a stream, as the part of a profile that would read it. Pure. */
import { fieldSchemas } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import { readSigns } from '../lists/signs.ts';
import { pathsOf, valueAt } from '../path.ts';
import { compileKey } from '../records/keys.ts';
import { isBlank, parseAmount } from '../records/values.ts';
import { schemaOf } from '../streams/columns.ts';
import { STREAMS } from '../streams/index.ts';
import type { StreamProfile } from '../streams/stream.ts';
import type { Seen } from './look.ts';
import { matchColumns } from './names.ts';
import { describeSigns, pagingOf } from './paging.ts';
import { AMOUNT, keysOf, snakeOf, type Trait } from './traits.ts';

export function suggest(seen: Seen) {
  const { stream, profile, settings, list, rows, traits } = seen;
  const schema = schemaOf(stream, settings);
  const questions: string[] = [];
  const declared = STREAMS[stream];
  /** Ours ← theirs. */
  const names = declared ? matchColumns({ schema, rows, traits }) : new Map<string, string>();
  const there = new Set(traits.flatMap(({ path, kind }) => (kind === 'empty' ? [] : [path])));
  // What was said already stays, where it leads somewhere.
  const kept = new Map(
    Object.entries(profile.fields ?? {}).flatMap(([name, source]) => {
      const path = pathsOf(name, source ?? undefined).find((one) => there.has(one));
      return path === undefined ? [] : [[name, path] as const];
    }),
  );
  if (profile.fields !== declared?.profile.fields) {
    const taken = new Set(kept.values());
    for (const [name, path] of names) if (kept.has(name) || taken.has(path)) names.delete(name);
  }
  const sources = new Map([...kept, ...names]);
  const oursOf = (path: string): string =>
    [...sources].find(([, theirs]) => theirs === path)?.[0] ?? path;
  const theirsOf = (name: string): string => sources.get(name) ?? name;
  const keys = keysOf(traits);
  const cursors = cursorsOf(traits);
  const signs = readSigns(seen.answer, [list.path]);
  const paging = pagingOf(seen, signs, keys, seen.isProven ? [] : questions);
  const isHeld = isKey(profile, rows, theirsOf, profile.key === declared?.profile.key);
  const key = isHeld ? undefined : keys[0];
  if (keys.length === 0) {
    questions.push(
      'Which field tells rows apart? None of those seen is in every row and different in each; name it, or several together, in `key`: [["one", "other"]].',
    );
  }
  if (declared && key !== undefined && !Object.hasOwn(fieldSchemas(schema), oursOf(key))) {
    questions.push(
      `Which column of ours is \`${key}\`? It tells the rows apart, and is kept under its own name. If it is one of ours (the shop's order id, say), write it into "fields", and our column into "key".`,
    );
  }
  if (list.isMap && keys.length === 0) {
    questions.push(
      'Rows are the values of a map, whose names a profile cannot take. Ask for the id inside of each row.',
    );
  }
  const own = profile.cursor.filter((name) =>
    traits.some(({ path, kind }) => path === theirsOf(name) && kind === 'time'),
  );
  const isOwn = own[0] !== undefined && own[0] === profile.cursor[0];
  const cursor = isOwn ? own : cursors.map(oursOf);
  if (cursor.length === 0) {
    questions.push(
      'Which field says when a row was made or changed? None of those seen is a time in every row; without one, name none, and every sync reads the whole list.',
    );
  }
  const zone = zoneOf(traits, [...sources.values(), ...cursors, ...profile.cursor], questions);
  const changes: JsonObject = {
    records: [list.path],
    ...paging,
    ...fieldsOf(seen, names, kept, questions),
    ...(key !== undefined && { key: [oursOf(key)] }),
    ...(cursor.length > 0 && { cursor }),
    ...(zone && { time: { ...profile.time, zone } }),
    ...(!declared && { columns: columnsOf(traits) }),
  };
  return { changes, questions, names, keys, cursors, signs: describeSigns(signs) };
}

const isUtc = (path: string): boolean => /_(gmt|utc)$/.test(snakeOf(path));

/** Whether the key that the profile has already tells these rows apart. */
function isKey(
  { key }: StreamProfile,
  rows: readonly JsonObject[],
  theirsOf: (name: string) => string,
  isDefault: boolean,
): boolean {
  // The parts of several that were assumed may be missing in other rows.
  if (key.some((one) => typeof one !== 'string') && isDefault) return false;
  const readKey = compileKey(key);
  const at = (row: JsonObject, name: string) => valueAt(row, theirsOf(name)) ?? null;
  const isUsed = [key[0] ?? []].flat().some((name) => rows.some((row) => !isBlank(at(row, name))));
  const found = rows.map((row) =>
    readKey(Object.fromEntries(key.flat().map((name) => [name, at(row, name)]))),
  );
  return isUsed && !found.includes(undefined) && new Set(found).size === rows.length;
}

/** When a row was changed, else when it was made, of which one is in every row. */
function cursorsOf(traits: readonly Trait[]): string[] {
  const times = traits.filter(({ kind, path }) => kind === 'time' && !path.includes('.'));
  const whole = times.filter(({ isNeverEmpty }) => isNeverEmpty);
  const first = (found: readonly Trait[], pattern: RegExp): Trait | undefined => {
    const named = found.filter(({ path }) => pattern.test(snakeOf(path)));
    return named.find(({ path }) => isUtc(path)) ?? named[0];
  };
  const changed = first(times, /updat|modif|chang/);
  const made = first(whole, /creat|placed|order/);
  const chosen = [changed, made ?? (changed?.isNeverEmpty ? undefined : first(whole, /./))];
  const found = chosen.filter((one) => one !== undefined);
  return found.some((one) => one.isNeverEmpty) ? found.map(({ path }) => path) : [];
}

/** Stamps without a zone are India's, unless a name says otherwise. */
function zoneOf(
  traits: readonly Trait[],
  used: readonly string[],
  questions: string[],
): 'Z' | undefined {
  const bare = traits.filter(
    ({ path, isZoneless, format }) => isZoneless && format !== 'date' && used.includes(path),
  );
  if (bare.some(({ path }) => isUtc(path))) return 'Z';
  if (bare.length > 0) {
    const listed = bare.map(({ path }) => `\`${path}\``).join(', ');
    questions.push(
      `Are the times of ${listed} India's? They name no zone, and are read as India's; if they are UTC, write "time": {"zone": "Z"}.`,
    );
  }
  return undefined;
}

function fieldsOf(
  { profile, stream, rows, traits, settings }: Seen,
  names: ReadonlyMap<string, string>,
  kept: ReadonlyMap<string, string>,
  questions: string[],
): JsonObject {
  const isDefault = profile.fields === STREAMS[stream]?.profile.fields;
  const given = Object.entries((profile.fields ?? {}) as JsonObject);
  const fields = Object.fromEntries(given.filter(([name]) => isDefault || kept.has(name)));
  const properties = (schemaOf(stream, settings).properties ?? {}) as Record<string, JsonObject>;
  const columns = Object.entries(properties).flatMap(([name, { type }]) => {
    const path = names.get(name) ?? name;
    const trait = traits.find((one) => one.path === path);
    if (!trait || (name === path && fields[name] !== undefined)) return [];
    const isAmount = [type].flat().includes('number') && AMOUNT.test(name);
    const mayDivide = isAmount && trait.kind === 'number' && fields[name] === undefined;
    return [{ name, path, trait, mayDivide }];
  });
  const amounts = columns.flatMap(({ trait, mayDivide }) => (mayDivide ? [trait] : []));
  const arePaise = looksLikePaise(rows, amounts);
  for (const { name, path, trait, mayDivide } of columns) {
    const changes = {
      ...(arePaise && mayDivide && { divide: 100 }),
      ...(trait.nothings.length > 0 && { nulls: [...trait.nothings] }),
    };
    if (Object.keys(changes).length > 0) fields[name] = { from: path, ...changes };
    else if (names.has(name)) fields[name] = path;
  }
  if (arePaise) {
    const listed = amounts.map(({ path }) => `\`${path}\``).join(', ');
    questions.push(
      `Are ${listed} paise? All are whole numbers and large, so the profile divides them by 100, which nothing in the answer proves. Compare one order with the shop's admin: if they are rupees, take "divide" out.`,
    );
  }
  return Object.keys(fields).length > 0 ? { fields } : {};
}

/** Whole numbers alone, of which the larger amounts would be tens of thousands of rupees. */
function looksLikePaise(rows: readonly JsonObject[], amounts: readonly Trait[]): boolean {
  if (amounts.some(({ format }) => format === 'decimal')) return false;
  const sizeOf = (row: JsonObject, { path }: Trait): number =>
    Math.abs(parseAmount(valueAt(row, path)) ?? 0);
  const largest = rows
    .map((row) => Math.max(0, ...amounts.map((amount) => sizeOf(row, amount))))
    .sort((a, b) => a - b);
  return (largest[Math.floor(largest.length / 2)] ?? 0) >= 10_000;
}

const TYPES: Readonly<Partial<Record<Trait['kind'], string>>> = {
  time: 'date-time',
  number: 'number',
  flag: 'boolean',
  text: 'string',
  list: 'array',
  object: 'object',
};

function columnsOf(traits: readonly Trait[]): JsonObject {
  const columns: JsonObject = {};
  for (const { path, kind, isUnique } of traits) {
    if (path.includes('.') || path === 'record_key') continue;
    const isId = kind === 'number' && isUnique && /id$/i.test(path);
    const type = isId ? 'string' : TYPES[kind];
    if (type) columns[path] = type;
  }
  return columns;
}
