/**
 * Text that strict readers take. JSON may spell half of a character pair (`\ud83d`), which is no
 * Unicode, and NUL, which PostgreSQL refuses; and it may nest deeper than readers go (pydantic: 250).
 */

import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { setOwn } from './values.ts';

/** The row itself is the first. */
const MOST_LEVELS = 128;

/**
 * The row without such text: halves of pairs as U+FFFD, NUL left out, in values and names. A row that
 * has none is given back as it is.
 *
 * @param count counts texts that were changed (I7). Takes a phrase without any value in it.
 * @returns undefined for a row that is nested too deep to be printed
 */
export function cleanRow(row: JsonObject, count: (what: string) => void): JsonObject | undefined {
  try {
    return cleanObject(row, 1, count);
  } catch (error) {
    if (error === TOO_DEEP) return undefined;
    throw error;
  }
}

const TOO_DEEP = Symbol('too deep');

function cleanValue(value: Json, level: number, count: (what: string) => void): Json {
  if (typeof value === 'string') return cleanText(value, count);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value)
    ? cleanList(value, level + 1, count)
    : cleanObject(value, level + 1, count);
}

function cleanObject(value: JsonObject, level: number, count: (what: string) => void): JsonObject {
  if (level > MOST_LEVELS) throw TOO_DEEP;
  let changed: [name: string, value: Json][] | undefined;
  const names = Object.keys(value);
  for (let at = 0; at < names.length; at++) {
    const name = names[at] ?? '';
    const inner = value[name] ?? null;
    const [cleanName, clean] = [cleanText(name, count), cleanValue(inner, level, count)];
    if (changed === undefined && cleanName === name && clean === inner) continue;
    changed ??= names.slice(0, at).map((before) => [before, value[before] ?? null]);
    changed.push([cleanName, clean]);
  }
  return changed === undefined ? value : build(changed);
}

/** Two names that are cleaned alike stay two fields. */
function build(members: readonly (readonly [name: string, value: Json])[]): JsonObject {
  const made: JsonObject = {};
  for (const [name, value] of members) {
    let free = name;
    for (let copy = 2; Object.hasOwn(made, free); copy++) free = `${name} ${copy}`;
    setOwn(made, free, value);
  }
  return made;
}

function cleanList(value: Json[], level: number, count: (what: string) => void): Json[] {
  if (level > MOST_LEVELS) throw TOO_DEEP;
  let changed: Json[] | undefined;
  for (let at = 0; at < value.length; at++) {
    const inner = value[at] ?? null;
    const clean = cleanValue(inner, level, count);
    if (changed === undefined && clean === inner) continue;
    changed ??= value.slice(0, at);
    changed.push(clean);
  }
  return changed ?? value;
}

function cleanText(text: string, count: (what: string) => void): string {
  if (text.isWellFormed() && !text.includes('\0')) return text;
  if (!text.isWellFormed()) {
    count('half of a character pair in a text was replaced by U+FFFD');
  }
  if (text.includes('\0')) count('a NUL in a text was left out');
  return text.toWellFormed().replaceAll('\0', '');
}
