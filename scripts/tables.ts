/**
 * Writes the tables of the README that come from data: settings from `schemas/spec.json`, streams
 * from the API profile. With `--check` it writes nothing and fails when they are out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import spec from '../schemas/spec.json' with { type: 'json' };
import { DEFAULT_PROFILE } from '../src/gokwik/profile.ts';
import type { StreamProfile } from '../src/gokwik/streams/stream.ts';

interface Setting {
  title: string;
  description: string;
  default?: unknown;
  airbyte_secret?: boolean;
}

function settingsTable(): string {
  const { properties, required } = spec.connectionSpecification;
  const rows = Object.entries(properties as Record<string, Setting>).map(([name, setting]) => {
    const kind = required.includes(name) ? 'required' : `\`${setting.default ?? '–'}\``;
    const secret = setting.airbyte_secret ? ' (secret)' : '';
    const [first] = setting.description.split(/(?<=\.)\s/);
    return `| \`${name}\`${secret} | ${kind} | ${first} |`;
  });
  return ['| setting | default | is |', '| --- | --- | --- |', ...rows].join('\n');
}

function streamsTable(): string {
  const rows = Object.entries(DEFAULT_PROFILE.streams).map(([name, stream]) => {
    const cursor = `\`${stream.cursor[0]}\``;
    return `| \`${name}\` | ${originOf(stream)} | ${keyOf(stream)} | ${cursor} | ${stream.evidence} |`;
  });
  return [
    '| stream | from | `record_key` is made of | cursor | evidence |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function originOf({ child_of, per, path, records }: StreamProfile): string {
  if (child_of) return `the ${records.map((field) => `\`${field}\``).join(' or ')} of ${child_of}`;
  return per ? `\`${path}\`, one request for each of the ${per} that can have one` : `\`${path}\``;
}

function keyOf({ key, child_of }: StreamProfile): string {
  if (child_of) return `the key of ${child_of} and the position`;
  const alternatives = key.map((fields) =>
    [fields]
      .flat()
      .map((f) => `\`${f}\``)
      .join(' + '),
  );
  return alternatives.join(', else ');
}

const TABLES = { settings: settingsTable(), streams: streamsTable() };
const path = 'README.md';
const before = readFileSync(path, 'utf8');
let after = before;
for (const [name, table] of Object.entries(TABLES)) {
  const part = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!part.test(after)) throw new Error(`${path} has no place for the table of ${name}`);
  after = after.replace(part, (_, begin: string, end: string) => `${begin}${table}\n${end}`);
}
if (!process.argv.includes('--check')) writeFileSync(path, after);
else if (after !== before) {
  console.error(`the tables of ${path} are out of date: run npm run generate`);
  process.exitCode = 1;
}
