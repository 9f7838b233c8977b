/**
 * Instants as GoKwik's APIs, webhooks and reports write them. Inside they are epoch milliseconds,
 * emitted they are RFC 3339 in UTC. No string without an offset ever reaches `Date`, which would
 * read it in the host's zone; nothing here depends on `TZ`.
 */

/** The offset of stamps that carry none. */
export type Zone = '+05:30' | 'Z';

export const DAY_MS = 24 * 60 * 60_000;
/** India is UTC+05:30 all year, without daylight saving. */
export const OFFSETS_MS: Readonly<Record<Zone, number>> = { '+05:30': 19_800_000, Z: 0 };
const INDIA_OFFSET_MS = OFFSETS_MS['+05:30'];
/** 9999-12-31T23:59:59.999Z: the last instant that RFC 3339 can write. */
const LAST_MS = 253_402_300_799_999;
/**
 * Seconds and milliseconds are told apart by magnitude: both begin on 1973-03-03. What is smaller
 * (0, a spreadsheet's serial number) is no stamp, and would be a wrong one from 1970.
 */
const FIRST_EPOCH_S = 1e8;
const FIRST_EPOCH_MS = 1e11;
const MINUTE_MS = 60_000;
/** No known spelling is longer; longer text is not looked at. */
const LONGEST = 64;

const MONTHS =
  'january february march april may june july august september october november december'.split(
    ' ',
  );

const CLOCK =
  '(?:,?[T\\s]+(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2})(?:[.,](?<fraction>\\d{1,12}))?)?' +
  '\\s*(?<half>[ap]\\.?m\\.?)?\\s*(?<offset>Z|UTC|GMT|IST|[+-]\\d{2}(?::?\\d{2})?)?)?$';
/** `2026-09-09T07:23:34Z`, `2026-09-09 07:23:34`, `2026-09-09`. */
const YEAR_FIRST = new RegExp(
  `^(?<year>\\d{4})[-/](?<month>\\d{1,2})[-/](?<day>\\d{1,2})${CLOCK}`,
  'i',
);
/** `9/9/2026 7:23 AM`, `09/09/2026 07:23 AM`, `09-09-2026 19:23`: in India the day comes first. */
const DAY_FIRST = new RegExp(
  `^(?<day>\\d{1,2})[-/.](?<month>\\d{1,2})[-/.](?<year>\\d{4})${CLOCK}`,
  'i',
);
/** `09-Sep-2026 07:23:34`, `9th September 2026`, `Wed, 09 Sep 2026 07:23:34 GMT` (RFC 9110). */
const MONTH_NAMED = new RegExp(
  `^(?<day>\\d{1,2})(?:st|nd|rd|th)?[-\\s](?<name>[a-z]{3,9})[-\\s,]+(?<year>\\d{4})${CLOCK}`,
  'i',
);
/** `Sep 9, 2026 7:23 AM`, `Wed Sep 09 2026 07:23:34 GMT+0530 (India Standard Time)`. */
const MONTH_FIRST = new RegExp(
  `^(?<name>[a-z]{3,9})\\.?\\s+(?<day>\\d{1,2})(?:st|nd|rd|th)?,?\\s+(?<year>\\d{4})${CLOCK}`,
  'i',
);
/** `20260909`, `20260909072334`. As milliseconds the latter would be a moment of the years 2570 to 2640. */
const DIGITS =
  /^(?<year>(?:19|20)\d\d)(?<month>\d\d)(?<day>\d\d)(?:(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d))?$/;
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s+/i;
/** The name of a zone, which says nothing more than the offset before it; without one it tells. */
const ZONE_NAME = /\s*[([]([^()[\]]*)[)\]]$/;
const OFFSET = /:\d{2}.*(?:Z|UTC|GMT|IST|[+-]\d{2}(?::?\d{2})?)$/i;
const INDIA = /^(?:India Standard Time|Asia\/(?:Kolkata|Calcutta))$/i;
const EPOCH = /^\d{9,15}(?:\.\d{1,9})?$/;

/** An instant, and the digits behind its seconds as they were written. */
interface Instant {
  ms: number;
  fraction: string;
}

/**
 * Epoch milliseconds of any spelling in which an instant comes; digits past the third of a second
 * are cut. `zone` is the offset of spellings that carry none. Undefined: not an instant, or not
 * within 1970–9999.
 */
export function parseInstant(value: unknown, zone: Zone): number | undefined {
  if (typeof value === 'string') {
    const ms = readCanonical(value);
    return ms === -1 ? readText(value, zone)?.ms : ms;
  }
  if (typeof value !== 'number') return undefined;
  // What may be the digits of a date is no epoch of this century.
  return value < FIRST_EPOCH_S || value >= 1e13
    ? readText(String(value), zone)?.ms
    : readEpoch(value);
}

/** `2026-09-09T07:23:34Z`, with three digits behind the seconds where milliseconds are not zero. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/**
 * The emitted text of an instant. A UTC string passes as it is, and digits below the millisecond
 * are kept. Undefined: not an instant.
 */
export function toInstantText(value: unknown, zone: Zone): string | undefined {
  if (typeof value !== 'string') {
    const ms = parseInstant(value, zone);
    return ms === undefined ? undefined : formatInstant(ms);
  }
  if (readCanonical(value) !== -1) return value;
  const instant = readText(value, zone);
  if (instant === undefined) return undefined;
  const { ms, fraction } = instant;
  return /[1-9]/.test(fraction.slice(3))
    ? `${new Date(ms).toISOString().slice(0, 19)}.${fraction}Z`
    : formatInstant(ms);
}

/** The calendar day in India, `YYYY-MM-DD`, in which an instant falls. */
export function indiaDate(ms: number): string {
  return new Date(ms + INDIA_OFFSET_MS).toISOString().slice(0, 10);
}

const CANONICAL = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,12})?Z$/;

/** Milliseconds of `YYYY-MM-DDTHH:mm:ss[.digits]Z`, the shape of almost every stamp of the API, or -1. */
function readCanonical(text: string): number {
  // A row says the same moment more than once.
  if (text === lastText) return lastMs;
  lastText = text;
  lastMs = parseCanonical(text);
  return lastMs;
}

let lastText = '';
let lastMs = -1;

function parseCanonical(text: string): number {
  if (!CANONICAL.test(text)) return -1;
  const ms = Date.parse(text);
  const day = Number(text.slice(8, 10));
  // `Date` rolls 31 February over into March.
  return ms >= 0 && (day < 29 || new Date(ms).getUTCDate() === day) ? ms : -1;
}

/** Undefined: no spelling that is known, or no such moment. */
function readText(text: string, zone: Zone): Instant | undefined {
  // Spreadsheets put an apostrophe before what must not be converted.
  const plain = text.trim().replace(/^'/, '');
  if (plain === '' || plain.length > LONGEST) return undefined;
  const bare = plain
    .replace(WEEKDAY, '')
    .replace(ZONE_NAME, (_, name: string, at: number, all: string) =>
      OFFSET.test(all.slice(0, at)) || WEEKDAY.test(`${name} `)
        ? ''
        : ` ${INDIA.test(name) ? 'IST' : name}`,
    )
    .replace(/GMT(?=[+-]\d)/, '');
  const digits = DIGITS.exec(bare);
  const told = digits?.groups && readParts(digits.groups, zone);
  if (told) return told;
  if (EPOCH.test(bare)) {
    const ms = readEpoch(Number(bare));
    return ms === undefined ? undefined : { ms, fraction: '' };
  }
  const match =
    YEAR_FIRST.exec(bare) ??
    DAY_FIRST.exec(bare) ??
    MONTH_NAMED.exec(bare) ??
    MONTH_FIRST.exec(bare);
  return match?.groups && readParts(match.groups, zone);
}

function readParts(parts: Record<string, string | undefined>, zone: Zone): Instant | undefined {
  const month = parts.name === undefined ? Number(parts.month) : monthOf(parts.name);
  const hour = readHour(Number(parts.hour ?? 0), parts.half);
  const base = composeMs(
    Number(parts.year),
    month,
    Number(parts.day),
    hour,
    Number(parts.minute ?? 0),
    Number(parts.second ?? 0),
  );
  const offsetMs = readOffset(parts.offset ?? zone);
  if (base === -1 || hour === -1 || offsetMs === undefined) return undefined;
  const fraction = parts.fraction ?? '';
  const ms = base - offsetMs + Number(fraction.slice(0, 3).padEnd(3, '0'));
  return ms >= 0 && ms <= LAST_MS ? { ms, fraction } : undefined;
}

/** Hour of day. Some exports write `13:45 PM` and `00:15 AM`; what contradicts itself is -1. */
function readHour(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  const afternoon = /^p/i.test(half);
  if (hour === 12) return afternoon ? 12 : 0;
  if (hour < 12) return afternoon && hour > 0 ? hour + 12 : afternoon ? -1 : hour;
  return afternoon ? hour : -1;
}

/** 1–12, or 0: `sep`, `sept`, `september`. */
function monthOf(name: string): number {
  const lower = name.toLowerCase();
  return MONTHS.findIndex((month) => month.startsWith(lower)) + 1;
}

/** Milliseconds east of UTC. */
function readOffset(offset: string): number | undefined {
  if (/^(?:Z|UTC|GMT)$/i.test(offset)) return 0;
  if (/^IST$/i.test(offset)) return INDIA_OFFSET_MS;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', '') || 0);
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}

/** UTC milliseconds of a civil time, or -1 when the calendar or the clock has no such moment. */
function composeMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  if (year < 1970 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return -1;
  const midnight = new Date(Date.UTC(year, month - 1, day));
  if (day < 1 || midnight.getUTCDate() !== day) return -1;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** Epoch milliseconds of epoch seconds or milliseconds, by magnitude. */
function readEpoch(value: number): number | undefined {
  if (value >= FIRST_EPOCH_MS) return value <= LAST_MS ? Math.floor(value) : undefined;
  return value >= FIRST_EPOCH_S ? Math.round(value * 1000) : undefined;
}
