/** The spellings of an instant in reports, exports and couriers' answers. */
import { composeMs, INDIA_OFFSET_MS, LAST_MS, readEpoch } from './calendar.ts';
import type { Zone } from './time.ts';

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
/** `09-Sep-2026 07:23:34`, `9 September 2026`. */
const MONTH_NAMED = new RegExp(
  `^(?<day>\\d{1,2})[-\\s](?<name>[a-z]{3,9})[-\\s,]+(?<year>\\d{4})${CLOCK}`,
  'i',
);
const EPOCH = /^\d{9,15}(?:\.\d{1,9})?$/;

/** An instant, and the digits behind its seconds as they were written. */
export interface Instant {
  ms: number;
  fraction: string;
}

/**
 * Milliseconds of `D/M/YYYY h:mm AM`, or -1. Exports hold two or three of these a row, so they are
 * read by character codes: a sixth of the time of the patterns, which read all other spellings.
 */
function readExported(text: string, zone: Zone): number {
  const { length } = text;
  if (length < 16 || length > 19) return -1;
  const dayEnd = text.charCodeAt(1) === SLASH ? 1 : 2;
  const monthEnd = text.charCodeAt(dayEnd + 2) === SLASH ? dayEnd + 2 : dayEnd + 3;
  const hourEnd = monthEnd + (text.charCodeAt(monthEnd + 7) === COLON ? 7 : 8);
  if (
    text.charCodeAt(dayEnd) !== SLASH ||
    text.charCodeAt(monthEnd) !== SLASH ||
    text.charCodeAt(monthEnd + 5) !== SPACE ||
    text.charCodeAt(hourEnd) !== COLON ||
    text.charCodeAt(hourEnd + 3) !== SPACE ||
    length !== hourEnd + 6 ||
    (text.charCodeAt(length - 1) | 32) !== 109
  ) {
    return -1;
  }
  const half = text.charCodeAt(length - 2) | 32;
  const day = readDigits(text, 0, dayEnd);
  const month = readDigits(text, dayEnd + 1, monthEnd);
  const year = readDigits(text, monthEnd + 1, monthEnd + 5);
  const hour = readDigits(text, monthEnd + 6, hourEnd);
  const minute = readDigits(text, hourEnd + 1, hourEnd + 3);
  const isPlain = (half === 97 || half === 112) && hour >= 1 && hour <= 12;
  if (!isPlain || (day | month | year | minute) < 0) return -1;
  const ms = composeMs(year, month, day, (hour % 12) + (half === 112 ? 12 : 0), minute, 0);
  return ms === -1 ? -1 : ms - (zone === 'Z' ? 0 : INDIA_OFFSET_MS);
}

const SLASH = 47;
const COLON = 58;
const SPACE = 32;

/** A number of digits only; negative when something else is there. */
function readDigits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Undefined: no spelling that is known, or no such moment. */
export function readText(text: string, zone: Zone): Instant | undefined {
  const exported = readExported(text, zone);
  if (exported >= 0) return { ms: exported, fraction: '' };
  // Spreadsheets put an apostrophe before what must not be converted.
  const bare = text.trim().replace(/^'/, '');
  if (bare === '' || bare.length > LONGEST) return undefined;
  if (EPOCH.test(bare)) {
    const ms = readEpoch(Number(bare));
    return ms === undefined ? undefined : { ms, fraction: '' };
  }
  const match = YEAR_FIRST.exec(bare) ?? DAY_FIRST.exec(bare) ?? MONTH_NAMED.exec(bare);
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
