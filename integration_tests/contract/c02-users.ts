import t from 'tap';
import { configFor } from '../connector.ts';
import { catalogOf, read, recordsOf, smallMerchant } from './runs.ts';
import { type StartOptions, targets } from './targets.ts';

/* C2: any user, no rights, nothing writable, no home. (`image.ts` tries all commands.) */

const simulator = await smallMerchant();
t.teardown(() => simulator.close());
const inputs = { config: configFor(simulator), catalog: catalogOf(['orders']) };
const truth = [...simulator.truth('orders')].length;

const CONFINED = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
const WAYS: Record<string, StartOptions> = {
  'uid 1000': { uid: 1000 },
  root: { uid: 0 },
  'uid 4242': { uid: 4242 },
  'uid 4242, confined, no home, no temporary folder': {
    uid: 4242,
    env: { HOME: '/nowhere', TMPDIR: '/nowhere' },
    dockerFlags: CONFINED,
  },
};

for (const target of targets) {
  for (const [way, options] of Object.entries(WAYS)) {
    t.test(`${target.name}: ${way}`, async (t) => {
      const { code, stderr, lines } = await read(target, inputs, options);
      t.equal(code, 0);
      t.equal(stderr, '');
      const keys = new Set(recordsOf(lines).map(({ data }) => data.record_key));
      t.equal(keys.size, truth, 'every order');
    });
  }
}
