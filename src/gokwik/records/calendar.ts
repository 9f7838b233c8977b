/** The calendar and the clock, by integer arithmetic: no zone of the host is ever asked. */

/** India is UTC+05:30 all year, without daylight saving. */
export const INDIA_OFFSET_MS = 19_800_000;
/** 9999-12-31T23:59:59.999Z: the last instant that RFC 3339 can write. */
export const LAST_MS = 253_402_300_799_999;
/**
 * Seconds and milliseconds are told apart by magnitude: both begin on 1973-03-03. What is smaller
 * (0, a spreadsheet's serial number, `20260909`) is no stamp, and would be a wrong one from 1970.
 */
const FIRST_EPOCH_S = 1e8;
const FIRST_EPOCH_MS = 1e11;
/** Days of a common year before each month; the last one is for the length of December. */
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
const DAYS_BEFORE_1970 = 719_162;

/** UTC milliseconds of a civil time, or -1 when the calendar or the clock has no such moment. */
export function composeMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  if (year < 1970 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return -1;
  const before = DAYS_BEFORE[month - 1] ?? 0;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  const length = (DAYS_BEFORE[month] ?? 0) - before + (month === 2 ? leap : 0);
  if (day < 1 || day > length) return -1;
  const past = year - 1;
  const leapDays = ((past / 4) | 0) - ((past / 100) | 0) + ((past / 400) | 0);
  const days = past * 365 + leapDays - DAYS_BEFORE_1970 + before + (month > 2 ? leap : 0) + day - 1;
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
}

/** Epoch milliseconds of epoch seconds or milliseconds, by magnitude. */
export function readEpoch(value: number): number | undefined {
  if (value >= FIRST_EPOCH_MS) return value <= LAST_MS ? Math.floor(value) : undefined;
  return value >= FIRST_EPOCH_S ? Math.round(value * 1000) : undefined;
}
