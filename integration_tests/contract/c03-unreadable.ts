import { chmodSync } from 'node:fs';
import t from 'tap';
import { configFor } from '../connector.ts';
import { catalogOf, errorsOf, readArgs, recordsOf, run, smallMerchant } from './runs.ts';
import { makeInputs, targets } from './targets.ts';

/* C3: a file that it may not read, or that is not there, is told with its path, the user and the fix. */

const simulator = await smallMerchant();
t.teardown(() => simulator.close());
const contents = () => ({
  config: configFor(simulator),
  catalog: catalogOf(['orders']),
  state: [],
});
const FIX = /--user "\$\(id -u\):\$\(id -g\)".*chmod a\+r/;

for (const target of targets) {
  for (const what of ['config', 'catalog', 'state'] as const) {
    t.test(`${target.name}: read, the ${what} is of another user`, async (t) => {
      const { folder, paths } = makeInputs(contents());
      chmodSync(paths[what], 0o400);
      const result = await run(target, readArgs(paths), { folders: [folder], uid: 4242 });
      t.equal(result.code, 1);
      t.equal(result.stderr, '');
      const [error, ...more] = errorsOf(result.lines);
      t.same(more, []);
      t.equal(error?.failure_type, 'config_error');
      t.match(error?.message, paths[what]);
      t.match(error?.message, 'user 4242, group 4242');
      t.match(error?.message, FIX);
      t.same(recordsOf(result.lines), []);
    });
  }

  t.test(`${target.name}: a folder of mode 0700, as some clients mount it`, async (t) => {
    const { folder, paths } = makeInputs(contents());
    chmodSync(folder, 0o700);
    const options = { folders: [folder], uid: 4242 };
    const discovered = await run(target, ['discover', '--config', paths.config], options);
    t.equal(discovered.code, 1);
    t.match(errorsOf(discovered.lines)[0]?.message, FIX);
    const checked = await run(target, ['check', '--config', paths.config], options);
    t.equal(checked.code, 0, 'check answers');
    const answer = checked.lines.at(-1)?.connectionStatus;
    t.match(answer, { status: 'FAILED', message: FIX });
    t.match(answer?.message, /\[GK_FILE\] \[at [\d:TZ-]+; EACCES; source-gokwik [\d.]+\]$/);
  });

  t.test(`${target.name}: a folder that is not mounted`, async (t) => {
    const { code, lines } = await run(target, ['discover', '--config', '/config/config.json']);
    t.equal(code, 1);
    t.match(errorsOf(lines)[0]?.message, /\/config\/config\.json.*-v "\$PWD:\/config"/);
  });
}
