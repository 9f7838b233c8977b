import fc from 'fast-check';
import t from 'tap';
import { parseArguments, usage } from '../../src/cdk/args.ts';
import { ConfigError } from '../../src/cdk/errors.ts';

const parse = (line: string) => parseArguments(line.split(' ').filter(Boolean));

t.test('each command with its flags', (t) => {
  const common = { debug: false, ignored: [] };
  t.strictSame(parse('spec'), { command: 'spec', ...common });
  t.strictSame(parse('check --config c'), { command: 'check', config: 'c', ...common });
  t.strictSame(parse('discover --config=c --debug'), {
    command: 'discover',
    config: 'c',
    debug: true,
    ignored: [],
  });
  const read = { command: 'read', config: 'c', catalog: 'k', ...common };
  t.strictSame(parse('read --config c --catalog k'), read);
  t.strictSame(parse('read --config c --catalog k --state s'), { ...read, state: 's' });
  t.strictSame(parseArguments(['check', '--config=a b=c']), {
    command: 'check',
    config: 'a b=c',
    ...common,
  });
  t.end();
});

t.test('probe takes flags that the protocol does not have', (t) => {
  const common = { debug: false, ignored: [], json: false };
  t.strictSame(parse('probe --config c'), { command: 'probe', config: 'c', ...common });
  t.strictSame(parse('--json --stream orders probe --config c --state s'), {
    ...common,
    command: 'probe',
    config: 'c',
    stream: 'orders',
    json: true,
    ignored: ['--state'],
  });
  t.strictSame(parse('probe --sample=s --stream=orders'), {
    ...common,
    command: 'probe',
    sample: 's',
    stream: 'orders',
  });
  t.end();
});

t.test('any order and either form of flags is the same', (t) => {
  const words = ['--config', '--catalog', '--state', '--manifest-path'].map((flag, index) =>
    fc.constantFrom([flag, `/f${index}.json`], [`${flag}=/f${index}.json`]),
  );
  const shuffled = fc
    .tuple(fc.constant(['read']), fc.constantFrom(['--debug'], ['--debug', '--debug']), ...words)
    .chain((parts) => fc.shuffledSubarray(parts, { minLength: parts.length }))
    .map((parts) => parts.flat());
  const property = fc.property(shuffled, (argv) => {
    t.strictSame(parseArguments(argv), {
      command: 'read',
      config: '/f0.json',
      catalog: '/f1.json',
      state: '/f2.json',
      debug: true,
      ignored: ['--manifest-path'],
    });
  });
  fc.assert(property);
  t.end();
});

t.test('known flags that a command has no use for are accepted and told', (t) => {
  const args = parse('check --catalog k --config c --state s --components-path p');
  t.same(args, {
    command: 'check',
    config: 'c',
    debug: false,
    ignored: ['--catalog', '--state', '--components-path'],
  });
  t.match(parse('spec --config c'), { command: 'spec', ignored: ['--config'] });
  t.end();
});

t.test('help and version win', (t) => {
  for (const line of ['--help', '-h', 'read --help', '--help read --config', 'nonsense --help']) {
    t.same(parse(line), { command: 'help' }, line);
  }
  t.same(parse('--version'), { command: 'version' });
  t.same(parse('read --version'), { command: 'version' });
  t.end();
});

t.test('each mistake is named, with how it is done', (t) => {
  const readUsage =
    'Usage: source-gokwik read --config FILE --catalog FILE [--state FILE] [--debug]';
  const cases: [string, string][] = [
    ['', 'Name a command: spec, check, discover, read or probe. Usage: source-gokwik spec|check'],
    ['--config c', 'Name a command'],
    ['--config read', 'Name a command'],
    ['raed --config c', 'Unknown command raed. Did you mean read? Usage:'],
    ['write', 'Unknown command write. Usage:'],
    ['check read', 'Only one command is expected, but after check came read.'],
    ['read', `The command read needs --config FILE and --catalog FILE. ${readUsage}`],
    ['read --config c', `The command read needs --catalog FILE. ${readUsage}`],
    ['check', 'needs --config FILE. Usage: source-gokwik check --config FILE [--debug]'],
    [
      'read --config a --catalog k --config a',
      `The flag --config is given 2 times; give it once. ${readUsage}`,
    ],
    ['read --catalog k --config', `The flag --config needs the path of a file. ${readUsage}`],
    ['read --config --catalog k', 'The flag --config needs the path of a file.'],
    ['--config --debug read', 'The flag --config needs the path of a file.'],
    ['read --config= --catalog k', 'The flag --config needs the path of a file.'],
    ['read --confg c', 'Unknown flag --confg. Did you mean --config? Usage:'],
    ['read -c c', 'Unknown flag -c.'],
    ['read --no-debug', 'Unknown flag --no-debug.'],
    ['read --debug=yes', 'The flag --debug takes no value.'],
    ['read --json --config c --catalog k', 'Unknown flag --json.'],
    ['check --stream orders', 'Unknown flag --stream.'],
    [
      'probe',
      'The command probe needs --config FILE, or --sample FILE. Usage: source-gokwik probe',
    ],
    ['probe --sample s', 'With --sample, say whose answer it is: --stream NAME.'],
    ['probe --config c --stream', 'The flag --stream needs the name of a stream.'],
    ['probe --config c --jsn', 'Unknown flag --jsn. Did you mean --json?'],
  ];
  for (const [line, message] of cases) {
    const error = (() => {
      try {
        return parse(line);
      } catch (reason) {
        return reason;
      }
    })();
    t.ok(error instanceof ConfigError, line);
    t.match(error, { code: 'GK_USAGE', message }, line);
  }
  t.end();
});

t.test('--help explains every command and flag', (t) => {
  const text = usage('1.2.3');
  const parts = [
    '1.2.3',
    'docker run',
    '-v "$PWD:/config:ro"',
    '--state FILE',
    '--help',
    '--debug',
  ];
  for (const part of [...parts, '  spec ', '  check ', '  discover ', '  read ']) {
    t.ok(text.includes(part), part);
  }
  t.end();
});
