import { parseArgs } from 'node:util';
import { ConfigError } from './errors.ts';
import { closest, orList } from './text.ts';

const PROGRAM = 'source-gokwik';

/** The protocol's four, and one for people. */
const COMMANDS = ['spec', 'check', 'discover', 'read', 'probe'] as const;
type Command = (typeof COMMANDS)[number];

/** Flags that name a file. The last two belong to declarative sources; hosts may send them anyway. */
const FILE_FLAGS = ['config', 'catalog', 'state', 'manifest-path', 'components-path'];
const SWITCHES = ['debug', 'help', 'version'];
/** Of `probe` alone: the protocol's commands do not know them. */
const PROBE_FLAGS = ['sample', 'stream', 'file'];
const PROBE_SWITCHES = ['json'];

const TAKES: Record<Command, { required: string[]; optional: string[] }> = {
  spec: { required: [], optional: [] },
  check: { required: ['config'], optional: [] },
  discover: { required: ['config'], optional: [] },
  read: { required: ['config', 'catalog'], optional: ['state'] },
  probe: { required: [], optional: ['config', 'stream', 'sample', 'file'] },
};

interface Given {
  /** Of `probe`: it is there, or one of the next two. */
  readonly config?: string;
  /** An answer that someone gave: nothing is asked for. */
  readonly sample?: string;
  /** A report or a capture of webhooks, as `files` would name it. */
  readonly file?: string;
  /** Absent: every enabled stream. There with a sample. */
  readonly stream?: string;
  readonly state?: string;
  readonly json?: boolean;
  readonly debug: boolean;
  /** Known flags that were given, but that the command has no use for. */
  readonly ignored: readonly string[];
}

/** What the command line asks for. File names are as given, unread. */
export type Arguments =
  | { readonly command: 'help' | 'version' }
  | (Given & { readonly command: 'spec' | 'probe' })
  | (Given & { readonly command: 'check' | 'discover'; readonly config: string })
  | (Given & { readonly command: 'read'; readonly config: string; readonly catalog: string });

/**
 * Reads the arguments after the program's name, in any order. A known flag is accepted with every
 * command, since hosts add flags as they grow; an unknown one is an error, since it may be a typo of
 * one that matters.
 *
 * @throws ConfigError `GK_USAGE`
 */
export function parseArguments(argv: readonly string[]): Arguments {
  const { words, files, switches } = readTokens(argv);
  if (switches.has('help')) return { command: 'help' };
  if (switches.has('version')) return { command: 'version' };
  // Before the command's own check: a forgotten file name makes what follows look like one.
  const named = COMMANDS.find((command) => words.includes(command));
  for (const [flag, values] of files) checkFile(flag, values, named);
  const command = commandOf(words);
  const { required, optional } = TAKES[command];
  const missing = required.filter((flag) => !files.has(flag)).map((flag) => `--${flag} FILE`);
  if (missing.length > 0) {
    throw usageError(`The command ${command} needs ${missing.join(' and ')}.`, command);
  }
  const given: Record<string, string | boolean | undefined> = { debug: switches.has('debug') };
  const ignored: string[] = [];
  for (const [flag, [value]] of files) {
    if (required.includes(flag) || optional.includes(flag)) given[flag] = value;
    else ignored.push(`--${flag}`);
  }
  if (command === 'probe') {
    checkProbe(given);
    given.json = switches.has('json');
  }
  // What the command needs was just found there.
  return { command, ...given, ignored } as unknown as Arguments;
}

function checkProbe({ config, sample, file, stream }: Readonly<Record<string, unknown>>): void {
  if (config === undefined && sample === undefined && file === undefined) {
    throw usageError(
      'The command probe needs --config FILE, --sample FILE or --file FILE.',
      'probe',
    );
  }
  if (sample !== undefined && stream === undefined) {
    throw usageError('With --sample, say whose answer it is: --stream NAME.', 'probe');
  }
}

/** The words, the switches, and the values of the other flags: undefined where one was forgotten. */
function readTokens(argv: readonly string[]) {
  const isProbe = argv.includes('probe');
  const valued = [...FILE_FLAGS, ...(isProbe ? PROBE_FLAGS : [])];
  const toggles = [...SWITCHES, ...(isProbe ? PROBE_SWITCHES : [])];
  const { tokens } = parseArgs({
    args: [...argv],
    options: {
      ...Object.fromEntries(valued.map((flag) => [flag, { type: 'string' }])),
      help: { type: 'boolean', short: 'h' },
    },
    // Not strict: its messages explain parseArgs, ours explain this program.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const files = new Map<string, (string | undefined)[]>();
  const switches = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (valued.includes(name)) {
      // `--config --debug`: the value was forgotten, and parseArgs took the next flag for it.
      const isForgotten = !token.inlineValue && value?.startsWith('--');
      files.set(name, [...(files.get(name) ?? []), isForgotten ? undefined : value]);
    } else if (!toggles.includes(name)) {
      throw unknown(
        'flag',
        rawName,
        [...valued, ...toggles].map((flag) => `--${flag}`),
      );
    } else if (value !== undefined) throw usageError(`The flag --${name} takes no value.`);
    else switches.add(name);
  }
  return { words, files, switches };
}

function commandOf(words: readonly string[]): Command {
  const [word, ...more] = words;
  if (word === undefined) throw usageError(`Name a command: ${orList(COMMANDS)}.`);
  const command = COMMANDS.find((name) => name === word);
  if (!command) throw unknown('command', word, COMMANDS);
  if (more.length > 0) {
    throw usageError(`Only one command is expected, but after ${command} came ${more.join(' ')}.`);
  }
  return command;
}

function checkFile(
  flag: string,
  values: readonly (string | undefined)[],
  command: Command | undefined,
): void {
  if (values.length > 1) {
    throw usageError(`The flag --${flag} is given ${values.length} times; give it once.`, command);
  }
  const what = flag === 'stream' ? 'the name of a stream' : 'the path of a file';
  if (!values[0]) throw usageError(`The flag --${flag} needs ${what}.`, command);
}

function unknown(what: string, given: string, known: readonly string[]): ConfigError {
  const meant = closest(given, known);
  return usageError(`Unknown ${what} ${given}.${meant ? ` Did you mean ${meant}?` : ''}`);
}

const usageError = (problem: string, command?: Command): ConfigError =>
  new ConfigError(
    'GK_USAGE',
    `${problem} Usage: ${command ? usageLine(command) : `${PROGRAM} ${COMMANDS.join('|')} … (--help explains)`}`,
  );

function usageLine(command: Command): string {
  const { required, optional } = TAKES[command];
  const shown = (flag: string): string => `--${flag} ${flag === 'stream' ? 'NAME' : 'FILE'}`;
  const flags = [...required.map(shown), ...optional.map((flag) => `[${shown(flag)}]`)];
  if (command === 'probe') flags.push('[--json]');
  return [PROGRAM, command, ...flags, '[--debug]'].join(' ');
}

/** The text of `--help`. */
export const usage = (version: string): string => `${PROGRAM} ${version}
Reads a merchant's GoKwik data, as an Airbyte source.

Usage:
${COMMANDS.map((command) => `  ${usageLine(command)}`).join('\n')}

Commands:
  spec       prints which settings the config takes
  check      tries the config and says whether it works
  discover   prints the streams that can be read, with their schemas
  read       reads the streams of a configured catalog and prints RECORD and STATE messages
  probe      for people: asks a page or two of each stream, and says what it found and how to set it

Flags, in any order:
  --config FILE    the settings, as JSON
  --catalog FILE   the configured catalog: which streams to read, and how
  --state FILE     the STATE messages that the last read printed, to go on from there
  --stream NAME    probe: this stream alone
  --sample FILE    probe: an answer of the API, as JSON, in place of asking for one
  --file FILE      probe: a report or a capture of webhooks: what it is taken for, and a shape for it
  --json           probe: print one JSON document
  --debug          log more
  --help, -h       print this text
  --version        print the version

Example, with config.json and catalog.json in the current directory:
  docker run --rm -v "$PWD:/config:ro" --user "$(id -u):$(id -g)" src-gokwik \\
    read --config /config/config.json --catalog /config/catalog.json
`;
