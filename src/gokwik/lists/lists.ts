/** Where the rows of an answer are: at the paths of its profile, or by their looks. Pure. */
import type { Anomalies } from '../../cdk/anomalies.ts';
import { SystemError } from '../../cdk/errors.ts';
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { tryJson } from '../../http/json.ts';
import { pathsOf, valueAt } from '../path.ts';
import { ENDLESS, isBlank, isDeeper, MOST_LEVELS } from '../records/values.ts';
import { STREAMS } from '../streams/index.ts';
import type { StreamProfile } from '../streams/stream.ts';
import { bodyStatus, saysNo, wordsOfFailure, wordsOfNothing } from './failure.ts';

interface FindOptions {
  readonly anomalies: Anomalies;
  /** Whether this is the first page of its list. */
  readonly isFirst: boolean;
}

/**
 * The rows of a good answer. Throws SystemError `GK_SHAPE` where there is no list of them, and
 * `GK_TOO_DEEP` before anything walks over a row that nests for ever.
 */
export function findRows(
  stream: string,
  profile: StreamProfile,
  body: unknown,
  { anomalies, isFirst }: FindOptions,
): JsonObject[] {
  const lost = (entry: Json): void => {
    const why = isJsonObject(entry) ? whyFailed(entry) : undefined;
    if (why !== undefined) throw partless(stream, profile, why);
    anomalies.add(
      stream,
      `an entry held no rows at ${profile.records.join(', ')}, where others did`,
    );
  };
  const { list, unread } = listIn(profile, body, lost);
  if (!list) {
    if (isHollow(body) && isFirst) {
      anomalies.add(
        stream,
        'a successful answer held no list (`data` was empty), taken for no rows',
      );
      return [];
    }
    const odd = `the answer holds no list of rows at ${profile.records.join(', ')}.`;
    throw shapeless(stream, odd, body, profile);
  }
  const rows = list.filter(isJsonObject);
  if (rows.length === 0 && list.some((entry) => entry !== null))
    throw rowless(stream, profile, list);
  if (unread !== undefined) {
    anomalies.add(
      stream,
      `the first path of \`records\` that leads to a list is read, and there are rows at \`${unread}\` too, which were not`,
    );
  } else if (isAssumed(profile) && (rows.length === 0 || isFirst))
    tellOthers(stream, profile, body, rows.length === 0, anomalies);
  const wrapper = isAssumed(profile) ? wrapperOf(rows) : undefined;
  if (wrapper !== undefined) {
    const odd = `each entry of the list holds its row under \`${stepOf(wrapper)}\`.`;
    throw shapeless(stream, odd, body);
  }
  const endless = (): void => anomalies.add(stream, ENDLESS);
  if (rows.some((row) => isDeeper(row, MOST_LEVELS, endless))) throw tooDeep(stream);
  const words = isJsonObject(body) ? wordsOfFailure(body, true, profile.records) : undefined;
  // Of something else, perhaps; of a part of the list that did not come, perhaps.
  if (words !== undefined && rows.length > 0) {
    anomalies.add(
      stream,
      `an answer with rows tells of a failure or a warning as well: ${words}; its rows were emitted`,
    );
  }
  for (let dropped = list.length - rows.length; dropped > 0; dropped -= 1) {
    anomalies.add(stream, 'an entry of the list was not an object and was dropped');
  }
  return rows;
}

/**
 * What an answer holds beside its list, where nobody said which list is meant: another one, if this is
 * empty; else one whose rows have the key of these.
 */
function tellOthers(
  stream: string,
  { key, records }: StreamProfile,
  body: unknown,
  isEmpty: boolean,
  anomalies: Anomalies,
): void {
  const names = key.flat().filter((name) => name !== 'id');
  const other = findLists(body).find(({ path, rows }) => {
    const isLike = rows.some((row) => names.some((name) => !isBlank(row[name])));
    return (
      rows.length > 0 &&
      (isEmpty || (isLike && !path.includes('*') && !records.includes(path))) &&
      !path.split('.').some((step) => BESIDE.test(step))
    );
  });
  if (!other) return;
  const what = isEmpty ? 'an answer without rows' : 'an answer';
  anomalies.add(
    stream,
    `${what} holds another list, at \`${other.path}\`, which was not read; if it is the one, say so in api_profile with "records":["${other.path}"]`,
  );
}

/** Lists of these names are about the rows. */
const BESIDE =
  /^(?:meta|links|pagination|paging|filters?|columns|headers|sort|actions|facets|aggregations|warnings|errors)$/i;

function rowless(stream: string, { records }: StreamProfile, list: readonly Json[]): SystemError {
  const what = list.every(Array.isArray) ? 'lists' : 'texts or numbers';
  return new SystemError(
    'GK_SHAPE',
    `Stream ${stream}: the entries of the list at ${records.join(', ')} are ${what}, and rows are objects. Ask for the parameter that makes this endpoint answer with objects, or for the path of one that does, and set it in api_profile.`,
    { stream },
  );
}

const partless = (stream: string, { records }: StreamProfile, why: string): SystemError =>
  new SystemError(
    'GK_IN_BODY_PARTIAL',
    `Stream ${stream}: an entry of the answer has no rows at ${records.join(', ')} and says that it failed: ${why}, so rows are missing. Run the sync again later; if it stays, report it to the API's support.`,
    { stream },
  );

const tooDeep = (stream: string): SystemError =>
  new SystemError(
    'GK_TOO_DEEP',
    `Stream ${stream}: a row is nested deeper than ${MOST_LEVELS} levels, which no destination takes. Report it to the API's support, or switch the stream off in api_profile with enabled: false.`,
    { stream },
  );

/** Whether nobody said where this stream's rows are. */
const isAssumed = ({ records }: StreamProfile): boolean => ASSUMED.has(records);
const ASSUMED = new Set(Object.values(STREAMS).map(({ profile }) => profile.records));

export const hasRows = (profile: StreamProfile, body: unknown): boolean =>
  (listIn(profile, body).list?.length ?? 0) > 0;

function whyFailed(entry: JsonObject): string | undefined {
  const code = bodyStatus(entry) ?? 0;
  return code >= 400 ? `error ${code}` : (saysNo(entry) ?? wordsOfFailure(entry, false));
}

interface Listed {
  /** The entries at the first path that leads to a list; null there is an empty one. */
  readonly list: Json[] | undefined;
  /** Another path, at which there are entries too. */
  readonly unread: string | undefined;
}

/** @param lost is told of entries in which a path with `*` leads nowhere, where it does in others. */
function listIn(profile: StreamProfile, body: unknown, lost?: Lost): Listed {
  const outer = Object.entries(profile.fields ?? {})
    .flatMap(([name, source]) => pathsOf(name, source))
    .filter((path) => path.startsWith('..'));
  const lists = profile.records.flatMap((path) => {
    const isFlat = !path.includes('*');
    const value = isFlat ? valueAt(body, path) : flatten(body, path.split('.'), [], outer, lost);
    return Array.isArray(value)
      ? [{ path, list: value }]
      : value === null
        ? [{ path, list: [] }]
        : [];
  });
  // Several of ours are guesses at one place; those that a merchant names are an order.
  const withRows = lists.filter(({ list }) => list.length > 0);
  const found = (isAssumed(profile) ? withRows[0] : undefined) ?? lists[0];
  // Where one path leads into another, both lead to the same rows.
  const unread = withRows.find((one) => one !== found && one.list[0] !== found?.list[0]);
  return { list: found?.list, unread: unread?.path };
}

type Lost = (entry: Json) => void;

/**
 * The entries that a path with `*` leads to: each entry of a list, each value of a map. What fields take
 * from further out (`..x`) is put beside each row under that name. Undefined: the path leads nowhere.
 */
function flatten(
  value: unknown,
  steps: readonly string[],
  above: readonly unknown[],
  outer: readonly string[],
  lost?: Lost,
): Json[] | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (Array.isArray(value))
      return value.flatMap((one) => flatten(one, [], above, outer, lost) ?? []);
    return [withOuter(value as Json, above, outer)];
  }
  if (step !== '*') {
    const inner = valueAt(value, step);
    if (inner === undefined) return undefined;
    return inner === null ? [] : flatten(inner, rest, [value, ...above], outer, lost);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries: Json[] = Object.values(value);
  const found = entries.map((one) =>
    flatten(one, rest, rest.length === 0 ? [value, ...above] : above, outer, lost),
  );
  if (entries.length > 0 && found.every((one) => one === undefined)) return undefined;
  // Of lists, null is an empty one; of rows it is none.
  const areRows = entries.some((one) => isJsonObject(valueAt(one, rest.join('.'))));
  for (const [at, one] of lost ? entries.entries() : []) {
    const isNull = areRows && valueAt(one, rest.join('.')) === null;
    if (found[at] === undefined || (rest.length > 0 && isNull)) lost?.(one);
  }
  return found.flatMap((one) => one ?? []);
}

function withOuter(row: Json, above: readonly unknown[], outer: readonly string[]): Json {
  if (outer.length === 0 || !isJsonObject(row)) return row;
  const holders = above.filter(isJsonObject);
  const taken = outer.map((path) => {
    const name = path.slice(2);
    const holder = holders.find((one) => valueAt(one, name) !== undefined);
    return [path, valueAt(holder, name) ?? null] as const;
  });
  return { ...row, ...Object.fromEntries(taken) };
}

/** Whether a successful answer holds nothing: `data` is `{}` or null. */
export function isHollow(body: unknown): boolean {
  const data = isJsonObject(body) ? body.data : undefined;
  return data === null || (isJsonObject(data) && Object.keys(data).length === 0);
}

/** Where one row alone is no list of one, as what was XML has it: paths that lead to it and to a list. */
function loneRow({ records }: StreamProfile, body: unknown): string[] {
  const path = records.find((one) => one.includes('.') && isJsonObject(valueAt(body, one)));
  return path === undefined ? [] : [...records, path.replace(/[^.]+$/, '*')];
}

/** How to say what stands for an empty list: nothing, or a scalar that tells of it. */
function absentHint({ records }: StreamProfile, body: unknown): string {
  const rules = records.flatMap((path): JsonObject[] => {
    const value = valueAt(body, path);
    if (typeof value === 'object') return [];
    const parent = path.replace(/\.?[^.]*$/, '');
    const isLeftOut = value === undefined && records.length === 1 && parent !== '';
    if (isLeftOut)
      return isJsonObject(valueAt(body, parent)) ? [{ [path]: null, [parent]: '~{' }] : [];
    const words = typeof value === 'string' ? wordsOfNothing(value) : undefined;
    if (words !== undefined) return [{ [path]: `~${words}` }];
    return value === false || value === 0 || value === '' ? [{ [path]: value }] : [];
  });
  const [when] = rules;
  if (!when) return '';
  return ` If that is how it says that there are no rows, say so there: "answers": [${JSON.stringify({ when, means: 'empty' })}].`;
}

function shapeless(
  stream: string,
  odd: string,
  body: unknown,
  profile?: StreamProfile,
): SystemError {
  // Those inside rows are a part of them.
  const found = findLists(body).filter(({ path }, at) => at === 0 || !path.includes('*'));
  const lists = found.map(({ path }) => path);
  const [longest] = found.toSorted((a, b) => b.rows.length - a.rows.length);
  const lone = profile && !longest ? loneRow(profile, body) : [];
  const records = lone.length > 0 ? lone : [longest?.path ?? 'data.items'];
  const mend = { streams: { [stream]: { records } } };
  const where =
    lists.length > 0
      ? `There are rows at ${lists.join(', ')}.`
      : "GoKwik's answer has another shape than expected.";
  return new SystemError(
    'GK_SHAPE',
    `Stream ${stream}: ${odd} ${where} Set \`records\` of this stream in api_profile, for example ${JSON.stringify(mend)}.${profile && !longest ? absentHint(profile, body) : ''}`,
    {
      stream,
      detail: ['', 'data'].flatMap((at) => keysAt(body, at)).join('; '),
    },
  );
}

/**
 * An answer with the JSON that texts around its rows hold in their place: gateways and older frameworks
 * write `{"d": "[{…}]"}`, or a whole answer as one text.
 */
export function unfold(body: unknown, levels = 2): unknown {
  if (typeof body === 'string' && /^\s*[[{]/.test(body)) {
    const inner = unfold(tryJson(Buffer.from(body)), levels - 1);
    return Array.isArray(inner) || findLists(inner).length > 0 ? inner : body;
  }
  if (!isJsonObject(body) || levels === 0) return body;
  const entries = Object.entries(body).map(([name, one]) => [name, unfold(one, levels - 1)]);
  return Object.fromEntries(entries);
}

/** The names of an object that may be shown, the first twenty. */
export const namesOf = (value: unknown): string[] =>
  isJsonObject(value) ? Object.keys(value).filter(isName).slice(0, 20) : [];

function keysAt(body: unknown, place: string): string[] {
  const value = place === '' ? body : valueAt(body, place);
  if (value === undefined) return [];
  const names = isJsonObject(value) ? namesOf(value).join(', ') : typeof value;
  return [`keys${place && ` of ${place}`}: ${names}`];
}

/** A list of objects, as `records` of a profile names it. */
export interface List {
  /** `data.orders`, `.`, `data.*.orders` (a list in each entry), `orders.*` (the values of a map). */
  readonly path: string;
  readonly rows: readonly JsonObject[];
  /** Rows are the values of a map: the names are ids. */
  readonly isMap: boolean;
}

const DEEPEST = 5;

/** Every list of an answer, outer ones first; those inside rows too, since rows may be groups of rows. */
export const findLists = (body: unknown): List[] => [...listsIn([body as Json], [], false)];

/** @param values what stands at the path, once for each entry of the lists above it. */
function* listsIn(
  values: readonly Json[],
  path: readonly string[],
  isInList: boolean,
): Generator<List> {
  const there = values.filter((value) => value !== null);
  if (path.length > DEEPEST || there.length === 0) return;
  const isMap = there.every(isRowMap);
  const isList = isMap || there.every(Array.isArray);
  // Inside rows only lists count, or those of each row's objects would be lists as well.
  if (isInList && !isList) return;
  const entries = isList ? there.flatMap((one) => Object.values(one as object) as Json[]) : there;
  const objects = entries.filter(isJsonObject);
  if (objects.length < entries.length) return;
  const wrapper = isList ? wrapperOf(objects) : undefined;
  if (wrapper !== undefined) {
    const inner = objects.map((one) => one[wrapper] as JsonObject);
    yield* listsIn([inner], [...path, '*', stepOf(wrapper)], isInList);
    return;
  }
  if (isList) {
    const steps = isMap ? [...path, '*'] : path;
    yield { path: steps.join('.') || '.', rows: objects, isMap };
  }
  const names = new Set(objects.flatMap(Object.keys).filter(isName));
  for (const name of names) {
    const inner = objects.map((one) => one[name] ?? null);
    yield* listsIn(inner, [...path, ...(isList ? ['*'] : []), name], isInList || isList);
  }
}

/** The name under which each entry holds its row, and nothing else but a cursor: `edges.*.node`. */
function wrapperOf(entries: readonly JsonObject[]): string | undefined {
  const [name, ...others] = Object.keys(entries[0] ?? {}).filter((one) => one !== 'cursor');
  const isWrapped = (one: JsonObject): boolean =>
    isJsonObject(one[name ?? '']) &&
    Object.keys(one).every((key) => key === name || key === 'cursor');
  return others.length === 0 && entries.every(isWrapped) ? name : undefined;
}

/** In a path that is shown: whatever is no name is one of a map. */
const stepOf = (name: string): string => (isName(name) ? name : '*');

/** Objects that share their names, under names that are none, or under several that are alike. */
function isRowMap(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const entries = Object.entries(value);
  if (entries.length === 0 || !entries.every(([, one]) => isJsonObject(one))) return false;
  if (entries.every(([name]) => !isName(name))) return true;
  const [first, ...rest] = entries.map(([, one]) => Object.keys(one as JsonObject));
  const names = new Set(first);
  return (
    names.size > 2 &&
    rest.length > 0 &&
    rest.every((keys) => keys.filter((key) => names.has(key)).length * 2 > names.size)
  );
}

/** Whether a key looks like a name and may be shown: objects are keyed by a phone or a mail at times. */
export const isName = (key: string): boolean =>
  /^[A-Za-z_][\w-]{0,40}$/.test(key) && !/\d{5}/.test(key);
