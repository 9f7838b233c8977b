/**
 * Lists and reads a bucket of many small objects, and lists it again, and writes what that took into
 * docs/PERFORMANCE.md. Called by hand.
 *
 *   npm run build && npx tsx bench/stores.ts [--objects 100000]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { discover, incrementalCatalog } from '../integration_tests/connector.ts';
import { table, writePart } from '../scripts/page.ts';
import { makeCart } from './orders.ts';
import { type Run, runProcess } from './process.ts';
import { commandOf, ENV, ROOT } from './setup.ts';

const { values } = parseArgs({ options: { objects: { type: 'string', default: '100000' } } });
const OBJECTS = Number(values.objects);
const PAGE = 1000;
/** What a request to a bucket of the same region takes at least. */
const WAY_MS = 10;
const BEGAN_MS = Date.now() - 30 * 86_400_000;

const keyOf = (at: number): string => `gokwik/cart-${String(at).padStart(6, '0')}.json`;
const bodyOf = (at: number): string => makeCart(at, BEGAN_MS + at);

function listOf(from: number): string {
  const until = Math.min(from + PAGE, OBJECTS);
  let text = '<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType>';
  for (let at = from; at < until; at += 1) {
    const modified = new Date(BEGAN_MS + at * 1000).toISOString();
    const tag = at.toString(16).padStart(32, '0');
    text += `<Contents><Key>${keyOf(at).replace('/', '%2F')}</Key><LastModified>${modified}</LastModified><ETag>&quot;${tag}&quot;</ETag><Size>${bodyOf(at).length}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  }
  const more = until < OBJECTS;
  return `${text}<IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${until}</NextContinuationToken>` : ''}</ListBucketResult>`;
}

/** A bucket that is not stored, and that answers as far away as one of the region. */
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '', 'http://bucket');
  const [, at] = /cart-(\d+)\.json$/.exec(url.pathname) ?? [];
  const body =
    at === undefined
      ? listOf(Number(url.searchParams.get('continuation-token') ?? 0))
      : bodyOf(Number(at));
  setTimeout(() => response.end(body), WAY_MS);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as { port: number };

const folder = mkdtempSync(join(tmpdir(), 'bench-stores-'));
const output = join(folder, 'output');
const config = {
  base_url: 'https://api.gokwik.co',
  app_id: 'none',
  app_secret: 'none',
  start_date: '2026-01-01',
  files: [{ stream: 'abandoned_checkouts', location: 's3://bench/gokwik/*.json' }],
  file_stores: [
    {
      type: 's3',
      name: 'bench',
      access_key_id: 'bench-key',
      secret_access_key: 'bench-secret',
      endpoint: `http://127.0.0.1:${port}`,
    },
  ],
};

async function read(state: readonly unknown[]): Promise<Run> {
  const catalog = incrementalCatalog(await discover(config));
  const run = await runProcess({
    command: commandOf({ config, catalog, state }),
    env: ENV,
    reader: ['sh', '-c', `tee ${output} | wc -lc`],
  });
  if (run.exitCode !== 0) throw new Error(`exit code ${run.exitCode}`);
  return run;
}

const printed = (): { type: string }[] =>
  readFileSync(output, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const cellsOf = (what: string, { cpuMs, wallMs, peakRssMib }: Run, rows: number): string[] => [
  ...[what, whole(rows), `${(cpuMs / 1000).toFixed(1)} s`],
  ...[`${(wallMs / 1000).toFixed(1)} s`, `${whole(peakRssMib)} MiB`],
];

try {
  const first = await read([]);
  const messages = printed();
  const rows = messages.filter(({ type }) => type === 'RECORD').length;
  if (rows !== OBJECTS) throw new Error(`${rows} rows of ${OBJECTS} objects`);
  const state = messages.filter(({ type }) => type === 'STATE').slice(-1);
  const again = await read(state.map((one) => (one as unknown as { state: unknown }).state));
  const more = printed().filter(({ type }) => type === 'RECORD').length;
  if (more !== 0) throw new Error(`${more} rows came again`);
  const shown = table(
    ['what', 'rows', 'processor time', 'by the clock', 'peak memory'],
    [cellsOf('listing and reading', first, rows), cellsOf('listing again, nothing new', again, 0)],
  );
  console.log(shown);
  const note = `${whole(OBJECTS)} objects of one payload each, by S3's calls, ${PAGE} a page, every answer ${WAY_MS} ms away. Written by
\`npx tsx bench/stores.ts\` on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} shared cores, Node ${process.version}.\n\n${shown}`;
  writePart(join(ROOT, 'docs/PERFORMANCE.md'), 'stores', note);
} finally {
  rmSync(folder, { recursive: true });
  server.closeAllConnections();
  server.close();
}
