/** Where the processor's time goes: the functions with the most time of their own. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { runProcess } from './process.ts';
import { CONNECTOR, ENV, ROOT, readCommand, startServer } from './setup.ts';

export interface Hot {
  readonly name: string;
  /** Of the time that was not idle. */
  readonly share: number;
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 10;

export async function profileRead(windows: number): Promise<Hot[]> {
  const server = await startServer();
  const folder = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  const connector = join(ROOT, '.cache/bench/connector.mjs');
  // Not minified: a profile shows names as they are in the bundle.
  await build({
    entryPoints: [join(ROOT, 'src/main.ts')],
    outfile: connector,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const plan = { url: server.url, windows, rowsPerWindow: 10_000, pageSize: 100 };
  const [node = '', ...rest] = readCommand(plan).map((arg) =>
    arg === CONNECTOR ? connector : arg,
  );
  try {
    const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const run = await runProcess({ command: [node, ...flags, ...rest], env: ENV });
    const [file] = readdirSync(folder);
    if (run.exitCode !== 0 || !file) throw new Error('no profile was written');
    return summarise(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile);
  } finally {
    server.stop();
  }
}

function summarise({ nodes, samples, timeDeltas }: Profile): Hot[] {
  const names = new Map(
    nodes.map(({ id, callFrame }) => {
      const place = callFrame.url.startsWith('node:') ? ` (${callFrame.url})` : '';
      return [id, `${callFrame.functionName || 'anonymous'}${place}`];
    }),
  );
  const micros = new Map<string, number>();
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '';
    if (name === '(idle)') continue;
    const spent = timeDeltas[index] ?? 0;
    busy += spent;
    micros.set(name, (micros.get(name) ?? 0) + spent);
  }
  return [...micros]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name, spent]) => ({ name, share: spent / busy }));
}
