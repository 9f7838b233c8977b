import { SAFETY_MS } from '../cdk/cursor.ts';
import { ConfigError, ConnectorError, SystemError } from '../cdk/errors.ts';
import type { JsonObject } from '../cdk/protocol.ts';
import type { ReadContext } from '../cdk/source.ts';
import type { FileTools } from './files/reader.ts';
import { matches, pathsOf, valueAt } from './path.ts';
import { requestOf } from './profile.ts';
import { DAY_MS } from './records/time.ts';
import { isAskable, rowValues, windowPolicy, windowValues } from './request.ts';
import { profileOf, type Settings } from './settings.ts';
import { STREAMS } from './streams/index.ts';
import { askedOf, combinationsOf, openList, type StreamTools, send } from './streams/pages.ts';
import { compilePlainMapper, enabledStreams, unreadableStreams } from './streams/readers.ts';
import type { StreamProfile } from './streams/stream.ts';
import { placeholdersOf, type Values } from './template.ts';

/** What came of asking a stream: rows, an error, or why it was not asked. */
interface Reply {
  readonly stream: string;
  readonly rows?: readonly JsonObject[];
  readonly error?: ConnectorError;
  readonly why?: string;
}

/**
 * What `check` answers: the API's handshake, the files, or both. Without API access it names what it
 * can read, and does not speak of a connection.
 *
 * @param tools with the patience of a person who waits for the answer.
 * @throws ConnectorError when there is no connection, or not all that the config names can be read
 */
export async function checkSource(
  tools: StreamTools,
  files: FileTools,
  signal: AbortSignal,
): Promise<string> {
  const { settings } = tools;
  const hasApi = enabledStreams(settings).length > 0;
  const connected = hasApi ? await checkConnection(tools, files, signal) : '';
  if (settings.files.length === 0) return connected;
  const { surveyFiles } = await import('./files/survey.ts');
  const { lines, problems } = await surveyFiles(settings.files, files, signal);
  if (problems.length > 0) {
    const what = connected === '' ? 'Files' : 'GoKwik answers, but files';
    throw new ConfigError(
      'GK_FILE',
      `${what} cannot be read. ${[...new Set(problems)].join('. ')}.`,
    );
  }
  for (const line of lines) files.log.info(line);
  return (
    connected ||
    `Files can be read: ${lines.join('; ')}. Without App ID and App Secret, GoKwik's API was not asked.`
  );
}

/**
 * The handshake: the first page of the newest day of each enabled endpoint, as `read` will ask for it.
 * Succeeds when at least one answers and none says that the credentials are refused.
 */
async function checkConnection(
  tools: StreamTools,
  { log }: FileTools,
  signal: AbortSignal,
): Promise<string> {
  const { settings } = tools;
  const context: ReadContext = { signal, onWait() {} };
  const names = enabledStreams(settings).filter((name) => !STREAMS[name]?.childOf);
  const lists = names.filter((name) => !profileOf(name, settings).per);
  const answers: Reply[] = await Promise.all(
    lists.map((name) => ask(name, newestOf(name, settings, tools.now()), tools, context)),
  );
  for (const stream of names.filter((one) => !lists.includes(one))) {
    const parent = parentValues(stream, settings, answers);
    answers.push(
      'why' in parent ? { stream, ...parent } : await ask(stream, parent.values, tools, context),
    );
  }
  for (const line of describeAnswers(answers)) log.info(line);
  for (const { stream, rows = [] } of answers) {
    for (const line of absentFields(stream, rows, settings)) log.warn(line);
  }
  for (const line of tools.anomalies.lines()) log.warn(line);
  for (const [name, why] of unreadableStreams(settings)) {
    // Of a token that was given, where it cannot go is news; of one that was not, its absence is none.
    const { host = '', enabled } = settings.profile.streams[name] ?? {};
    const isNowhere = enabled && settings.profile.hosts[host] === undefined;
    if (settings.values.return_prime_token !== undefined && isNowhere)
      log.warn(`${name}: nothing will be read, since ${why}.`);
  }
  return judgeAnswers(answers, settings, log.warn);
}

/** The newest time that the config reads: a day of it, or as much as the endpoint gives at once. */
export function newestOf(
  name: string,
  settings: Settings,
  nowMs: number,
  lengthMs = DAY_MS,
): Values {
  const profile = profileOf(name, settings);
  const { startMs, endMs = Number.POSITIVE_INFINITY, windowMs } = settings;
  const { maxMs } = windowPolicy(profile, windowMs);
  const toMs = Math.min(nowMs - SAFETY_MS, endMs);
  const fromMs = toMs - Math.min(lengthMs, maxMs);
  return windowValues({ fromMs, toMs, open: toMs < endMs }, profile, startMs);
}

async function ask(
  stream: string,
  values: Values,
  tools: StreamTools,
  context: ReadContext,
): Promise<Reply> {
  const profile = profileOf(stream, tools.settings);
  try {
    if (profile.job) {
      const asked = askedOf({ stream, profile }, tools.settings);
      const created = await send(asked, profile.job.create, values, tools, context);
      const { idOf } = await import('./streams/job.ts');
      idOf(stream, profile.job, created);
      return { stream, rows: [] };
    }
    const [first] = combinationsOf(profile);
    const list = openList({ stream, profile }, { ...values, ...first }, tools, context);
    const { rows, doubt } = await list.fetchPage(list.first);
    // `read` asks for less time where it can.
    const { maxMs } = windowPolicy(profile, tools.settings.windowMs);
    if (doubt?.error && maxMs === Number.POSITIVE_INFINITY) throw doubt.error;
    return { stream, rows };
  } catch (error) {
    if (error instanceof ConnectorError) return { stream, error };
    throw error;
  }
}

/** What a related stream is asked by: the values of a row of its parent; or why there are none. */
export function parentValues(
  name: string,
  settings: Settings,
  answers: readonly Reply[],
): { values: Values } | { why: string } {
  const { per } = profileOf(name, settings);
  const answer = answers.find(({ stream }) => stream === per?.stream);
  if (!per || answer?.error) return { why: `${per?.stream} gave no data` };
  if (!answer?.rows) return { why: 'its parent was not asked' };
  const mapper = compilePlainMapper(per.stream, settings);
  const row = answer.rows
    .map((raw) => mapper.map(raw).row)
    .find(
      (one) =>
        per.fields.every((field) => isAskable(one[field])) &&
        (!per.only || matches(per.only, (path) => valueAt(one, path))),
    );
  return row
    ? { values: rowValues([row], per.fields) }
    : { why: 'no row of its parent to ask about yet' };
}

/** What the merchant's `fields` take from where no row has anything: their columns would be null, in silence. */
function absentFields(stream: string, rows: readonly JsonObject[], settings: Settings): string[] {
  const { fields = {} } = profileOf(stream, settings);
  if (rows.length === 0 || fields === STREAMS[stream]?.profile.fields) return [];
  return Object.entries(fields).flatMap(([name, source]) => {
    const paths = pathsOf(name, source);
    const isThere = rows.some((row) => paths.some((path) => valueAt(row, path) !== undefined));
    return isThere || paths.length === 0
      ? []
      : `${stream}: \`fields\` takes ${name} from ${paths.join(', ')}, which none of the ${rows.length} rows has.`;
  });
}

/** A line for each answer; streams of which the same is to be said share one. */
function describeAnswers(answers: readonly Reply[]): string[] {
  const said = new Map<string, string[]>();
  for (const { stream, rows, why, error } of answers) {
    let text = `the endpoint answers${rows?.length ? '' : ', with no rows of the last day'}`;
    if (why !== undefined) text = `the endpoint was not asked (${why})`;
    if (error) text = `no data. ${error.message} [${error.code}]`;
    said.set(text, [...(said.get(text) ?? []), stream]);
  }
  return [...said].map(([text, streams]) => `${streams.join(', ')}: ${text}`);
}

/** The error codes of a refusal that fails the check, whatever else answers. */
const REFUSALS = ['GK_CREDENTIALS', 'GK_LOGIN', 'GK_RETURN_PRIME_TOKEN'];

function judgeAnswers(
  answers: readonly Reply[],
  settings: Settings,
  warn: (line: string) => void,
): string {
  const failures = answers.flatMap(({ stream, error }) => (error ? [{ stream, error }] : []));
  const foreign = failures.find(({ error }) => error.code === 'GK_MERCHANT_NOT_REGISTERED');
  if (foreign) throw foreign.error;
  const pairs = (stream: string): string => credentialsOf(profileOf(stream, settings), settings);
  const good = new Set(answers.flatMap(({ rows, stream }) => (rows ? [pairs(stream)] : [])));
  for (const { stream, error } of failures.filter((one) => REFUSALS.includes(one.error.code))) {
    // The same credentials are good elsewhere: this endpoint is not open to them.
    if (!good.has(pairs(stream))) throw error;
    warn(
      `${stream}: this endpoint refused credentials that others accepted, so it is probably not open to your merchant. Ask GoKwik to open it, or switch the stream off in \`api_profile\` with enabled: false.`,
    );
  }
  const [first] = failures;
  if (good.size > 0 || !first) return 'Connection successful';
  const reached = failures.some(({ error }) =>
    /^GK_(IN_BODY|HTTP_4|SHAPE|PAGING|ANSWER)/.test(error.code),
  );
  if (!reached) throw first.error;
  const { code, message, detail } = first.error;
  const streams = failures.map(({ stream }) => stream).join(', ');
  throw new SystemError(
    code,
    `GoKwik answers at ${settings.baseUrl}, but no endpoint gave data (${streams}). App ID and App Secret may be fine: GoKwik publishes no list API, and the paths this connector knows may not be those of your merchant. Ask your GoKwik account manager for the right paths and set them in \`api_profile\`. First answer: ${message}`,
    { ...(detail !== undefined && { detail }) },
  );
}

/** The names of the secrets that a stream's requests carry. */
function credentialsOf(profile: StreamProfile, { profile: { hosts }, values }: Settings): string {
  const used = placeholdersOf([hosts[profile.host]?.auth, requestOf(profile)]);
  const names = used.map(({ name }) => name).filter((name) => name in values);
  return [...new Set(names)].sort().join();
}
