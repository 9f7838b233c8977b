/**
 * Instants as GoKwik's APIs, webhooks and reports write them. Inside they are epoch milliseconds,
 * emitted they are RFC 3339 in UTC. No string without an offset ever reaches `Date`, which would
 * read it in the host's zone; nothing here depends on `TZ`.
 */

import type { TimeProfile } from '../profile.ts';
import { composeMs, INDIA_OFFSET_MS, readEpoch } from './calendar.ts';
import { readText } from './stamps.ts';

export type Zone = TimeProfile['zone'];

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
  return typeof value === 'number' ? readEpoch(value) : undefined;
}

/** `2026-09-09T07:23:34Z`, with three digits behind the seconds where milliseconds are not zero. */
export function formatInstant(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  if (day !== lastDay) {
    lastDay = day;
    lastDayText = new Date(day * DAY_MS).toISOString().slice(0, -13);
  }
  const rest = ms - day * DAY_MS;
  const seconds = Math.floor(rest / 1000);
  const fraction = rest - seconds * 1000;
  const clock = `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fraction === 0
    ? `${lastDayText}${clock}Z`
    : `${lastDayText}${clock}.${String(fraction).padStart(3, '0')}Z`;
}

const DAY_MS = 86_400_000;
/** Neighbouring rows are mostly of one day: a third of the time of `toISOString`. */
let lastDay = Number.NaN;
let lastDayText = '';
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const two = (number: number): string => TWO_DIGITS[Math.trunc(number)] ?? '';

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

/** The instant at which a day (`YYYY-MM-DD`) begins in India; undefined for no such day. */
export function indiaMidnight(date: string): number | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(date) ? parseInstant(date, '+05:30') : undefined;
}

/**
 * Milliseconds of `YYYY-MM-DDTHH:mm:ss[.digits]Z`, or -1. Almost every stamp of the API is of this
 * shape, so it is read by character codes: no match object, no `Date`.
 */
function readCanonical(text: string): number {
  const last = text.length - 1;
  if (last < 19 || last > 32 || text.charCodeAt(last) !== 90) return -1;
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(10) !== 84 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58
  ) {
    return -1;
  }
  const century = readTwo(text, 0);
  const years = readTwo(text, 2);
  const month = readTwo(text, 5);
  const day = readTwo(text, 8);
  const hour = readTwo(text, 11);
  const minute = readTwo(text, 14);
  const second = readTwo(text, 17);
  if ((century | years | month | day | hour | minute | second) < 0) return -1;
  let fractionMs = 0;
  if (last !== 19) {
    if (last === 20 || text.charCodeAt(19) !== 46) return -1;
    for (let at = 20, weight = 100; at < last; at++, weight /= 10) {
      const digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) return -1;
      if (weight >= 1) fractionMs += digit * weight;
    }
  }
  const ms = composeMs(century * 100 + years, month, day, hour, minute, second);
  return ms === -1 ? -1 : ms + fractionMs;
}

/** Two digits as a number; negative when they are not digits. */
function readTwo(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}
