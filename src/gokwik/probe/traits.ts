/** What the rows of an answer have in common, name by name, without a value of any. Pure. */
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { isName } from '../lists/lists.ts';
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

/** Unique, in every row and no time or amount: those that sound like ids first, then in their order. */
export function keysOf(traits: readonly Trait[]): string[] {
  const rate = ({ path }: Trait): number => {
    const name = snakeOf(path);
    if (/^(id|code|awb)$|^[a-z]+_?(oid|id)$|^(gokwik|gk|kwik)_(order_)?id$/.test(name)) return 0;
    return /(^|_)(id|oid|code|uuid|key)$/.test(name) ? 1 : 2;
  };
  return (
    traits
      .filter(({ isUnique, isNeverEmpty }) => isUnique && isNeverEmpty)
      // Of one row everything is unique: the name has to tell.
      .filter((trait) => trait.filled > 1 || rate(trait) < 2)
      .filter(({ kind, path }) => (kind === 'text' || kind === 'number') && !path.includes('.'))
      .filter(({ format, path }) => format !== 'decimal' && !AMOUNT.test(snakeOf(path)))
      .filter(({ path }) => !/e?mail|phone|mobile|contact/.test(snakeOf(path)))
      .sort((a, b) => rate(a) - rate(b))
      .map(({ path }) => path)
  );
}

export const AMOUNT =
  /amount|total|price|tax|fee|debit|credit|discount|charge|refunded|(^|_)(cost|mrp|sum|balance)(_|$)/;

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
  const kind = kindOf(path, said, nowMs);
  const formats = new Set(
    kind === 'time' ? said.map(spellingOf) : kind === 'number' ? said.map(precisionOf) : [],
  );
  return {
    path,
    kind,
    // Of numbers, one with a point makes all of them decimal.
    ...(formats.size > 0 && {
      format: formats.has('decimal') ? 'decimal' : [...formats].join(' or '),
    }),
    isZoneless:
      kind === 'time' && [...formats].some((one) => one !== 'iso' && !/^epoch|Z$/.test(one)),
    filled: said.length,
    isNeverEmpty: said.length === values.length,
    isUnique: new Set(said.map((value) => JSON.stringify(value))).size === said.length,
    nothings: [...new Set(words)].slice(0, 5),
  };
}

const precisionOf = (value: Json): string =>
  Number.isInteger(parseAmount(value)) && !String(value).includes('.') ? 'whole' : 'decimal';

function kindOf(path: string, said: readonly Json[], nowMs: number): Trait['kind'] {
  if (said.length === 0) return 'empty';
  const isTimely = TIMELY.test(snakeOf(path.split('.').at(-1) ?? ''));
  if (said.every((value) => isTime(value, isTimely, nowMs))) return 'time';
  if (said.every(Array.isArray)) return 'list';
  // PHP writes an empty object as `[]`.
  if (said.some((value) => typeof value === 'object')) return 'object';
  const flags = said.filter((value) => typeof value === 'boolean').length;
  if (flags === said.length) return 'flag';
  const areNumbers = flags === 0 && said.every((value) => parseAmount(value) !== undefined);
  return areNumbers ? 'number' : 'text';
}

/** A number is one by its name and its size together. */
function isTime(value: Json, isTimely: boolean, nowMs: number): boolean {
  const ms = parseInstant(value, '+05:30');
  if (ms === undefined) return false;
  return !isEpoch(value) || (isTimely && isPlausible(ms, nowMs));
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
  const [digits] = /^(?:\d{8}|\d{14})$/.exec(String(value).trim()) ?? [];
  if (digits) return 'YYYYMMDDHHmmss'.slice(0, digits.length);
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
