/**
 * The key of a row: always a non-empty string, the same at every reading and in every spelling of
 * the same row, since destinations remove duplicates by it (I1: rows are emitted more than once).
 */
import { hash } from 'node:crypto';
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { pathsOf, valueAt } from '../path.ts';
import type { StreamProfile } from '../streams/stream.ts';
import { isBlank } from './values.ts';

/** Reads a mapped row; undefined when no alternative is complete. */
export type ReadKey = (row: JsonObject) => string | undefined;

/**
 * `alternatives` in order of preference: a field, or a list of fields for a composite key, each a name
 * or a path. An alternative is complete when all of its parts have a value: half a key is that of many
 * rows. A part that ends in `?` may be missing; so may one that ends in `~`, of which neither case nor
 * white space counts, and 0 is none. Parts are joined by `:`, with `%` and `:` inside them escaped, so
 * that no two composites spell the same key. A row that says that it is the n-th of equal lines
 * (`occurrence`) has that behind a composite key.
 */
export function compileKey(alternatives: readonly (string | readonly string[])[]): ReadKey {
  return (row) => {
    for (const alternative of alternatives) {
      if (typeof alternative === 'string') {
        const text = partText(valueAt(row, alternative));
        if (text !== '') return text;
        continue;
      }
      const parts = alternative.map((name) => readPart(row, name));
      const isWhole = parts.every((part, at) => part !== '' || /[?~]$/.test(alternative[at] ?? ''));
      if (!isWhole || parts.every((part) => part === '')) continue;
      const key = parts.map(escapePart).join(':');
      return typeof row.occurrence === 'number' ? `${key}:${row.occurrence}` : key;
    }
    return undefined;
  };
}

/** Reads the key of a row as it came, its fields where the profile takes them from. */
export function compileRawKey({
  key,
  fields = {},
}: Pick<StreamProfile, 'key' | 'fields'>): ReadKey {
  const readKey = compileKey(key);
  const names = [...new Set(key.flat().map((name) => name.replace(/[?~]$/, '')))];
  const sources = names.map((name) => [name, pathsOf(name, fields[name])] as const);
  return (row) => {
    const named = sources.map(([name, paths]) => {
      const path = paths.find((one) => !isBlank(valueAt(row, one)));
      return [name, path === undefined ? null : (valueAt(row, path) ?? null)] as const;
    });
    return readKey(Object.fromEntries(named));
  };
}

function readPart(row: JsonObject, name: string): string {
  const text = partText(valueAt(row, name.replace(/[?~]$/, '')));
  if (!name.endsWith('~')) return text;
  const like = text.replace(/\s+/g, '').toLowerCase();
  return like === '0' ? '' : like;
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

/** Empty for nothing, white space, what is no scalar, and what stands for no number. */
function partText(value: Json | undefined): string {
  if (typeof value === 'string') return value.trim() === '' || NO_NUMBER.test(value) ? '' : value;
  // What JSON cannot hold is no id: `1e400` is Infinity to a parser.
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return typeof value === 'boolean' ? String(value) : '';
}

/** Programs write these where a number was lost: as an id they would be that of many rows. */
const NO_NUMBER = /^\s*[-+]?(?:nan|inf|infinity)\s*$/i;

function escapePart(part: string): string {
  return part.replaceAll('%', '%25').replaceAll(':', '%3A');
}
