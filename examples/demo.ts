/**
 * The main job in one go, against the simulator: check, discover, a first sync, and after some
 * simulated days a second one from its state, loaded into a DuckDB file; then the four analyses.
 * `--from-files`: the first sync reads the merchant's exports and webhook captures, without the API.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildModels } from '../analytics/report/models.ts';
import { writeReport } from '../analytics/report/report.ts';
import { printAnalyses, table } from '../analytics/report/terminal.ts';
import { configFor, discover, runConnector, writeInputs } from '../integration_tests/connector.ts';
import { type Destination, openDestination } from '../integration_tests/destination.ts';
import { NO_API, sync } from '../integration_tests/sync.ts';
import { type Simulator, startSimulator } from '../simulator/src/index.ts';
import type { AirbyteStream } from '../src/cdk/protocol.ts';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '3000' },
    days: { type: 'string', default: '90' },
    seed: { type: 'string', default: '1' },
    db: { type: 'string', default: '.cache/demo/gokwik.duckdb' },
    'from-files': { type: 'boolean', default: false },
  },
});
const DAY_MS = 86_400_000;
/** Simulated days between the two syncs. */
const PAUSE_DAYS = 10;
const nowMs = Date.now();

const say = (text = ''): void => void process.stdout.write(`${text}\n`);

/** The counts that the connector logs at the end of each stream. */
const SUMMARY = /^(\w+): (\d+) records, (\d+) windows, (\d+) requests, ([\d.]+) s$/;

/** A folder of reports and captures as the merchant has them today. */
async function exportFiles(simulator: Simulator): Promise<string> {
  const folder = resolve(dirname(values.db), 'exports');
  rmSync(folder, { recursive: true, force: true });
  await simulator.exports(folder, { received: true });
  return folder;
}

/** A line that is rewritten a few times a second while work goes on; nothing on what is no terminal. */
function showProgress(text: () => string): { end(): void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { end() {} };
  const timer = setInterval(() => stderr.write(`\r\x1b[K${text()}`), 200);
  return {
    end() {
      clearInterval(timer);
      stderr.write('\r\x1b[K');
    },
  };
}

async function showSync(
  title: string,
  config: object,
  streams: readonly AirbyteStream[],
  destination: Destination,
): Promise<void> {
  destination.resetCounts();
  const summaries: RegExpExecArray[] = [];
  let records = 0;
  const progress = showProgress(() => `${title}: ${records.toLocaleString('en-IN')} records`);
  const { code, errors } = await sync(config, streams, destination, ({ record, log }) => {
    if (record) records += 1;
    const summary = SUMMARY.exec(log?.message ?? '');
    if (summary) summaries.push(summary);
  });
  progress.end();
  say(`\n${title}`);
  const rows = summaries.map(([, stream = '', ...counts]) => {
    const { inserted, corrected } = destination.counts(stream);
    return [stream, ...counts, String(inserted), String(corrected)];
  });
  const headings = ['stream', 'records', 'windows', 'requests', 'seconds', 'new rows', 'corrected'];
  say(table(headings, rows).join('\n'));
  if (code !== 0) throw new Error(`the sync ended with code ${code}: ${errors.join('; ')}`);
}

const simulator = await startSimulator({
  seed: Number(values.seed),
  orders: Number(values.orders),
  startMs: nowMs - Number(values.days) * DAY_MS,
  endMs: nowMs,
  nowMs: nowMs - PAUSE_DAYS * DAY_MS,
});
try {
  const fromFiles = values['from-files'];
  const files = fromFiles ? { files: [{ location: await exportFiles(simulator) }] } : {};
  const config = configFor(simulator, files);
  const firstConfig = fromFiles ? configFor(simulator, { ...NO_API, ...files }) : config;
  say(
    `A simulated GoKwik merchant with about ${values.orders} orders in ${values.days} days answers at ${simulator.baseUrl}`,
  );

  const checked = await runConnector([
    'check',
    '--config',
    writeInputs({ config: firstConfig }).config,
  ]);
  say(`check: ${checked.lines.at(-1)?.connectionStatus?.message}`);

  const first = await discover(firstConfig);
  say(`discover: ${first.length} streams (${first.map((stream) => stream.name).join(', ')})`);
  const streams = await discover(config);

  rmSync(values.db, { force: true });
  mkdirSync(dirname(values.db), { recursive: true });
  const destination = await openDestination(values.db, streams, { newestCursorWins: true });
  const title = fromFiles ? 'First sync, from files alone' : 'First sync';
  await showSync(title, firstConfig, first, destination);

  simulator.advance(PAUSE_DAYS * DAY_MS);
  say(
    `\n${PAUSE_DAYS} days later: new orders came in, and old ones were delivered, returned or refunded.`,
  );
  const second = fromFiles ? 'Second sync, now with the API' : 'Second sync';
  await showSync(`${second}, from the state of the first`, config, streams, destination);
  say(
    fromFiles
      ? '\n“corrected” are rows that came from a file, and now have what only the API knows: one row for each order.'
      : `\n“corrected” are rows of the first sync that changed since; the lookback of ${30} days finds them.`,
  );

  say('\nThe four analyses, by the models in analytics/:\n');
  const { notes } = await buildModels(destination.query);
  await printAnalyses(destination.query);
  const page = await writeReport({
    query: destination.query,
    outPath: join(dirname(values.db), 'report.html'),
    notes,
  });
  destination.close();
  say(`The tables are in ${values.db}, the report is ${page}`);
} finally {
  await simulator.close();
}
