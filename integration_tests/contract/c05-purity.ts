import t from 'tap';
import { configFor } from '../connector.ts';
import { probe } from './probe.ts';
import { impurities } from './purity.ts';
import { catalogOf, type Run, readArgs, run, STREAMS, smallMerchant } from './runs.ts';
import { makeInputs, targets } from './targets.ts';

/*
 * C5: stdout holds messages and nothing else; stderr is empty when all is well and always less than a
 * pipe holds, since there are clients that never read it.
 */

const PIPE_BYTES = 65_536;
const simulator = await smallMerchant();
t.teardown(() => simulator.close());
const good = makeInputs({ config: configFor(simulator), catalog: catalogOf(STREAMS) });
const bad = makeInputs({
  config: configFor(simulator, { app_secret: 'wrong-secret' }),
  catalog: catalogOf(['no_such_stream', ...STREAMS]),
  state: '[{"type":"STREAM"}]',
});
const broken = makeInputs({ config: '{"app_secret":"half', catalog: '', state: '' });
const folders = [good.folder, bad.folder, broken.folder];

const SUCCEED: Record<string, string[]> = {
  spec: ['spec'],
  check: ['check', '--config', good.paths.config],
  discover: ['discover', '--config', good.paths.config],
  read: readArgs(good.paths),
  'read --debug': [...readArgs(good.paths), '--debug'],
};
const FAIL: Record<string, string[]> = {
  'no command': [],
  'an unknown command': ['write'],
  'an unknown flag': ['spec', '--wat'],
  'a config that is no JSON': ['discover', '--config', broken.paths.config],
  'wrong credentials': readArgs({ config: bad.paths.config, catalog: good.paths.catalog }),
  'an unknown stream': readArgs({ config: good.paths.config, catalog: bad.paths.catalog }),
  'a state that is none': readArgs({ ...good.paths, state: bad.paths.state }),
};

for (const target of targets) {
  for (const [name, args] of Object.entries(SUCCEED)) {
    t.test(`${target.name}: ${name}`, async (t) => {
      const { code, stdout, stderr }: Run = await run(target, args, { folders });
      t.equal(code, 0);
      t.ok(stdout.length > 0);
      t.same(impurities(stdout).slice(0, 3), []);
      t.equal(stderr, '');
    });
  }
  for (const [name, args] of Object.entries(FAIL)) {
    t.test(`${target.name}: ${name}`, async (t) => {
      const { code, stdout, stderr } = await run(target, args, { folders });
      t.equal(code, 1);
      t.ok(stdout.length > 0, 'it says why');
      t.same(impurities(stdout).slice(0, 3), []);
      t.ok(stderr.length < PIPE_BYTES, `${stderr.length} bytes on stderr`);
    });
  }
  t.test(`${target.name}: nobody reads stderr`, async (t) => {
    const { code } = await probe(target, 'mute', readArgs(good.paths), { folders });
    t.equal(code, 0);
  });
}

t.test('the test sees what it is for', async (t) => {
  for (const [text, why] of [
    ['{"type":"LOG","log":{"level":"INFO","message":"x"}}', 'no end'],
    ['hello\n', 'not JSON'],
    ['{"type":"RECORDS"}\n', 'unknown type'],
    ['{"type":"STATE","state":{"type":"STREAM","global":null}}\n', 'null at state.global'],
    ['{"type":"LOG","log":{"level":"INFO","message":"a\u2028b"}}\n', 'not JSON'],
  ] as const) {
    t.match(impurities(text)[0], why);
  }
});
