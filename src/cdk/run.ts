import type { Writable } from 'node:stream';
import { type Arguments, parseArguments, usage } from './args.ts';
import { parseCatalog } from './catalog.ts';
import { readStreams } from './engine.ts';
import { ConnectorError } from './errors.ts';
import { readJsonFile } from './json.ts';
import { createLog, describeError, fitText, printable, renderError } from './messages.ts';
import type { JsonObject, Message } from './protocol.ts';
import { createRedactor, type Redactor, secretsOf } from './redact.ts';
import type { OpenSource, Source, SourceContext } from './source.ts';
import { parseStates } from './state.ts';
import { createWriter, DestinationGone, type Writer } from './writer.ts';

/** What the process edge hands in, so that nothing below it touches `process`. */
interface RunOptions {
  readonly source: Source;
  readonly argv: readonly string[];
  readonly sink: Writable;
  /** The root of all cancellation (I10). It is aborted here when nobody reads the output. */
  readonly root: AbortController;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly identity?: { readonly uid: number; readonly gid: number };
  readonly now: () => number;
  readonly random: () => number;
  /** Says something where the messages cannot go any more: the output itself is broken. */
  readonly complain: (text: string) => void;
}

/** What every command needs. */
interface Session extends RunOptions, SourceContext {
  readonly writer: Writer;
  readonly redactor: Redactor;
}

/** Runs one command and resolves with the exit code, when all output is with the system. */
export async function run(options: RunOptions): Promise<number> {
  const { sink, root } = options;
  const writer = createWriter(sink, (error) => root.abort(error));
  const redactor = createRedactor();
  // What `probe` prints is for people: nothing of the protocol may stand between.
  let isForPeople = options.argv.includes('probe');
  const write = (message: Message): void => {
    if (!isForPeople) writer.message(message);
    else if (message.type === 'LOG') options.complain(message.log.message);
  };
  let log = createLog({ write, redactor, debug: false });
  try {
    const args = parseArguments(options.argv);
    isForPeople = args.command === 'probe';
    const debug =
      'debug' in args && (args.debug || options.env.LOG_LEVEL?.toLowerCase() === 'debug');
    log = createLog({ write, redactor, debug });
    for (const flag of 'ignored' in args ? args.ignored : []) {
      log.debug(`${flag} was given, which the command ${args.command} does not use.`);
    }
    const userAgent = `source-gokwik/${options.version}`;
    const tools = { writer, redactor, log, userAgent, hide: redactor.add };
    const code = await dispatch(args, { ...options, ...tools });
    await writer.flush();
    return code;
  } catch (error) {
    const gone = [error, root.signal.reason].find((reason) => reason instanceof DestinationGone);
    if (gone) return leave(gone, options);
    const teller = { ...options, redactor };
    if (root.signal.aborted)
      log.warn('Stopped by a signal. The last state says what was finished.');
    else if (isForPeople) options.complain(describeError(error, teller).sentence);
    else for (const message of renderError(error, teller)) write(message);
    await writer.flush().catch(() => {});
    return 1;
  }
}

/**
 * Whoever closed the pipe knows that it did, and the code says that the run is not finished; a full
 * disk has to be told.
 */
function leave({ cause }: DestinationGone, { complain }: RunOptions): number {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code !== undefined && code !== 'EPIPE') {
    complain(`source-gokwik: the output could not be written (${code}); the run is not finished.`);
  }
  return 1;
}

async function dispatch(args: Arguments, session: Session): Promise<number> {
  switch (args.command) {
    case 'help':
      return print(session, usage(session.version));
    case 'version':
      return print(session, session.version);
    case 'spec':
      session.writer.message({ type: 'SPEC', spec: session.source.spec });
      return 0;
    case 'check':
      return check(args.config, session);
    case 'discover':
      return withSource(args.config, session, async ({ streams }) => {
        session.writer.message({ type: 'CATALOG', catalog: { streams: [...streams] } });
        return 0;
      });
    case 'read':
      return withSource(args.config, session, (source) => read(args, source, session));
    case 'probe':
      return probe(args, session);
  }
}

function print({ sink }: Session, text: string): Promise<number> {
  return new Promise((resolve) => sink.write(`${text.trimEnd()}\n`, () => resolve(0)));
}

/** Every known failure is an answer, not a crash: FAILED, what to do, and exit code 0. */
async function check(path: string, session: Session): Promise<number> {
  const { writer, redactor, root } = session;
  const answer = (ok: boolean, message: string): number => {
    const status = ok ? 'SUCCEEDED' : 'FAILED';
    writer.message({ type: 'CONNECTION_STATUS', connectionStatus: { status, message } });
    return 0;
  };
  try {
    return await withSource(path, session, async (source) =>
      answer(true, fitText(printable(await source.check(root.signal), redactor))),
    );
  } catch (error) {
    if (!(error instanceof ConnectorError) || root.signal.aborted) throw error;
    return answer(false, describeError(error, session).sentence);
  }
}

/** For people: what is found is told, whatever it is, so the code says only whether it could look. */
async function probe(
  args: Extract<Arguments, { command: 'spec' | 'probe' }>,
  session: Session,
): Promise<number> {
  const { source, redactor, root, identity } = session;
  const { config, stream, file, sample } = args;
  const request = {
    config: config === undefined ? undefined : await readConfig(config, session),
    stream,
    file,
    sample: sample && readJsonFile(sample, 'sample', { identity, expect: 'object or list' }),
  };
  const context = { ...session, log: { ...session.log, info: session.log.debug } };
  const { text, document } = await source.probe(request, context, root.signal);
  return print(session, redactor.redact(args.json ? JSON.stringify(document, null, 2) : text));
}

async function withSource(
  path: string,
  session: Session,
  use: (source: OpenSource) => Promise<number>,
): Promise<number> {
  const open = await session.source.open(await readConfig(path, session), session);
  try {
    return await use(open);
  } finally {
    open.close();
  }
}

async function readConfig(path: string, session: Session): Promise<JsonObject> {
  const { source, redactor, log, identity } = session;
  // Loaded here with ajv, since `spec` needs neither and must start fast.
  const { validateConfig } = await import('./config.ts');
  const given = readJsonFile(path, 'config', { identity });
  const schema = source.spec.connectionSpecification;
  // Before anything can fail on the config, so that no failure can show a secret (I9).
  redactor.add(secretsOf(schema, given));
  const { config, trimmed, unknown } = validateConfig(schema, given);
  redactor.add(secretsOf(schema, config));
  for (const field of trimmed) {
    log.warn(
      `\`${field}\` had spaces around its value; they were left out. Mend it in the configuration.`,
    );
  }
  for (const hint of unknown)
    log.warn(`The configuration has ${hint}, which this source does not know.`);
  return config;
}

/** The command `read`: files in, records and states out. Resolves with the exit code. */
async function read(
  args: Extract<Arguments, { command: 'read' }>,
  source: OpenSource,
  session: Session,
): Promise<number> {
  const { writer, log, root, identity } = session;
  const configured = parseCatalog(readJsonFile(args.catalog, 'catalog', { identity }));
  const saved = parseStates(
    args.state &&
      readJsonFile(args.state, 'state', { identity, expect: 'object or list', whenEmpty: [] }),
  );
  try {
    const failed = await readStreams({
      ...session,
      source,
      configured,
      saved,
      signal: root.signal,
      report: (error, descriptor) => {
        for (const message of renderError(error, session, descriptor)) writer.message(message);
      },
    });
    return failed.length > 0 ? 1 : 0;
  } finally {
    const minutesBehind = Math.round(-source.skewMs() / 60_000);
    if (minutesBehind > 5) {
      log.warn(
        `The server's clock is ${minutesBehind} minutes behind this machine's. The saved cursors stay behind the server's, so that no row is lost; check the clock of this machine.`,
      );
    }
    // I7: what was dropped, unparsed, unknown or mended is said once, at the end.
    for (const line of [...source.anomalies(), ...writer.mended()]) log.warn(line);
  }
}
