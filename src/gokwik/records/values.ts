/**
 * Scalars as GoKwik mixes them: amounts as strings and numbers inside one payload, booleans and
 * integers as text. Each reader answers undefined for what it cannot read; the caller counts it (I7).
 */
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { tryJson } from '../../http/json.ts';

const CURRENCY = '(?:₹|rs\\.?|inr)?';
/** Indian (`1,23,456`) and western (`123,456`) grouping; a lone comma such as `1,5` is neither. */
const NUMBER =
  '((?:[1-9]\\d{0,2}(?:,\\d{2,3})*,\\d{3}|\\d+)(?:\\.\\d*)?(?:e[+-]?\\d{1,3})?|\\.\\d+(?:e[+-]?\\d{1,3})?)';
const AMOUNT = new RegExp(
  `^([-+−])?\\s*${CURRENCY}\\s*([-+−])?\\s*${NUMBER}\\s*(?:/-|${CURRENCY})$`,
  'i',
);
/** Accountants write a negative amount in parentheses. */
const NEGATIVE_AMOUNT = new RegExp(`^${CURRENCY}\\s*\\(\\s*${CURRENCY}\\s*${NUMBER}\\s*\\)$`, 'i');
/** What almost every amount looks like. */
const PLAIN = /^\d{1,15}(?:\.\d{0,15})?$/;
/** No known spelling of an amount is longer; longer text is not looked at. */
const LONGEST = 48;

/**
 * Rupees, exactly as many as upstream wrote: `715`, `"715.00"`, `"1,23,456.50"`, `"₹ 715"`,
 * `"Rs. 715/-"`, `"(120.00)"` (negative), `"'715"`. Never divided by 100.
 */
export function parseAmount(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : undefined;
  if (typeof value !== 'string' || value.length > LONGEST) return undefined;
  return PLAIN.test(value) ? Number(value) : finite(readAmount(value));
}

/** A safe integer: `5`, `"5"`, `"5.0"`, `"1,234"`; not `5.5`, and nothing beyond 2^53. */
export function parseInteger(value: unknown): number | undefined {
  const amount = parseAmount(value);
  return Number.isSafeInteger(amount) ? amount : undefined;
}

const YES = /^\s*(?:true|1|yes|y)\s*$/i;
const NO = /^\s*(?:false|0|no|n)\s*$/i;

export function parseBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  if (text.length > LONGEST) return undefined;
  return YES.test(text) || (NO.test(text) ? false : undefined);
}

/** Text of a number, boolean, object or list where a string is declared. */
export function toText(value: Json): string {
  if (typeof value === 'string') return value;
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Nothing, or only white space. */
export function isBlank(value: Json | undefined): boolean {
  return (
    value === null ||
    value === undefined ||
    (typeof value === 'string' && (value === '' || value.trim() === ''))
  );
}

/** A string that says something. A blank one is missing, and missing is null, never "". */
export function isText(value: Json | undefined): value is string {
  if (typeof value !== 'string') return false;
  // Almost every string begins with a character that is no white space; beyond ASCII there is more.
  const first = value.charCodeAt(0);
  return (first > 32 && first < 128) || !isBlank(value);
}

/** Whether an object has these names in this order. */
export function hasNames(value: JsonObject, names: readonly string[]): boolean {
  let at = 0;
  for (const name in value) if (name !== names[at++]) return false;
  return at === names.length;
}

/** The value of an own property: a row may hold `constructor`, or not, whatever the prototype says. */
export function getOwn(target: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(target, name) ? target[name] : undefined;
}

/**
 * Writes an own property whatever its name: assigning to `__proto__` would change the object's
 * prototype instead of passing the field through.
 */
export function setOwn(target: JsonObject, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    target[name] = value;
  }
}

/** Digits of every script, and signs of full width, as ASCII has them: `१२९９`, `１２９９．００`. */
export function foldDigits(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  return text.normalize('NFKC').replace(/\p{Nd}/gu, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    // Ten in a row: from where sixteen signs begin, or from the seventh of them.
    const isFromStart = /\p{Nd}/u.test(String.fromCodePoint(code & ~15));
    return String((code & 15) - (isFromStart ? 0 : 6));
  });
}

function readAmount(value: string): number | undefined {
  const text = foldDigits(value).trim().replace(/^['`]/, '').trimStart();
  const negative = NEGATIVE_AMOUNT.exec(text);
  if (negative !== null) return -toNumber(negative[1]);
  const match = AMOUNT.exec(text);
  if (match === null || (match[1] !== undefined && match[2] !== undefined)) return undefined;
  const sign = match[1] ?? match[2];
  return sign === undefined || sign === '+' ? toNumber(match[3]) : -toNumber(match[3]);
}

function toNumber(text = ''): number {
  return Number(text.replaceAll(',', ''));
}

/** Neither infinite nor NaN, and never -0, which JSON cannot hold. */
function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? (value as number) + 0 : undefined;
}

/** Deeper text stays text: as a part of its row it must not make that too deep. */
const DEEPEST_EMBEDDED = 100;

/** The object or list that a text spells in JSON, if it spells one that can be spelled again. */
export function parseEmbedded(text: string): JsonObject | Json[] | undefined {
  // Almost every text begins with another character.
  const first = text.charCodeAt(0);
  if (first > 0x20 && first !== 0x5b && first !== 0x7b) return undefined;
  if (!/^\s*[[{]/.test(text)) return undefined;
  const value = tryJson(Buffer.from(text)) as JsonObject | Json[] | undefined;
  let isEndless = false;
  const isDeep =
    value !== undefined &&
    isDeeper(value, DEEPEST_EMBEDDED, () => {
      isEndless = true;
    });
  return isDeep || isEndless ? undefined : value;
}

/** Of a row, itself included: pydantic ends at 250 levels, and our own stack at some thousand. */
export const MOST_LEVELS = 128;

/** `1e999` is Infinity to a parser, and JSON has no word for that. */
export const ENDLESS = 'a number that JSON cannot hold; null was emitted';

/**
 * Whether objects and lists stand in one another on more than `levels` levels, the value's own included.
 *
 * @param endless is called for each number that cannot be printed: every value of a row is seen here
 *   once, those that nobody declared too (I7).
 */
export function isDeeper(value: Json, levels: number, endless: () => void): boolean {
  if (typeof value !== 'object' || value === null) {
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) endless();
    return false;
  }
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((inner) => isDeeper(inner, levels - 1, endless));
  for (const name in value) {
    const inner = value[name] ?? null;
    // Texts are most of a row: they need no call.
    if (typeof inner !== 'string' && isDeeper(inner, levels - 1, endless)) return true;
  }
  return false;
}
