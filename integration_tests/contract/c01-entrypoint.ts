import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { BUNDLE } from '../connector.ts';
import { finish, run } from './runs.ts';
import { docker, IMAGE, makeInputs, targets } from './targets.ts';

/* C1: however it is started, and from whatever directory, it is the same connector. */

for (const target of targets) {
  t.test(`${target.name}: the same from any working directory`, async (t) => {
    const { stdout } = await run(target, ['spec']);
    t.match(stdout, /^\{"type":"SPEC"/);
    for (const cwd of ['/', '/tmp', '/usr/lib']) {
      const there = await run(target, ['spec'], { cwd });
      t.equal(there.code, 0);
      t.equal(there.stdout, stdout, `from ${cwd}`);
    }
  });
}

const image = targets.find(({ name }) => name === 'image');
if (image) {
  t.test('image: AIRBYTE_ENTRYPOINT is the entrypoint', async (t) => {
    const { stdout } = await run(image, ['spec']);
    for (const cwd of ['/source', '/config', '/']) {
      const text = docker(
        ...['run', '--rm', '-w', cwd, '--entrypoint', 'sh', IMAGE],
        ...['-c', 'eval "$AIRBYTE_ENTRYPOINT spec"'],
      );
      t.equal(text, stdout, `from ${cwd}`);
    }
  });
}

const bundle = targets.find(({ name }) => name === 'bundle');
if (bundle) {
  t.test('bundle: the package’s bin, a link to an executable', async (t) => {
    const { stdout } = await run(bundle, ['spec']);
    const { folder } = makeInputs({});
    const link = join(folder, 'source-gokwik');
    symlinkSync(BUNDLE, link);
    const { spawn } = await import('node:child_process');
    const started = spawn(link, ['spec'], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    t.equal((await finish(started)).stdout, stdout);
  });
}
