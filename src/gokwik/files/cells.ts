/** What is in a cell: nothing, an id, a moment. Pure; a cell's text never leaves in a message. */
import { DAY_MS, parseInstant, type Zone } from '../records/time.ts';
import { foldDigits } from '../records/values.ts';

/** Words that exports, programs and people write where nothing is. Zero is one too, but only for an id. */
const NOTHING =
  /^(?:#?n\/?a|[[(<]?(?:na[nt]?|none|null|nil|undefined|blank)[>)\]]|na[nt]|none|null|nil|undefined|\\n|[-–—]+|\.)?$/i;
const LONGEST_WORD = 9;
/** White space of every kind, and signs that nobody sees. */
const UNSEEN = /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const SEEN = new RegExp(UNSEEN.source.replace('[', '[^'));
const [EQUALS, BACKTICK] = [61, 96];
/** Before what a spreadsheet must not convert; people take what looks like an apostrophe. */
const APOSTROPHES = /^['‘’`´]+(?=.)/;

/** What a spreadsheet did to a cell so that nobody can know what was in it. */
export const LOST = Symbol('lost');

/** An error (`#REF!`), a number that was rounded (`5.81235E+12`), a formula that was not computed. */
const IS_LOST =
  /^(?:#(?:#+|(?:ref|value|div\/0|num|null|error|spill|calc)!|name\?)|[+-]?\d(?:[.,]\d+)?e\+\d{1,3}|=(?:[^=)].*)?)$/is;

/**
 * The text of a cell without what programs put around it: white space, an apostrophe before
 * digits, `="…"`, `.0` behind a whole number. Undefined: nothing, or a word for it.
 */
export function readCell(cell: string | undefined): string | typeof LOST | undefined {
  if (cell === undefined || cell === '') return undefined;
  const first = cell.charCodeAt(0);
  const last = cell.charCodeAt(cell.length - 1);
  // Almost every cell begins and ends with a letter or a digit of ASCII.
  const isPlain =
    first > 47 && first < 128 && last > 32 && last < 128 && first !== EQUALS && first !== BACKTICK;
  const text = isPlain ? cell : unwrapCell(trim(cell));
  if (text.length <= LONGEST_WORD && NOTHING.test(text)) return undefined;
  if (text.charCodeAt(0) <= EQUALS && IS_LOST.test(text)) return LOST;
  return text.endsWith('.0') && /^\+?\d{3,}\.0$/.test(text) ? text.slice(0, -2) : text;
}

/** By steps: a pattern for the end begins anew at each blank of a long run. */
function trim(text: string): string {
  let end = text.length;
  while (end > 0 && !SEEN.test(text.charAt(end - 1))) end -= 1;
  const begin = text.search(SEEN);
  return begin === -1 ? '' : text.slice(begin, end);
}

function unwrapCell(text: string): string {
  const bare = trim(text.replace(/^'(.+)'$/, '$1').replace(APOSTROPHES, ''));
  const formula = /^=\s*(?:T\()?"([^"]*)"\)?$/i.exec(bare) ?? /^=\s*(\d+(?:\.\d+)?)$/.exec(bare);
  return formula ? trim(formula[1] ?? '') : bare;
}

/** What stands for no id, by its letters: `Not Available`, `(none)`, `xxxx`; signs alone are none. */
const NO_ID =
  /^(?:na|no|none|null|nil|nan|blank|empty|missing|unknown|undefined|pending|awaited|tb[ad]|x+|(?:no|not|notyet)(?:available|applicable|found|assigned|generated|provided|known|set|data|id|order|orderid|value))?$/;

/**
 * One cleaning for every id: no white space, no apostrophe, no `.0`, no thousands separators.
 * Undefined: no id.
 */
export function readId(cell: string | undefined): string | typeof LOST | undefined {
  const text = readCell(cell);
  if (typeof text !== 'string') return text;
  const seen = /[^!-~]/.test(text) ? foldDigits(text.replace(UNSEEN, '')) : text;
  const bare = /^["+]|[`´]$/.test(seen) ? seen.replace(/^"(.*)"$|^\+(?=\d)|[`´]$/, '$1') : seen;
  if (/^\D{0,16}$/.test(bare) && NO_ID.test(bare.toLowerCase().replace(/[^\p{L}]+/gu, ''))) {
    return undefined;
  }
  if (bare.charCodeAt(0) > 64) return bare;
  if (/^[+-]?\d(?:[.,]\d+)?e\+?\d{1,3}$/i.test(bare)) return LOST;
  const digits = /^\d{1,3}(?:,\d{2,3})+(?:\.0*)?$/.test(bare) ? bare.replaceAll(',', '') : bare;
  const id = digits.replace(/^(\d+)\.0*$/, '$1');
  return id === '' || /^0+$/.test(id) ? undefined : id;
}

/** Whether the first of two numbers is the day (India) or the month (a spreadsheet's America). */
export type DateOrder = 'day-first' | 'month-first';

const NUMERIC = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)(.*)$/;

const YEAR_FIRST = /^\d{4}([-/])\d{1,2}\1(\d{1,2})(?!\d)/;

/**
 * What a date says of its file: which number must be the day, or that either may be (`open`); of one
 * that has no such order (ISO, a serial number), whether its day could be a month (`early`) or not (`late`).
 */
export type Telling = DateOrder | 'open' | 'early' | 'late';

export function tellOrder(cell: string | undefined): Telling | undefined {
  if (!cell) return undefined;
  const text = foldDigits(cell).trimStart().replace(APOSTROPHES, '');
  const match = NUMERIC.exec(text);
  if (match) {
    const [first, second] = [Number(match[1]), Number(match[3])];
    if (first > 12) return second <= 12 ? 'day-first' : undefined;
    if (second > 12) return 'month-first';
    return first === second ? undefined : 'open';
  }
  const day = YEAR_FIRST.exec(text)?.[2] ?? dayOfSerial(text);
  return day === undefined ? undefined : Number(day) > 12 ? 'late' : 'early';
}

const PACKED = /^((?:19|20)\d\d)(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})?)?$/;
/** Days since the end of 1899, as spreadsheets count them, of the years 2000 to 2099. */
const SERIAL = /^[3-7]\d{4}(?:\.\d+)?$/;
const [SERIAL_FIRST, SERIAL_1970, SERIAL_LAST] = [36_526, 25_569, 73_050];
const INDIA_OFFSET_MS = 19_800_000;

const LONGEST_DATE = 80;

/** Epoch milliseconds of a date as reports and people write it; undefined: not one. */
export function readMoment(given: string, order: DateOrder, zone: Zone): number | undefined {
  if (given.length > LONGEST_DATE) return undefined;
  const text = foldDigits(given);
  // Digits alone are a day or a serial number here, before they are seconds of an epoch.
  const isDigits = /^[\d.]+$|^\d{8}T/.test(text) && !NUMERIC.test(text);
  if (isDigits) return readDigits(text, zone) ?? parseInstant(text, zone);
  if (order === 'day-first') {
    const ms = parseInstant(text, zone);
    if (ms !== undefined) return ms;
  }
  return readRare(text, order, zone) ?? readRare(plainDate(text), order, zone);
}

/** `Wed, 9th Sep 2026 at 07.23 (GMT+5:30)` → `9 Sep 2026 07:23 +05:30`. */
const plainDate = (text: string): string =>
  text
    .replace(/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+/i, '')
    .replace(/^([a-z]{3,9})\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(?=\d{4})/i, '$2 $1 ')
    .replace(/(\d)(?:st|nd|rd|th)\b/i, '$1')
    .replace(/^(\d{1,2})[/.\s]([a-z]{3,9})[/.']\s*/i, '$1-$2-')
    .replace(/^(\d{1,2}[-\s][a-z]{3,9}[-\s])(?=\d{2}(?!\d))/i, (date) => `${date}20`)
    .replace(/,?\s+at\s+/i, ' ')
    .replace(
      /\(?(?:GMT|UTC)\s*([+-])(\d{1,2}):?(\d{2})?\b\)?/i,
      (_, sign, hours, minutes = '00') => `${sign}${hours.padStart(2, '0')}:${minutes}`,
    )
    .replace(
      /(\s\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?!\d)/,
      (_, hour, minute, second = '00') => `${hour}:${minute}:${second}`,
    )
    .replace(/([-/]\d{4},?\s+\d{1,2})(?=\s*(?:[ap]\.?m\.?)?$)/i, '$1:00');

function readDigits(text: string, zone: Zone): number | undefined {
  const packed = PACKED.exec(text);
  if (packed) {
    const [, year, month, day, hour = '00', minute = '00', second = '00', offset = ''] = packed;
    return parseInstant(`${year}-${month}-${day} ${hour}:${minute}:${second}${offset}`, zone);
  }
  const wallMs = wallOfSerial(text);
  return wallMs && wallMs - (zone === 'Z' ? 0 : INDIA_OFFSET_MS);
}

function wallOfSerial(text: string): number | undefined {
  const serial = SERIAL.test(text) ? Number(text) : 0;
  if (serial < SERIAL_FIRST || serial > SERIAL_LAST) return undefined;
  return Math.round((serial - SERIAL_1970) * 86_400) * 1000;
}

function dayOfSerial(text: string): number | undefined {
  const wallMs = wallOfSerial(text);
  return wallMs && new Date(wallMs).getUTCDate();
}

function readRare(text: string, order: DateOrder, zone: Zone): number | undefined {
  const numeric = NUMERIC.exec(text);
  if (!numeric) return parseInstant(text, zone);
  const [, first, , second, year = '', rest = ''] = numeric;
  const [day, month] = order === 'day-first' ? [first, second] : [second, first];
  return parseInstant(`${day}/${month}/${year.padStart(4, '20')}${rest}`, zone);
}

/** Before GoKwik's first year, or long after the file itself: counted, and emitted as it is. */
export const isImplausible = (ms: number, asOfMs: number): boolean =>
  ms < Date.UTC(2020, 0, 1) || ms > asOfMs + 730 * DAY_MS;
