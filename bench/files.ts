/**
 * Reads orders exports of growing size and writes what it took into docs/FILES.md.
 *
 *   npx tsx bench/files.ts [--rows 326811] [--bytes 5e9] [--check]
 *
 * `--bytes`: also one of at least so many bytes. `--check`: writes nothing, and fails when a core
 * reads fewer rows than is promised, or memory grows with the file.
 */
import {
  createWriteStream,
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
import {
  BUNDLE,
  discover,
  incrementalCatalog,
  writeInputs,
} from '../integration_tests/connector.ts';
import { configWithoutApi } from '../integration_tests/sync.ts';
import { startSimulator } from '../simulator/src/index.ts';
import { runProcess } from './process.ts';
import { ENV, FLAGS } from './setup.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '326811' },
    bytes: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});
const WANTED = Number(values.rows);
/** Rows a second of processor time; what a noisy machine may take from it is a fifth. */
const PROMISED = 30_000;
const LEAST = PROMISED * 0.8;
const MOST_GROWTH = 1.5;
const DAY_MS = 86_400_000;

interface Taken {
  readonly rows: number;
  readonly bytes: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakRssMib: number;
}

const simulator = await startSimulator({ orders: 20_000, startMs: Date.now() - 300 * DAY_MS });
const folder = mkdtempSync(join(tmpdir(), 'gokwik-files-'));
const path = join(folder, 'orders-large.csv');

/** The rows of a real-looking export again and again, each time under other order ids. */
async function writeExport(isEnough: (rows: number, bytes: number) => boolean): Promise<number> {
  const [source] = await simulator.exports(folder);
  const text = readFileSync(source?.path ?? '', 'utf8');
  const start = text.indexOf('\n') + 1;
  const rows = text.slice(start).split(/\r\n(?=\d+,'?\d+,#)/);
  let written = 0;
  let bytes = 0;
  function* chunks(): Generator<string> {
    yield text.slice(0, start);
    for (let round = 10; ; round += 1) {
      const chunk: string[] = [];
      for (const row of rows) {
        if (isEnough(written, bytes)) break;
        // `5600000020501` → `105600000020501`: another order, a cell of the same kind.
        const line = `${row.trimEnd().replace(/^(\d+),'?/, `$1,${round}`)}\r\n`;
        written += 1;
        bytes += line.length;
        chunk.push(line);
      }
      if (chunk.length === 0) return;
      yield chunk.join('');
    }
  }
  await pipeline(chunks, createWriteStream(path));
  return written;
}

async function take(isEnough: (rows: number, bytes: number) => boolean): Promise<Taken> {
  const rows = await writeExport(isEnough);
  const config = configWithoutApi(simulator, [{ stream: 'orders', path }]);
  const inputs = writeInputs({ config, catalog: incrementalCatalog(await discover(config)) });
  const args = ['read', '--config', inputs.config, '--catalog', inputs.catalog];
  const run = await runProcess({
    command: [process.execPath, ...FLAGS, BUNDLE, ...args],
    env: ENV,
  });
  if (run.exitCode !== 0 || run.lines < rows || run.lines > rows * 1.01 + 100) {
    throw new Error(`exit code ${run.exitCode}, ${run.lines} lines for ${rows} rows`);
  }
  const { cpuMs, wallMs, peakRssMib } = run;
  return { rows, bytes: statSync(path).size, cpuMs, wallMs, peakRssMib };
}

/** Of three runs, the one in the middle: neighbours on the machine take their time from some. */
async function takeMedian(rows: number): Promise<Taken> {
  const runs: Taken[] = [];
  for (let round = 0; round < 3; round += 1) runs.push(await take((n) => n >= rows));
  const [, middle] = runs.sort((a, b) => a.cpuMs - b.cpuMs);
  return middle as Taken;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const perSecond = ({ rows, cpuMs }: Taken): number => (rows / cpuMs) * 1000;

try {
  const runs: Taken[] = [];
  for (const rows of [Math.round(WANTED / 10), WANTED]) runs.push(await takeMedian(rows));
  const [small, large] = runs as [Taken, Taken];
  if (values.bytes !== undefined) {
    const least = Number(values.bytes);
    runs.push(await take((_, bytes) => bytes >= least));
  }
  const lines = runs.map(
    (run) =>
      `| ${whole(run.rows)} | ${whole(run.bytes / 1e6)} MB | ${(run.cpuMs / 1000).toFixed(1)} s | ${whole(perSecond(run))} | ${whole(run.peakRssMib)} MiB |`,
  );
  const table = [
    '| rows of an orders export | size | processor time | rows a second of it | peak memory |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
  console.log(table);
  const page = resolve(import.meta.dirname, '../docs/FILES.md');
  if (!values.check) {
    const text = readFileSync(page, 'utf8');
    const part = /(<!-- files -->\n)[\s\S]*?(<!-- \/files -->)/;
    const note = `Written by \`npx tsx bench/files.ts\`, Node ${process.version}.\n\n${table}\n`;
    writeFileSync(
      page,
      text.replace(part, (_, begin: string, end: string) => begin + note + end),
    );
  } else if (perSecond(large) < LEAST || large.peakRssMib > small.peakRssMib * MOST_GROWTH) {
    console.error('files: slower than promised, or memory grows with the file');
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
  await simulator.close();
}
