/**
 * The key of a row: always a non-empty string, the same at every reading and in every spelling of
 * the same row, since destinations remove duplicates by it (I1: rows are emitted more than once).
 */
import { hash } from 'node:crypto';
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';

/** Reads a mapped row; undefined when no alternative is complete. */
export type ReadKey = (row: JsonObject) => string | undefined;

/**
 * `alternatives` in order of preference: a field, or a list of fields for a composite key.
 * A field is complete when it has a value; a composite when at least half of its parts have one,
 * since a row that only says `Payment` is one of many. Missing parts stay empty, and parts are
 * joined by `:`, with `%` and `:` inside them escaped, so that no two composites spell the same key.
 */
export function compileKey(alternatives: readonly (string | readonly string[])[]): ReadKey {
  const readers = alternatives.map((alternative) =>
    typeof alternative === 'string' ? readField(alternative) : readComposite(alternative),
  );
  return (row) => {
    for (const read of readers) {
      const key = read(row);
      if (key !== undefined) return key;
    }
    return undefined;
  };
}

/** `sha256:` and the hex digest of a value, equal for equal values whatever the order of keys. */
export function digest(value: Json): string {
  return `sha256:${hash('sha256', canonicalJson(value))}`;
}

/** JSON text with sorted keys. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
}

function readField(name: string): ReadKey {
  return (row) => {
    const text = partText(row[name]);
    return text === '' ? undefined : text;
  };
}

function readComposite(names: readonly string[]): ReadKey {
  return (row) => {
    const parts = names.map((name) => partText(row[name]));
    const complete = parts.filter((part) => part !== '').length;
    return complete > 0 && complete * 2 >= names.length
      ? parts.map(escapePart).join(':')
      : undefined;
  };
}

/** Empty for nothing, white space, and what is no scalar. */
function partText(value: Json | undefined): string {
  if (typeof value === 'string') return value.trim() === '' ? '' : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function escapePart(part: string): string {
  return part.replaceAll('%', '%25').replaceAll(':', '%3A');
}
