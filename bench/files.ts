/**
 * Reads exports and captures of growing size and writes what it took into docs/FILES.md.
 *
 *   npx tsx bench/files.ts [--rows 326811] [--payloads 100000] [--bytes 5e9] [--check]
 *
 * `--bytes`: also a CSV of at least so many bytes. `--check`: writes nothing, and fails when a core
 * reads fewer rows than is promised, or memory grows with the file.
 */
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { discover, incrementalCatalog } from '../integration_tests/connector.ts';
import { configWithoutApi } from '../integration_tests/sync.ts';
import { table, writePart } from '../scripts/page.ts';
import { workbook } from '../simulator/src/exports/pack.ts';
import { type ExportFile, startSimulator } from '../simulator/src/index.ts';
import { makeCart } from './orders.ts';
import { runProcess } from './process.ts';
import { commandOf, ENV } from './setup.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '326811' },
    payloads: { type: 'string' },
    bytes: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});
const WANTED = Number(values.rows);
const PAYLOADS = Number(values.payloads ?? (values.check ? 20_000 : 100_000));
/** Rows a second of processor time; what a noisy machine may take from it is a fifth. */
const PROMISED = { csv: 30_000, xlsx: 5_000 };
const TAKEN_BY_NOISE = 0.8;
/** 100,000 files of one payload each. */
const PROMISED_MS_PER_PAYLOAD = 1.2;
/** Of a file, however large, and of a check's payloads, a file each. */
const PROMISED_MIB = 150;
const MOST_GROWTH = 1.5;
const DAY_MS = 86_400_000;

interface Taken {
  readonly what: string;
  readonly rows: number;
  readonly bytes: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakRssMib: number;
}

const simulator = await startSimulator({ orders: 20_000, startMs: Date.now() - 300 * DAY_MS });
const folder = mkdtempSync(join(tmpdir(), 'gokwik-files-'));
const path = join(folder, 'orders-large.csv');
const [exported] = await simulator.exports(folder);
const source = readFileSync(exported?.path ?? '', 'utf8');
const begins = source.indexOf('\n') + 1;
const HEADER = source.slice(0, begins);
const ROWS = source.slice(begins).split(/\r\n(?=\d+,'?\d+,#)/);

/** The rows of a real-looking export again and again, each time under other order ids. */
function* linesOf(isEnough: (rows: number, bytes: number) => boolean): Generator<string> {
  let written = 0;
  let bytes = 0;
  for (let round = 10; ; round += 1) {
    for (const row of ROWS) {
      if (isEnough(written, bytes)) return;
      // `5600000020501` → `105600000020501`: another order, a cell of the same kind.
      const line = `${row.trimEnd().replace(/^(\d+),'?/, `$1,${round}`)}\r\n`;
      written += 1;
      bytes += line.length;
      yield line;
    }
  }
}

async function writeExport(isEnough: (rows: number, bytes: number) => boolean): Promise<number> {
  let written = 0;
  await pipeline(function* () {
    let chunk = HEADER;
    for (const line of linesOf(isEnough)) {
      written += 1;
      chunk += line;
      if (chunk.length < 1e6) continue;
      yield chunk;
      chunk = '';
    }
    yield chunk;
  }, createWriteStream(path));
  return written;
}

/** What the connector takes for what lies at a path. */
async function measure(
  what: string,
  stream: ExportFile['stream'],
  place: string,
  rows: number,
  bytes: number,
): Promise<Taken> {
  const config = configWithoutApi(simulator, [{ stream, path: place }]);
  const catalog = incrementalCatalog(await discover(config));
  const run = await runProcess({ command: commandOf({ config, catalog }), env: ENV });
  if (run.exitCode !== 0 || run.lines < rows || run.lines > rows * 1.02 + 100) {
    throw new Error(`exit code ${run.exitCode}, ${run.lines} lines for ${rows} rows`);
  }
  const { cpuMs, wallMs, peakRssMib } = run;
  return { what, rows, bytes, cpuMs, wallMs, peakRssMib };
}

async function takeCsv(isEnough: (rows: number, bytes: number) => boolean): Promise<Taken> {
  const rows = await writeExport(isEnough);
  return measure('orders, CSV', 'orders', path, rows, statSync(path).size);
}

async function takeWorkbook(rows: number): Promise<Taken> {
  const place = join(folder, 'orders-large.xlsx');
  const cells = (line: string): (string | number)[] =>
    line
      .trimEnd()
      .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
      .map((cell) => cell.replace(/^"([\s\S]*)"$/, '$1').replaceAll('""', '"'));
  const lines = [HEADER, ...linesOf((written) => written >= rows)];
  writeFileSync(place, workbook(lines.map(cells)));
  return measure('orders, XLSX', 'orders', place, rows, statSync(place).size);
}

/** As a receiver writes them that keeps each payload in a file of its own. */
async function takePayloads(count: number): Promise<Taken> {
  const place = join(folder, 'carts');
  mkdirSync(place);
  let bytes = 0;
  for (let id = 0; id < count; id += 1) {
    const text = makeCart(id, Date.now() - count + id);
    bytes += text.length;
    writeFileSync(join(place, `cart-${String(id).padStart(6, '0')}.json`), text);
  }
  return measure('carts, a file each', 'abandoned_checkouts', place, count, bytes);
}

/** Of three runs, the one in the middle: neighbours on the machine take their time from some. */
async function takeMedian(take: () => Promise<Taken>): Promise<Taken> {
  const runs: Taken[] = [];
  for (let round = 0; round < 3; round += 1) runs.push(await take());
  const [, middle] = runs.sort((a, b) => a.cpuMs - b.cpuMs);
  return middle as Taken;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const perSecond = ({ rows, cpuMs }: Taken): number => (rows / cpuMs) * 1000;

/** What a run breaks of the promises. */
function problemsOf(runs: readonly Taken[], small: Taken, large: Taken, sheet: Taken): string[] {
  const { csv, xlsx } = PROMISED;
  const payloads = runs.find(({ what }) => what.startsWith('carts')) as Taken;
  return [
    ...(perSecond(large) < csv * TAKEN_BY_NOISE ? ['CSV is read slower than promised'] : []),
    ...(perSecond(sheet) < xlsx * TAKEN_BY_NOISE ? ['XLSX is read slower than promised'] : []),
    ...(payloads.wallMs > payloads.rows * PROMISED_MS_PER_PAYLOAD
      ? ['files of one payload take longer than promised']
      : []),
    ...(large.peakRssMib > small.peakRssMib * MOST_GROWTH ? ['memory grows with the file'] : []),
    ...runs
      .filter(({ peakRssMib }) => peakRssMib > PROMISED_MIB)
      .map(({ what, rows }) => `${what}, ${rows}: more than ${PROMISED_MIB} MiB`),
  ];
}

try {
  // A check is short: what breaks a promise at the first try is tried twice more.
  const once = async (take: () => Promise<Taken>, least: number): Promise<Taken> => {
    if (!values.check) return takeMedian(take);
    const first = await take();
    return perSecond(first) < least * TAKEN_BY_NOISE ? takeMedian(take) : first;
  };
  const csv = (rows: number) => once(() => takeCsv((written) => written >= rows), PROMISED.csv);
  const small = values.check
    ? await takeCsv((written) => written >= WANTED / 10)
    : await csv(Math.round(WANTED / 10));
  const large = await csv(WANTED);
  const runs = [small, large];
  if (values.bytes !== undefined) {
    const least = Number(values.bytes);
    runs.push(await takeCsv((_, bytes) => bytes >= least));
  }
  const sheetRows = values.check ? Math.round(WANTED / 10) : WANTED;
  const sheet = values.check
    ? await once(() => takeWorkbook(sheetRows), PROMISED.xlsx)
    : await takeWorkbook(sheetRows);
  runs.push(sheet, await takePayloads(PAYLOADS));
  const shown = table(
    [
      'what',
      'rows',
      'size',
      'processor time',
      'rows a second of it',
      'by the clock',
      'peak memory',
    ],
    runs.map((run) => [
      ...[run.what, whole(run.rows), `${whole(run.bytes / 1e6)} MB`],
      ...[`${(run.cpuMs / 1000).toFixed(1)} s`, whole(perSecond(run))],
      ...[`${(run.wallMs / 1000).toFixed(1)} s`, `${whole(run.peakRssMib)} MiB`],
    ]),
  );
  console.log(shown);
  if (!values.check) {
    const note = `Written by \`npx tsx bench/files.ts\`, Node ${process.version}.`;
    writePart(resolve(import.meta.dirname, '../docs/FILES.md'), 'files', `${note}\n\n${shown}`);
  } else {
    const problems = problemsOf(runs, small, large, sheet);
    for (const problem of problems) console.error(`files: ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
  await simulator.close();
}
