/** Stamps in every spelling the reference names. Instants are epoch milliseconds. */

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
/** India is five and a half hours ahead of UTC all year: no daylight saving. */
export const INDIA_MS = 5.5 * HOUR_MS;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-09-09T07:23:34Z` */
export const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** `2026-09-09 12:53:34`, India time. */
export function indiaDashed(ms: number): string {
  return new Date(ms + INDIA_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** `09-Sep-2026 12:53:34`, India time. */
export function indiaMonth(ms: number): string {
  const text = new Date(ms + INDIA_MS).toISOString();
  const month = MONTHS[Number(text.slice(5, 7)) - 1];
  return `${text.slice(8, 10)}-${month}-${text.slice(0, 4)} ${text.slice(11, 19)}`;
}

const two = (number: number): string => String(number).padStart(2, '0');

/** India time, day first, to the minute, its numbers as `spell` writes them. */
function dayFirst(ms: number, spell: (number: number) => string): string {
  const at = new Date(ms + INDIA_MS);
  const day = `${spell(at.getUTCDate())}/${spell(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`;
  const hour = at.getUTCHours();
  return `${day} ${spell(hour % 12 || 12)}:${two(at.getUTCMinutes())} ${hour < 12 ? 'AM' : 'PM'}`;
}

/** `9/9/2026 12:53 PM` */
export const indiaReport = (ms: number): string => dayFirst(ms, String);

/** `09/09/2026 12:53 PM`: the same after a Google Sheets round trip. */
export const indiaSheet = (ms: number): string => dayFirst(ms, two);

/** `09-09-2026 12:53`, India time, as transaction reports have it. */
export function indiaDashedDay(ms: number): string {
  const [year, month, day, hour, minute] = new Date(ms + INDIA_MS).toISOString().split(/[-T:.]/);
  return `${day}-${month}-${year} ${hour}:${minute}`;
}

/** The India day an instant falls on, as the instant that day begins. */
export function indiaDay(ms: number): number {
  return Math.floor((ms + INDIA_MS) / DAY_MS) * DAY_MS - INDIA_MS;
}

/** `2026-09-09`, India time. */
export function indiaDate(ms: number): string {
  return new Date(ms + INDIA_MS).toISOString().slice(0, 10);
}

export function wholeSeconds(ms: number): number {
  return Math.floor(ms / SECOND_MS) * SECOND_MS;
}

/** An instant as the merchant API takes it: UTC, `Z`, whole seconds. Undefined when it is not. */
export function parseUtc(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The instant an India date begins. Undefined when it is not a date. */
export function parseIndiaDate(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) ? undefined : ms - INDIA_MS;
}
