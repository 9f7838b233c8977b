import t from 'tap';
import { configFor } from '../connector.ts';
import { probe } from './probe.ts';
import { catalogOf, readArgs, smallMerchant } from './runs.ts';
import { docker, IMAGE, makeInputs, targets } from './targets.ts';

/* C9: a closed stdout is how some hosts cancel: it goes at once, and without a word. */

const GONE_MS = 2000;
const simulator = await smallMerchant({ orders: 4000 });
t.teardown(() => simulator.close());
const { folder, paths } = makeInputs({
  config: configFor(simulator),
  catalog: catalogOf(['orders', 'order_items', 'checkouts']),
});
const args = readArgs(paths);

for (const target of targets) {
  t.test(`${target.name}: the reader closes the pipe`, async (t) => {
    const seen = await probe(target, 'close', args, { folders: [folder] });
    t.equal(seen.code, 1, 'not finished, and not a crash');
    t.equal(seen.signal, null);
    t.equal(seen.stderr, '');
    t.ok(seen.afterMs < GONE_MS, `after ${Math.round(seen.afterMs)} ms`);
  });
}

if (targets.some(({ name }) => name === 'image')) {
  t.test('image: `read | head`, as a person tries it', async (t) => {
    const text = docker(
      ...['run', '--rm', '--network', 'host', '-v', `${folder}:${folder}:ro`],
      ...['-e', 'SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true', '--entrypoint', 'sh', IMAGE],
      ...[
        '-c',
        `(eval "$AIRBYTE_ENTRYPOINT ${args.join(' ')}" 2>&1; echo "code $?" >&2) | head -n 1`,
      ],
    );
    t.equal(text.trim().split('\n').length, 1);
    t.match(text, /^\{"type":/);
  });
}
