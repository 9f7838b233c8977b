import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import t from 'tap';
import { currentOffer } from './release.ts';

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

t.test('every code on the page is one of the connector’s', async (t) => {
  const bundle = read('dist/main.js');
  // Those of HTTP are made of the status.
  const codes = new Set([...page.matchAll(/GK_[A-Z_]+(?![\w]*\d)/g)].map(([code]) => code));
  codes.delete('GK_HTTP_');
  for (const code of codes) t.ok(bundle.includes(code), code);
  t.ok(codes.size > 10);
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
