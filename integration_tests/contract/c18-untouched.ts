import { readdirSync, readFileSync, statSync } from 'node:fs';
import t from 'tap';
import { configFor } from '../connector.ts';
import { catalogOf, readArgs, run, smallMerchant } from './runs.ts';
import { makeInputs, targets } from './targets.ts';

/* C18: its input files stay as they are; clients hand out the only copy, and some may not be written. */

const simulator = await smallMerchant();
t.teardown(() => simulator.close());

for (const target of targets) {
  for (const owner of [0, 1000]) {
    t.test(`${target.name}: as user ${owner}`, async (t) => {
      const { folder, paths } = makeInputs({
        config: configFor(simulator, { app_id: `  ${simulator.credentials.appId} ` }),
        catalog: catalogOf(['orders']),
        state: [],
      });
      const picture = () =>
        [folder, ...readdirSync(folder).map((name) => `${folder}/${name}`)].map((path) => {
          const { ino, mode, mtimeMs, ctimeMs, size } = statSync(path);
          const text = statSync(path).isFile() ? readFileSync(path, 'utf8') : readdirSync(path);
          return { path, ino, mode, mtimeMs, ctimeMs, size, text };
        });
      const before = picture();
      for (const args of [
        ['check', '--config', paths.config],
        ['discover', '--config', paths.config],
        readArgs(paths),
      ]) {
        const result = await run(target, args, { folders: [folder], cwd: folder, uid: owner });
        t.equal(result.code, 0);
      }
      t.same(picture(), before);
    });
  }
}

const image = targets.find(({ name }) => name === 'image');
if (image) {
  t.test('image: from a folder that is mounted read-only', async (t) => {
    const { folder, paths } = makeInputs({
      config: configFor(simulator),
      catalog: catalogOf(['orders']),
    });
    const { code, stderr } = await run(image, readArgs(paths), {
      dockerFlags: ['-v', `${folder}:${folder}:ro`],
    });
    t.equal(code, 0);
    t.equal(stderr, '');
  });
}
