/**
 * What is printed as strict readers take it. JSON may spell half of a character pair (`\ud83d`), which
 * is no Unicode and fails DuckDB, PostgreSQL and Airbyte's own models, and NUL, which PostgreSQL refuses.
 */

/** As JSON.stringify spells halves of pairs; whole pairs it prints as they are. */
const HALF = '\\ud';
const NUL = '\\u0000';

/**
 * The JSON text of a value: halves of pairs as U+FFFD, NUL left out, in texts and names. Looked for in
 * the text as it is, where that costs next to nothing; only what has some is walked over.
 *
 * @param count counts texts that were changed (I7). Takes a phrase without any value in it.
 */
export function printJson(value: unknown, count: (what: string) => void): string {
  const text = JSON.stringify(value);
  return text.includes(HALF) || text.includes(NUL) ? JSON.stringify(mend(value, count)) : text;
}

function mend(value: unknown, count: (what: string) => void): unknown {
  if (typeof value === 'string') return mendText(value, count);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((inner) => mend(inner, count));
  const free = createNames();
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [free(mendText(name, count)), mend(inner, count)]),
  );
}

/** The names of one object's fields: two that were changed alike stay two fields, `x` and `x 2`. */
export function createNames(): (name: string) => string {
  const taken = new Set<string>();
  const copies = new Map<string, number>();
  return (name) => {
    const { size } = taken;
    if (taken.add(name).size > size) return name;
    for (let copy = copies.get(name) ?? 2; ; copy += 1) {
      const free = `${name} ${copy}`;
      if (taken.has(free)) continue;
      taken.add(free);
      copies.set(name, copy + 1);
      return free;
    }
  };
}

function mendText(text: string, count: (what: string) => void): string {
  const isWhole = text.isWellFormed();
  if (!isWhole) count('half of a character pair in a text was replaced by U+FFFD');
  if (text.includes('\0')) count('a NUL in a text was left out');
  return (isWhole ? text : text.toWellFormed()).replaceAll('\0', '');
}
