import { ConfigError, ConnectorError, SystemError } from '../cdk/errors.ts';
import type { JsonObject } from '../cdk/protocol.ts';
import type { CheckResult, SourceContext } from '../cdk/source.ts';
import { createHttp, type Http } from '../http/retry.ts';
import { createAnomalies } from './anomalies.ts';
import { bodyStatus, inspectEnvelope, readPage } from './envelope.ts';
import type { FileTools } from './files/reader.ts';
import { createPaginator } from './paginate.ts';
import { placeholdersOf, prepareRequests, rowPlaceholders, windowBounds } from './request.ts';
import { DAY_MS, type Settings } from './settings.ts';
import { compilePlainMapper, enabledStreams } from './streams/readers.ts';
import type { StreamProfile } from './streams/stream.ts';

/** A person waits for the answer: two attempts at a silent server must fit in ten seconds (ms). */
const REQUEST_TIMEOUT_MS = 4_000;
const WAIT_BUDGET_MS = 4_000;

type Answer =
  | { stream: string; kind: 'rows'; rows: readonly JsonObject[] }
  | { stream: string; kind: 'not_asked'; why: string }
  | { stream: string; kind: 'failed'; error: ConnectorError };

/** The error codes of one verdict each, the gravest first. */
const REFUSALS = ['GK_MERCHANT_NOT_REGISTERED', 'GK_CREDENTIALS', 'GK_RETURN_PRIME_TOKEN'];

/**
 * What `check` answers: the API's handshake, the files, or both. Without API access it names what it
 * can read, and does not speak of a connection.
 */
export async function checkSource(
  settings: Settings,
  context: SourceContext,
  files: FileTools,
  signal: AbortSignal,
): Promise<CheckResult> {
  const verdict = settings.hasApi ? await checkConnection(settings, context, signal) : undefined;
  if (verdict?.ok === false || settings.files.length === 0) return verdict ?? NOTHING;
  const { probeFiles } = await import('./files/survey.ts');
  const probes = await probeFiles(settings.files, files, signal);
  const lines = probes.map(({ stream, line }) => `${stream}: ${line}`);
  const bad = lines.filter((_, index) => !probes[index]?.isReadable);
  if (bad.length > 0) {
    const connected = verdict ? 'GoKwik answers, but files' : 'Files';
    return failed(new ConfigError('GK_FILE', `${connected} cannot be read. ${bad.join('. ')}.`));
  }
  for (const line of lines) context.log.info(line);
  return (
    verdict ?? {
      ok: true,
      message: `Files can be read: ${lines.join('; ')}. Without App ID and App Secret, GoKwik's API was not asked.`,
    }
  );
}

const failed = (error: ConnectorError): CheckResult => ({ ok: false, error });

const NOTHING = failed(
  new ConfigError(
    'GK_NOTHING_TO_READ',
    'There is nothing to read. Enter the credentials, or name `files`.',
  ),
);

/**
 * The handshake: the smallest page of each enabled endpoint, all at once under the limiter.
 * Succeeds when at least one answers and none says that the credentials are refused. GETs only.
 */
async function checkConnection(
  settings: Settings,
  context: SourceContext,
  signal: AbortSignal,
): Promise<CheckResult> {
  const names = enabledStreams(settings).filter((name) => !profileOf(settings, name).child_of);
  const http = createHttp({
    concurrency: Math.max(1, names.length),
    requestsPerSecond: settings.requestsPerSecond,
    timeoutMs: REQUEST_TIMEOUT_MS,
    budgetMs: WAIT_BUDGET_MS,
    attempts: 2,
    allowPrivate: settings.allowPrivate,
    now: context.now,
    random: context.random,
    log: context.log,
    userAgent: context.userAgent,
  });
  try {
    const ask = (name: string, row?: JsonObject): Promise<Answer> =>
      askEndpoint(name, row, http, settings, context.now(), signal);
    const lists = names.filter((name) => !profileOf(settings, name).per);
    const answers = await Promise.all(lists.map((name) => ask(name)));
    for (const name of names.filter((n) => !lists.includes(n))) {
      const row = findParent(name, settings, answers);
      answers.push(
        row
          ? await ask(name, row)
          : { stream: name, kind: 'not_asked', why: 'no row of its parent to ask about yet' },
      );
    }
    for (const line of describeAnswers(answers)) context.log.info(line);
    return judgeAnswers(answers, settings);
  } finally {
    http.close();
  }
}

const profileOf = (settings: Settings, name: string): StreamProfile =>
  settings.profile.streams[name] as StreamProfile;

/** The newest day of one endpoint, one row if it takes a limit. */
async function askEndpoint(
  stream: string,
  row: JsonObject | undefined,
  http: Http,
  settings: Settings,
  nowMs: number,
  signal: AbortSignal,
): Promise<Answer> {
  const profile = profileOf(settings, stream);
  const { paging } = profile;
  const small = { ...profile, paging: paging.kind === 'none' ? paging : { ...paging, limit: 1 } };
  const window = { fromMs: nowMs - DAY_MS, toMs: nowMs, open: true };
  const bounds = row ? rowPlaceholders(row) : windowBounds(window, profile.time, 0);
  const paginator = createPaginator(stream, small, createAnomalies());
  try {
    const request = prepareRequests(stream, small, settings, bounds)(paginator.first);
    const inspect = inspectEnvelope(stream, profile, settings);
    const accept = profile.empty_status ?? [];
    const answer = await http.get(request, { signal, inspect, accept });
    const isEmpty = accept.includes(bodyStatus(answer.body) ?? answer.status);
    const rows = isEmpty ? [] : readPage(paginator, profile, settings, answer).rows;
    return { stream, kind: 'rows', rows };
  } catch (error) {
    if (error instanceof ConnectorError) return { stream, kind: 'failed', error };
    throw error;
  }
}

/** A row of the parent that the related stream can be asked about. */
function findParent(
  name: string,
  settings: Settings,
  answers: readonly Answer[],
): JsonObject | undefined {
  const { per, query } = profileOf(settings, name);
  const answer = answers.find((a) => a.stream === per);
  if (!per || answer?.kind !== 'rows') return undefined;
  const mapper = compilePlainMapper(per, settings);
  const fields = placeholdersOf(query);
  return answer.rows
    .map((raw) => mapper.map(raw).row)
    .find((row) => fields.every((field) => row[field] !== null && row[field] !== undefined));
}

/** A line for each answer; streams of which the same is to be said share one. */
function describeAnswers(answers: readonly Answer[]): string[] {
  const said = new Map<string, string[]>();
  for (const answer of answers) {
    const text = describeAnswer(answer);
    said.set(text, [...(said.get(text) ?? []), answer.stream]);
  }
  return [...said].map(([text, streams]) => `${streams.join(', ')}: ${text}`);
}

function describeAnswer(answer: Answer): string {
  switch (answer.kind) {
    case 'rows':
      return `the endpoint answers${answer.rows.length > 0 ? '' : ', with no rows of the last day'}`;
    case 'not_asked':
      return `the endpoint was not asked (${answer.why})`;
    case 'failed':
      return `no data. ${answer.error.message} [${answer.error.code}]`;
  }
}

function judgeAnswers(answers: readonly Answer[], settings: Settings): CheckResult {
  const errors = answers.flatMap((answer) => (answer.kind === 'failed' ? [answer.error] : []));
  for (const code of REFUSALS) {
    const refusal = errors.find((error) => error.code === code);
    if (refusal) return failed(refusal);
  }
  if (answers.some((answer) => answer.kind === 'rows')) {
    return { ok: true, message: 'Connection successful' };
  }
  const first = errors[0];
  if (!first) {
    return failed(
      new ConfigError(
        'GK_NOTHING_TO_READ',
        'No stream is enabled, so there is nothing to connect to. Enable one in `api_profile`.',
      ),
    );
  }
  const reached = errors.find((error) => /^GK_(IN_BODY|HTTP_4|SHAPE|PAGING)/.test(error.code));
  if (!reached) return failed(first);
  const streams = errors
    .map((error) => error.stream)
    .filter(Boolean)
    .join(', ');
  return failed(
    new SystemError(
      first.code,
      `GoKwik answers at ${settings.baseUrl}, but no endpoint gave data (${streams}). App ID and App Secret may be fine: GoKwik publishes no list API, and the paths this connector knows may not be those of your merchant. Ask your GoKwik account manager for the right paths and set them in \`api_profile\`. First answer: ${first.message}`,
      { ...(first.detail !== undefined && { detail: first.detail }) },
    ),
  );
}
