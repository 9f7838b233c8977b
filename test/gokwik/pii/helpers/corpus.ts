import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Json, JsonObject } from '../../../../src/cdk/protocol.ts';
import { createPii } from '../../../../src/gokwik/pii/pii.ts';

/*
 * Names and spellings of undeclared fields, one file a kind, and what `pii_mode` makes of them. In a
 * file, each of `# values` is put under each of the `# names` after it in turn; `# cases` are fields
 * with the part that must go in «», as those of
 * other systems in `# seen`, which the rules were written with. `harmless` must come out as it went in.
 */

export interface Example {
  readonly kind: string;
  readonly name: string;
  readonly value: Json;
  /** What must not be left; empty: nothing may change. */
  readonly secrets: readonly string[];
  /** Whether it was kept out of sight while the rules were written: one name in two, by a hash of it. */
  readonly isHeldBack: boolean;
}

export interface Figures {
  readonly kind: string;
  readonly seen: Tally;
  readonly heldBack: Tally;
}

interface Tally {
  readonly right: number;
  readonly all: number;
  readonly wrong: readonly Example[];
}

const FOLDER = new URL('../corpus/', import.meta.url);

export function readCorpus(): Example[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.txt'))
    .sort()
    .flatMap((file) =>
      readKind(file.replace('.txt', ''), readFileSync(new URL(file, FOLDER), 'utf8')),
    );
}

function readKind(kind: string, text: string): Example[] {
  const examples: Example[] = [];
  let [section, values, turn]: [string, string[], number] = ['', [], 0];
  for (const line of text.split('\n').filter((some) => some !== '')) {
    const heading = /^# (\w+)/.exec(line)?.[1];
    if (heading !== undefined) {
      section = heading;
      if (heading === 'values') [values, turn] = [[], 0];
    } else if (section === 'values') values.push(line);
    else if (section === 'names') {
      const value = values[turn % values.length] ?? '';
      examples.push(exampleOf(kind, line, value, [value]));
      turn += 1;
    } else {
      const [, name = '', said = ''] = /^(.*?) = (.*)$/.exec(line) ?? [];
      const secrets = [...said.matchAll(/«([^»]*)»/g)].map((match) => match[1] ?? '');
      const plain = said.replace(/[«»]/g, '');
      const value = plain.startsWith('JSON:') ? (JSON.parse(plain.slice(5)) as Json) : plain;
      const example = exampleOf(kind, name, value, secrets);
      examples.push(section === 'seen' ? { ...example, isHeldBack: false } : example);
    }
  }
  return examples;
}

function exampleOf(kind: string, name: string, value: Json, secrets: readonly string[]): Example {
  const id = secrets.length > 0 && secrets[0] === value ? name : `${name}=${JSON.stringify(value)}`;
  const isHeldBack = (createHash('sha256').update(id).digest()[0] ?? 0) % 2 === 1;
  return { kind, name, value, secrets, isHeldBack };
}

/** Hides each example alone, in a row whose schema knows nothing. */
export function measure(examples: readonly Example[]): Figures[] {
  const pii = createPii({ mode: 'drop' });
  const hide = pii?.compile({ properties: { record_key: {} } }, new Set(['record_key']));
  const kinds = [...new Set(examples.map(({ kind }) => kind))];
  const isRight = (example: Example): boolean => {
    const path = /^[\w.]+$/.test(example.name) ? example.name.split('.') : [example.name];
    const row = path.reduceRight<Json>((value, name) => ({ [name]: value }), example.value);
    const before = JSON.stringify(row);
    hide?.(row as JsonObject, undefined);
    const after = JSON.stringify(row);
    return example.secrets.length === 0
      ? before === after
      : example.secrets.every((secret) => !leaks(valuesOf(row), secret));
  };
  const tally = (some: readonly Example[]): Tally => {
    const wrong = some.filter((example) => !isRight(example));
    return { right: some.length - wrong.length, all: some.length, wrong };
  };
  return kinds.map((kind) => {
    const all = examples.filter((example) => example.kind === kind);
    return {
      kind,
      seen: tally(all.filter(({ isHeldBack }) => !isHeldBack)),
      heldBack: tally(all.filter(({ isHeldBack }) => isHeldBack)),
    };
  });
}

/** The values of a row, and names that are values: file names and keys of maps. */
function valuesOf(value: Json): string {
  if (Array.isArray(value)) return value.map(valuesOf).join('\n');
  if (value === null || typeof value !== 'object') return String(value);
  return Object.values(value)
    .map((inner) => valuesOf(inner))
    .join('\n');
}

/** The whole, or a part of it that tells something: a word of five letters, five digits. */
function leaks(text: string, secret: string): boolean {
  if (text.includes(secret)) return true;
  const parts = secret.split(/[^\p{L}\p{M}\p{N}]+/u).filter((part) => part.length >= 5);
  return parts.some(
    (part) => text.includes(part) && !/^(?:https|shop|example|month|march)$/i.test(part),
  );
}
