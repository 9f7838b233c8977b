/** What the rows of an answer have in common, name by name, without a value of any. Pure. */
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { isName } from '../lists.ts';
import { valueAt } from '../path.ts';
import { DAY_MS, parseInstant } from '../records/time.ts';
import { isBlank, parseAmount } from '../records/values.ts';

/** One name of the rows: `status`, `billing.email`, `shipments.0.awb`. */
export interface Trait {
  readonly path: string;
  readonly kind: 'time' | 'number' | 'flag' | 'text' | 'list' | 'object' | 'empty';
  /** How times are written (as `time.query` would say it), or numbers: whole, decimal. */
  readonly format?: string;
  /** Times without a zone of their own. */
  readonly isZoneless: boolean;
  /** Rows in which it says something. */
  readonly filled: number;
  readonly isNeverEmpty: boolean;
  readonly isUnique: boolean;
  readonly order?: 'rising' | 'falling';
  /** Words for nothing that stand in it, of the usual ones. */
  readonly nothings: readonly string[];
}

const DEEPEST = 3;
const NOTHING = /^\s*(na|n\/a|null|none|nil|undefined|-{1,2})\s*$/i;
const TIMELY =
  /date|time|stamp|(^|_)(at|on|ts)$|creat|updat|modif|settled|paid|_at_|(^|_)(gmt|utc)$/;

export function readTraits(rows: readonly JsonObject[], nowMs: number): Trait[] {
  const paths = new Set<string>();
  for (const row of rows) collectPaths(row, '', 0, paths);
  return [...paths].map((path) =>
    traitOf(
      path,
      rows.map((row) => valueAt(row, path) ?? null),
      nowMs,
    ),
  );
}

/** Names only: what is keyed by an id or a phone is not gone into. */
function collectPaths(value: Json, path: string, depth: number, into: Set<string>): void {
  if (path !== '') into.add(path);
  const inner = Array.isArray(value) ? { 0: value[0] ?? null } : value;
  if (depth >= DEEPEST || !isJsonObject(inner)) return;
  for (const [name, one] of Object.entries(inner)) {
    if (!Array.isArray(value) && (!isName(name) || name.includes('.'))) continue;
    collectPaths(one, path === '' ? name : `${path}.${name}`, depth + 1, into);
  }
}

function traitOf(path: string, values: readonly Json[], nowMs: number): Trait {
  const isNothing = (value: Json): boolean => typeof value === 'string' && NOTHING.test(value);
  const said = values.filter((value) => !isBlank(value) && !isNothing(value));
  const words = values.filter(isNothing).map((value) => String(value).trim());
  const shared = {
    path,
    filled: said.length,
    isNeverEmpty: said.length === values.length,
    isUnique: new Set(said.map((value) => JSON.stringify(value))).size === said.length,
    nothings: [...new Set(words)].slice(0, 5),
  };
  const times = timesOf(path, said, nowMs);
  if (times) {
    const formats = [...new Set(said.map(spellingOf))];
    return {
      ...shared,
      kind: 'time',
      format: formats.join(' or '),
      isZoneless: formats.some((one) => one !== 'iso' && !/^epoch|Z$/.test(one)),
      ...orderOf(times),
    };
  }
  const numbers = said.map((value) =>
    typeof value === 'object' || typeof value === 'boolean' ? undefined : parseAmount(value),
  );
  const kind = kindOf(said, numbers);
  if (kind !== 'number') return { ...shared, kind, isZoneless: false };
  const isWhole = numbers.every((one) => Number.isInteger(one)) && !said.some(hasPoint);
  return {
    ...shared,
    kind,
    format: isWhole ? 'whole' : 'decimal',
    isZoneless: false,
    ...orderOf(numbers as number[]),
  };
}

const hasPoint = (value: Json): boolean => typeof value === 'string' && value.includes('.');

function kindOf(said: readonly Json[], numbers: readonly (number | undefined)[]): Trait['kind'] {
  const [first] = said;
  if (first === undefined) return 'empty';
  if (said.every(Array.isArray)) return 'list';
  // PHP writes an empty object as `[]`.
  if (said.some((value) => typeof value === 'object')) return 'object';
  if (said.every((value) => typeof value === 'boolean')) return 'flag';
  return numbers.every((one) => one !== undefined) ? 'number' : 'text';
}

function orderOf(numbers: readonly number[]): Pick<Trait, 'order'> {
  if (numbers.length < 3) return {};
  const isOrdered = (sign: number): boolean =>
    numbers.every((one, at) => at === 0 || sign * (one - (numbers[at - 1] ?? one)) >= 0);
  if (isOrdered(1)) return isOrdered(-1) ? {} : { order: 'rising' };
  return isOrdered(-1) ? { order: 'falling' } : {};
}

/** Their instants, where all of them are some. A number is one by its name and its size together. */
function timesOf(path: string, said: readonly Json[], nowMs: number): number[] | undefined {
  const isTimely = TIMELY.test(snakeOf(path.split('.').at(-1) ?? ''));
  const times = said.map((value) => {
    const ms = parseInstant(value, '+05:30');
    if (ms === undefined || !isEpoch(value)) return ms;
    return isTimely && isPlausible(ms, nowMs) ? ms : undefined;
  });
  return times.length > 0 && times.every((ms) => ms !== undefined) ? times : undefined;
}

const isEpoch = (value: Json): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^\s*[\d.]+\s*$/.test(value));

/** Since 2010 and not far ahead: phones and ids are numbers too. */
const isPlausible = (ms: number, nowMs: number): boolean =>
  ms >= 1_262_304_000_000 && ms < nowMs + 730 * DAY_MS;

/**
 * How an instant is written, in the words of `time.query`: `epoch_s`, `epoch_ms`, `date`, `iso` or a
 * pattern. No digit of it is left.
 */
export function spellingOf(value: Json): string {
  if (isEpoch(value)) return Number(value) < 1e11 ? 'epoch_s' : 'epoch_ms';
  const text = String(value).trim();
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return 'date';
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text)) return 'iso';
  return text
    .replace(/^\d{4}([-/])\d{1,2}\1\d{1,2}/, 'YYYY$1MM$1DD')
    .replace(/^\d{1,2}([-/.])\d{1,2}\1\d{4}/, 'DD$1MM$1YYYY')
    .replace(/^\d{1,2}([-\s])[a-z]{3,9}([-\s,]+)\d{4}/i, 'DD$1MMM$2YYYY')
    .replace(/\d{1,2}:\d\d:\d\d/, 'HH:mm:ss')
    .replace(/\d{1,2}:\d\d/, 'HH:mm')
    .replace(/[.,]\d+/, '.SSS')
    .replace(/\s*[ap]\.?m\.?/i, ' AM')
    .replace(/\s*(UTC|GMT|IST|[+-]\d\d:?\d\d)$/i, 'Z')
    .replace(/\d/g, '#');
}

/** `createdAt`, `Created-At` → `created_at`. */
export const snakeOf = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '_')
    .replace(/^_|_$/g, '');
