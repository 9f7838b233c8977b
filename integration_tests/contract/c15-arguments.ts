import t from 'tap';
import { configFor } from '../connector.ts';
import { catalogOf, errorsOf, recordsOf, run, smallMerchant } from './runs.ts';
import { makeInputs, targets } from './targets.ts';

/* C15: flags in any order and form, those that some hosts add, and a clear word on wrong ones. */

const simulator = await smallMerchant();
t.teardown(() => simulator.close());
const { folder, paths } = makeInputs({
  config: configFor(simulator),
  catalog: catalogOf(['orders']),
  state: [],
});
const { config, catalog, state } = paths;
const options = { folders: [folder] };

const SAME: string[][] = [
  ['read', '--config', config, '--catalog', catalog, '--state', state],
  ['--state', state, 'read', '--catalog', catalog, '--config', config],
  ['--config', config, '--catalog', catalog, '--state', state, 'read'],
  ['read', `--config=${config}`, `--catalog=${catalog}`, `--state=${state}`],
  ['read', '--debug', '--config', config, '--catalog', catalog],
  [
    'read',
    '--config',
    config,
    '--catalog',
    catalog,
    '--manifest-path',
    '/x',
    '--components-path',
    '/y',
  ],
];

const WRONG: [args: string[], says: RegExp][] = [
  [[], /Name a command: spec, check, discover, read or probe/],
  [['raed', '--config', config], /Did you mean read\?/],
  [['read', '--confg', config], /Unknown flag --confg\. Did you mean --config\?/],
  [['read', '--config', config], /needs --catalog FILE/],
  [['check'], /needs --config FILE/],
  [['check', '--config'], /--config needs the path of a file/],
  [['check', '--config', config, '--config', config], /given 2 times/],
];

for (const target of targets) {
  t.test(`${target.name}: any order and form`, async (t) => {
    for (const args of SAME) {
      const { code, lines } = await run(target, args, options);
      t.equal(code, 0, args.join(' ').replaceAll(folder, ''));
      t.ok(recordsOf(lines).length > 10);
    }
  });

  t.test(`${target.name}: wrong ones are told`, async (t) => {
    for (const [args, says] of WRONG) {
      const { code, stderr, lines } = await run(target, args, options);
      t.equal(code, 1);
      t.equal(stderr, '');
      t.equal(errorsOf(lines)[0]?.failure_type, 'config_error');
      t.match(errorsOf(lines)[0]?.message, says);
    }
  });

  t.test(`${target.name}: --help and --version`, async (t) => {
    const help = await run(target, ['--help']);
    t.equal(help.code, 0);
    for (const word of ['spec', 'check', 'discover', 'read', '--config', '--catalog', '--state'])
      t.match(help.stdout, word);
    t.same((await run(target, ['read', '-h'])).stdout, help.stdout);
    t.match((await run(target, ['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });
}
