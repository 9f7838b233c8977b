import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { BUNDLE } from '../connector.ts';

/* `spec` must start fast: it evaluates no package. What was evaluated, V8's own coverage tells: esbuild
 * wraps each module in a function that has the module's path for a name. */

interface Coverage {
  readonly result: readonly {
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

/** The packages of which the command evaluated something, and the modules of Node's own that it asked for. */
function loadedBy(...args: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'coverage-'));
  execFileSync(process.execPath, [BUNDLE, ...args], {
    env: { ...process.env, NODE_V8_COVERAGE: folder },
    stdio: 'ignore',
  });
  const names = readdirSync(folder).flatMap((file) => {
    const { result }: Coverage = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return result.flatMap(({ functions }) =>
      functions.filter(({ ranges }) => ranges[0]?.count).map(({ functionName }) => functionName),
    );
  });
  return [
    ...new Set(
      names.flatMap((name) => /(?:node_modules\/|^required:)([^/]+)/.exec(name)?.[1] ?? []),
    ),
  ].sort();
}

t.test(
  'spec loads no package, discover loads ajv, and neither connects or reads files',
  async (t) => {
    t.same(
      loadedBy('spec').filter((name) => !isBuiltin(name)),
      [],
    );
    const folder = t.testdir({
      'config.json': JSON.stringify({
        base_url: 'https://api.gokwik.co',
        app_id: 'app',
        app_secret: 'secret',
        start_date: '2026-01-01',
      }),
    });
    const loaded = loadedBy('discover', '--config', join(folder, 'config.json'));
    t.ok(loaded.includes('ajv'), 'this way of asking sees what is loaded');
    t.ok(loaded.includes('node:crypto'), 'and what of Node');
    for (const name of [
      'papaparse',
      'yauzl',
      'saxes',
      'aws4fetch',
      'ts-md5',
      'node:http',
      'node:https',
    ])
      t.notOk(loaded.includes(name), name);
  },
);

t.test('the bundle stays small, and the library of SFTP beside it', (t) => {
  const { size } = statSync(BUNDLE);
  t.ok(size < 1_200_000, `${size} bytes`);
  t.notMatch(readFileSync(BUNDLE, 'utf8'), 'SSH-2.0-ssh2js');
  t.end();
});
