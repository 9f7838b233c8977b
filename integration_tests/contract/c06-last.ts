import t from 'tap';
import { configFor } from '../connector.ts';
import { probe } from './probe.ts';
import { run, smallMerchant } from './runs.ts';
import { makeInputs, targets } from './targets.ts';

/* C6: the result is the last line, and the process is gone right after: some clients kill it then. */

const GONE_MS = 200;
const simulator = await smallMerchant();
t.teardown(() => simulator.close());
const { folder, paths } = makeInputs({ config: configFor(simulator) });
const options = { folders: [folder] };

const RESULTS = {
  SPEC: ['spec'],
  CONNECTION_STATUS: ['check', '--config', paths.config],
  CATALOG: ['discover', '--config', paths.config, '--debug'],
};

for (const target of targets) {
  for (const [type, args] of Object.entries(RESULTS)) {
    t.test(`${target.name}: ${type}`, async (t) => {
      const { stdout } = await run(target, args, options);
      const lines = stdout.trimEnd().split('\n');
      t.equal(JSON.parse(lines.at(-1) ?? '').type, type, 'the last line');
      // Some clients find a result by its name anywhere in a line; the last such line wins.
      t.equal(lines.filter((line) => line.includes(type)).length, 1, 'no other line names it');
      const { code, lastMs } = await probe(target, 'read', args, options);
      t.equal(code, 0);
      t.ok(lastMs < GONE_MS, `gone ${Math.round(lastMs)} ms after its last line`);
    });
  }
}
