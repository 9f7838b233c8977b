/** From a database's rows to plain values. */

export type Row = Record<string, unknown>;

/** Drivers give 64-bit integers and decimals as text, and moments in forms of their own. */
export const text = (value: unknown) => String(value ?? '');
export const count = (value: unknown) => Number(value ?? 0);
export const rate = (value: unknown) =>
  value === null || value === undefined ? null : Number(value);
export const flag = (value: unknown) => value === true || value === 'true' || value === 't';
export const day = (value: unknown) => text(value).slice(0, 10);

/** Runs SQL with `{m}` for the marts' prefix and `{s}` for their schema, and maps its rows. */
export type Read = <T>(sql: string, row: (row: Row) => T) => Promise<T[]>;
