import type { Keys, Simulator, StreamName } from '../../../simulator/src/index.ts';

/** What the marts are worked out from, in plain TypeScript: the simulator's own rows. */

export type Fields = Record<string, unknown>;

/** A merchant's rows by stream; `key` is the row's `record_key`. */
export interface Source {
  rows(stream: StreamName): readonly Fields[];
  /** "Now", UTC. Epoch ms. */
  readonly asOfMs: number;
}

export function sourceOf(simulator: Simulator, asOfMs: number, keys: Keys = 'api'): Source {
  const known = new Map<StreamName, Fields[]>();
  return {
    asOfMs,
    rows(stream) {
      const rows = known.get(stream) ?? rowsOf(simulator, stream, keys);
      known.set(stream, rows);
      return rows;
    },
  };
}

export function rowsOf(simulator: Simulator, stream: StreamName, keys: Keys = 'api'): Fields[] {
  return [...simulator.truth(stream, {}, keys)].map(({ key, fields }) => ({ key, ...fields }));
}

const DAY_MS = 86_400_000;
const INDIA_MS = 5.5 * 3_600_000;

export const ms = (stamp: unknown) => Date.parse(String(stamp));
export const stampOf = (atMs: number) => new Date(atMs).toISOString();
export const indiaDate = (stamp: unknown) =>
  new Date(ms(stamp) + INDIA_MS).toISOString().slice(0, 10);
export const given = (value: unknown) =>
  value === null || value === undefined || String(value).trim() === ''
    ? 'not given'
    : String(value);
/** Whose row it is. */
export const merchantOf = (row: Fields | undefined) => given(row?.merchant);
export const textOf = (value: unknown) => String(value ?? '');

/** The Monday of the week in India. */
export function indiaWeek(stamp: unknown): string {
  const day = Date.parse(`${indiaDate(stamp)}T00:00:00Z`);
  const sinceMonday = (new Date(day).getUTCDay() + 6) % 7;
  return new Date(day - sinceMonday * DAY_MS).toISOString().slice(0, 10);
}

export function daysBetween(later: string, earlier: string): number {
  return (Date.parse(`${later}T00:00:00Z`) - Date.parse(`${earlier}T00:00:00Z`)) / DAY_MS;
}

/** Days from a row's day to the source's "now". */
export const ageDays = (source: Source, stamp: unknown) =>
  daysBetween(indiaDate(stampOf(source.asOfMs)), indiaDate(stamp));

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** Groups by several values at once, and gives one row for each group. */
export function eachGroup<T, R>(
  rows: readonly T[],
  keysOf: (row: T) => readonly string[],
  make: (keys: readonly string[], group: readonly T[]) => R,
): R[] {
  const groups = groupBy(rows, (row) => JSON.stringify(keysOf(row)));
  return [...groups].map(([key, group]) => make(JSON.parse(key) as string[], group));
}

export const tally = <T>(rows: readonly T[], test: (row: T) => boolean) => rows.filter(test).length;

/** A sum of rupees, without the dust of binary fractions. */
export function rupees<T>(rows: readonly T[], of: (row: T) => unknown): number {
  return rows.reduce((paise, row) => paise + Math.round(Number(of(row) ?? 0) * 100), 0) / 100;
}

export const rate = (part: number, whole: number) => (whole === 0 ? null : part / whole);

/** The share of some of all, and the 95 % interval that Wilson gives it; undefined of none. */
export function wilson(part: number, whole: number) {
  if (whole === 0) return undefined;
  const z = 1.96;
  const share = part / whole;
  const centre = (share + z ** 2 / (2 * whole)) / (1 + z ** 2 / whole);
  const half =
    (z / (1 + z ** 2 / whole)) *
    Math.sqrt((share * (1 - share)) / whole + z ** 2 / (4 * whole ** 2));
  return { share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

export function average(values: readonly unknown[]): number | null {
  const numbers = values.filter((value) => typeof value === 'number');
  return rate(
    numbers.reduce((sum, value) => sum + value, 0),
    numbers.length,
  );
}

/** The last in the order of characters; null when there is none. */
export const last = (values: readonly unknown[]): string | null =>
  values
    .filter((value) => value !== null && value !== undefined)
    .map(String)
    .sort()
    .at(-1) ?? null;

/** Works something out once for each source: it stays as it is. */
export function perSource<T extends object>(workOut: (source: Source) => T): (source: Source) => T {
  const known = new WeakMap<Source, T>();
  return (source) => {
    const made = known.get(source) ?? workOut(source);
    known.set(source, made);
    return made;
  };
}
