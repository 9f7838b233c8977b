import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import t from 'tap';
import { currentOffer } from './helpers/release.ts';

/* The tests of the connector's page that Airbyte's acceptance tests had, and of what else is told. */

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8');
const page = read('docs/CONNECTOR.md');
const { spec, streams, version } = currentOffer();
const properties = spec.properties as Record<string, { title: string }>;

const HEADINGS = [
  '# GoKwik',
  '## Prerequisites',
  '## Setup guide',
  '### Set up GoKwik',
  '### Set up the GoKwik connector in Airbyte',
  '#### For Airbyte Cloud',
  '#### For Airbyte Open Source',
  '## Supported sync modes',
  '## Supported Streams',
  '### Performance considerations',
  '## Data type map',
  '## Limitations & Troubleshooting',
  '### Connector limitations',
  '### Troubleshooting',
  '## Changelog',
];

t.test('test_docs_structure', async (t) => {
  t.same(
    page.split('\n').filter((line) => /^#+ /.test(line)),
    HEADINGS,
  );
});

t.test('test_prerequisites_content', async (t) => {
  const prerequisites = page.slice(
    page.indexOf('## Prerequisites'),
    page.indexOf('## Setup guide'),
  );
  for (const name of spec.required as string[])
    t.match(prerequisites, `**${properties[name]?.title}**`);
});

t.test('every setting, stream and the version are on the page', async (t) => {
  for (const { title } of Object.values(properties)) t.match(page, `**${title}**`);
  for (const { name } of streams) t.match(page, `- \`${name}\`:`);
  t.match(page, new RegExp(`^\\| ${version} +\\|`, 'm'));
});

t.test('the codes on the page are those of the connector, all of them', async (t) => {
  const codesIn = (text: string): Set<string> =>
    new Set(text.match(/GK_[A-Z]+(?:_[A-Z0-9]+)*/g) ?? []);
  const [told, known] = [codesIn(page), codesIn(read('dist/main.js'))];
  // What is made of a status, or of what is wrong with an address, has its beginning in the code.
  const isMade = (code: string): boolean => /^GK_(HTTP|IN_BODY|BASE_URL)(_|$)/.test(code);
  for (const code of told) t.ok(known.has(code) || isMade(code), `${code} exists`);
  for (const code of known) t.ok(told.has(code) || isMade(code), `${code} is explained`);
  t.ok(known.size > 30);
});

t.test('test_validate_links: to files', async (t) => {
  for (const path of [
    'docs/CONNECTOR.md',
    'docs/BEHAVIOR.md',
    'docs/CLIENTS.md',
    'deploy/README.md',
  ]) {
    for (const [, target = ''] of read(path).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^https:/.test(target)) continue;
      t.ok(existsSync(resolve(ROOT, dirname(path), target)), `${path}: ${target}`);
    }
  }
});
