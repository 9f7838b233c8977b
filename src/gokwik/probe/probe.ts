/**
 * The command `probe`: asks a page or two of each stream, and makes of the answers the profile that
 * would read them. It reads only; no value of a row leaves it.
 */
import { SAFETY_MS } from '../../cdk/cursor.ts';
import { ConfigError, ConnectorError } from '../../cdk/errors.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import type { ProbeReport, ProbeRequest, ReadContext, SourceContext } from '../../cdk/source.ts';
import { closest } from '../../cdk/text.ts';
import { createAnomalies } from '../anomalies.ts';
import { type Answer as Checked, parentValues } from '../check.ts';
import { bodyStatus, isName, judgeAnswer } from '../envelope.ts';
import { connect, settingsOf } from '../open.ts';
import { createPaginator, type Step } from '../paginate.ts';
import { type Answer, valueAt } from '../path.ts';
import { readOverride } from '../profile.ts';
import { parseInstant } from '../records/time.ts';
import { windowPolicy, windowValues } from '../request.ts';
import type { Settings } from '../settings.ts';
import { schemaOf } from '../streams/columns.ts';
import { STREAMS } from '../streams/index.ts';
import { askedOf, combinationsOf, type StreamTools, send, withRows } from '../streams/pages.ts';
import { compilePlainMapper, enabledStreams, whyUnasked } from '../streams/readers.ts';
import type { StreamProfile } from '../streams/stream.ts';
import { placeholdersOf, type Values } from '../template.ts';
import { hideCredentials, templateOf } from './link.ts';
import { findLists, type List } from './lists.ts';
import { matchColumns } from './names.ts';
import { describeRequest, type Finding, tell } from './story.ts';
import { type Seen, type Suggestion, suggest } from './suggest.ts';
import { readTraits } from './traits.ts';

/** Who only has a sample has no settings yet. */
const NO_CONFIG: JsonObject = {
  base_url: 'https://api.gokwik.co',
  app_id: 'none',
  app_secret: 'none',
  start_date: '2026-01-01',
  lookback_days: 30,
  lookback_every_hours: 0,
  window_days: 7,
  concurrency: 1,
  requests_per_second: 1,
  pii_mode: 'plain',
  merchant_label_in_key: false,
};

/** One attempt at each request, no waiting for limits, no second login: a person waits for the answer. */
const PATIENCE = { timeoutMs: 20_000, budgetMs: 0, attempts: 1, concurrency: 1, isOnce: true };

interface Session {
  readonly config: JsonObject;
  readonly settings: Settings;
  readonly context: SourceContext;
  readonly signal: AbortSignal;
}

/** What was found of one stream, and what its profile would be. */
interface Probed {
  readonly finding: Finding;
  readonly changes?: JsonObject;
  /** Raw rows, that a stream asked about by them can be asked. */
  readonly rows?: readonly JsonObject[];
}

export async function probeStreams(
  { config = NO_CONFIG, stream, sample }: ProbeRequest,
  context: SourceContext,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const whole = complete(config);
  const session: Session = { config: whole, settings: settingsOf(whole, context), context, signal };
  if (stream !== undefined) checkStream(stream, session.settings);
  const probed =
    sample === undefined
      ? await probeApi(session, stream)
      : [probeSample(session, stream ?? '', sample as Json)];
  const hidden = new Set<string>();
  const changes = probed.flatMap(({ finding, changes }) =>
    changes ? [[finding.stream, changes] as const] : [],
  );
  const profile = hideCredentials(overrideWith(config, changes), hidden) as JsonObject;
  const findings = probed.map(({ finding }) => finding);
  const report = {
    findings,
    profile,
    isSample: sample !== undefined,
    hidden: [...hidden],
    hasChanges: changes.length > 0,
  };
  return {
    text: tell(report),
    // Undefined members are none in JSON.
    document: JSON.parse(
      JSON.stringify({ streams: findings, secrets_to_add: report.hidden, api_profile: profile }),
    ),
  };
}

/** The config with what a profile that knows only a link lacks, since it is only looked for here. */
function complete(config: JsonObject): JsonObject {
  const given = readOverride(config.api_profile);
  const streams = Object.entries(given.streams ?? {}).map(([name, stream]) => {
    const own = STREAMS[name] ? {} : { records: ['data'], key: ['id'] };
    const isNew = (stream.query ?? stream.json ?? stream.form) && stream.paging === undefined;
    const { limit = 100 } = STREAMS[name]?.profile.paging ?? {};
    return [
      name,
      { ...own, ...(isNew && { paging: { kind: 'none', limit } }), ...stream },
    ] as const;
  });
  const profile = { ...given, ...(given.streams && { streams: Object.fromEntries(streams) }) };
  return { ...config, api_profile: profile as JsonObject };
}

function checkStream(stream: string, { profile }: Settings): void {
  const parent = STREAMS[stream]?.childOf;
  if (parent !== undefined) {
    throw new ConfigError(
      'GK_USAGE',
      `The rows of ${stream} come with those of ${parent}. Probe ${parent}: --stream ${parent}.`,
    );
  }
  if (profile.streams[stream]) return;
  const names = Object.keys(profile.streams).filter((name) => !STREAMS[name]?.childOf);
  const meant = closest(stream, names);
  throw new ConfigError(
    'GK_USAGE',
    `There is no stream ${stream}${meant ? `; did you mean ${meant}?` : `. There are ${names.join(', ')}.`} A stream of your own begins in \`api_profile\`, with its path, records and key.`,
  );
}

/** The merchant's profile with what was found. */
function overrideWith(
  config: JsonObject,
  changes: readonly (readonly [string, JsonObject])[],
): JsonObject {
  const given = readOverride(config.api_profile) as JsonObject;
  const streams: JsonObject = { ...(given.streams as JsonObject | undefined) };
  for (const [stream, change] of changes) {
    streams[stream] = { ...(streams[stream] as JsonObject | undefined), ...change };
  }
  return { ...given, ...(Object.keys(streams).length > 0 && { streams }) };
}

/** The settings under a changed profile, held against the same rules as a config's. */
const settingsWith = (
  { config, context }: Session,
  changes: readonly (readonly [string, JsonObject])[],
): Settings => settingsOf({ ...config, api_profile: overrideWith(config, changes) }, context);

async function probeApi(session: Session, only: string | undefined): Promise<Probed[]> {
  const { settings, context } = session;
  const tools = connect(settings, context, PATIENCE);
  const parent = only === undefined ? undefined : settings.profile.streams[only]?.per?.stream;
  const enabled = enabledStreams(settings).filter((name) => !STREAMS[name]?.childOf);
  const wanted = only === undefined ? enabled : [...(parent === undefined ? [] : [parent]), only];
  // Those that are asked about by rows of another one come after it.
  const isRelated = (name: string): number => (settings.profile.streams[name]?.per ? 1 : 0);
  const names = wanted.sort((a, b) => isRelated(a) - isRelated(b));
  const probed: Probed[] = [];
  try {
    for (const name of names) {
      const why = whyUnasked(name, settings);
      probed.push(
        why === undefined
          ? await probeStream(name, { ...session, tools, before: probed })
          : { finding: { stream: name, problem: `Not asked: ${why}.`, questions: [] } },
      );
    }
  } finally {
    tools.http.close();
  }
  return probed;
}

interface ApiSession extends Session {
  readonly tools: ReturnType<typeof connect>;
  readonly before: readonly Probed[];
}

/** What came of a request: an answer, an error, or both. */
interface Try {
  readonly settings: Settings;
  readonly answer: Answer | undefined;
  readonly error: ConnectorError | undefined;
}

async function probeStream(stream: string, session: ApiSession): Promise<Probed> {
  const { settings, before } = session;
  const given = profileOf(settings, stream);
  const fail = (problem: string, more: Partial<Finding> = {}): Probed => ({
    finding: { stream, problem, questions: [], ...more },
  });
  if (given.job)
    return fail(
      'Not asked: its report is made on request, and probe asks for none. `check` tries it.',
    );
  const rows: Checked[] = before.map(({ finding, rows = [] }) => ({
    stream: finding.stream,
    kind: 'rows',
    rows,
  }));
  const known = before.flatMap(({ finding, changes: one }) =>
    one ? [[finding.stream, one] as const] : [],
  );
  const about = given.per
    ? parentValues(stream, settingsWith(session, known), rows)
    : { values: {} };
  if ('why' in about) return fail(`Not asked: ${about.why}.`);
  const template = templateOf(stream, given, session.context.now());
  const [combination] = combinationsOf(given);
  const base = { ...about.values, ...combination };
  let changes = template.changes;
  let trial = settingsWith(session, [[stream, changes]]);
  let values: Values = { ...windowOf(trial, stream, session), ...template.values, ...base };
  let first = await ask(stream, trial, values, undefined, session);
  let requests = 1;
  // An endpoint that refuses parameters it does not know may answer without them.
  if (
    first.error &&
    isRefusal(first.answer) &&
    given.query &&
    given.query === STREAMS[stream]?.profile.query
  ) {
    changes = { ...changes, query: {}, paging: { kind: 'none' }, time: {} };
    trial = settingsWith(session, [[stream, changes]]);
    values = base;
    const bare = await ask(stream, trial, values, undefined, session);
    requests += 1;
    if (!bare.error) first = bare;
    else changes = template.changes;
  }
  const asked = describeAsked(first, stream, requests);
  if (first.error) return fail(withoutValues(first.error.message), { asked });
  if (!first.answer) return fail('No answer came.', { asked });
  const seen = look(stream, trial, first.answer, session);
  if (!seen) return fail(describeEmpty(first.answer.body, values), { asked });
  const hint = filterHint(seen, values, given);
  changes = { ...changes, ...hint.changes };
  const told = { asked, questions: [...template.questions, ...hint.questions] };
  return followUp(
    { ...seen, profile: { ...seen.profile, ...hint.changes } as StreamProfile },
    first.answer,
    { changes, values, requests, told },
    session,
  );
}

interface Course {
  readonly changes: JsonObject;
  readonly values: Values;
  readonly requests: number;
  readonly told: {
    readonly asked: NonNullable<Finding['asked']>;
    readonly questions: readonly string[];
  };
}

/** Asks for page 2 as the suggested profile would, which proves it or says what is wrong with it. */
async function followUp(
  seen: Seen,
  answer: Answer,
  { changes, values, requests, told }: Course,
  session: ApiSession,
): Promise<Probed> {
  const { stream } = seen;
  const idea = suggest(seen);
  const settings = settingsWith(session, [[stream, { ...changes, ...idea.changes }]]);
  const profile = profileOf(settings, stream);
  const paginator = createPaginator({
    stream,
    profile,
    isOwn: true,
    learned: {},
    anomalies: createAnomalies(),
  });
  let rows = seen.rows;
  let asked = told.asked;
  let pages = '';
  let isProven = false;
  try {
    const { next } = paginator.read(answer);
    if (!next) pages = 'this page is the last';
    if (next && requests < 2) {
      const second = await ask(stream, settings, values, next, session);
      asked = { ...asked, requests: 2 };
      if (second.error) throw second.error;
      const more = second.answer ? paginator.read(second.answer).rows : [];
      isProven = more.length > 0;
      pages = isProven ? `page 2 gave ${more.length} other rows` : 'page 2 had no rows';
      rows = unlike(rows, more);
    }
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    pages = `page 2 could not be read so: ${withoutValues(error.message)}`;
  }
  return conclude(
    { ...seen, rows },
    { changes, questions: told.questions, pages, isProven, asked },
    session,
  );
}

/** A row may have slipped on to the next page. */
function unlike(rows: readonly JsonObject[], more: readonly JsonObject[]): readonly JsonObject[] {
  const known = new Set(rows.map((row) => JSON.stringify(row)));
  return [...rows, ...more.filter((row) => !known.has(JSON.stringify(row)))];
}

function probeSample(session: Session, stream: string, body: Json): Probed {
  const given = profileOf(session.settings, stream);
  const template = templateOf(stream, given, session.context.now());
  const settings = settingsWith(session, [[stream, template.changes]]);
  const answer = { status: 200, headers: {}, body };
  const seen = look(stream, settings, answer, session);
  if (!seen) return { finding: { stream, problem: describeEmpty(body, {}), questions: [] } };
  const isAssumed = given.path === STREAMS[stream]?.profile.path;
  const questions = isAssumed
    ? [
        'How was the sample asked for? Write the path of its link, with its parameters, into "path", and probe the API itself: only that shows how its pages are asked for.',
      ]
    : [];
  return conclude(
    seen,
    {
      changes: template.changes,
      questions: [...template.questions, ...questions],
      pages: '',
      isProven: false,
    },
    session,
  );
}

/** The rows of an answer, wherever they are. Undefined: there are none. */
function look(
  stream: string,
  settings: Settings,
  answer: Answer,
  { context, settings: own }: Session,
): Seen | undefined {
  const profile = profileOf(settings, stream);
  const list = bestList(stream, settings, answer.body, context.now());
  if (!list || list.rows.length === 0) return undefined;
  const { rows } = list;
  const { paging } = profileOf(own, stream);
  const isPaged =
    own.profile.ownPaging.has(stream) &&
    paging.kind !== 'none' &&
    Object.keys(paging).some((key) => key !== 'limit' && key !== 'first');
  return {
    stream,
    profile,
    settings,
    isPaged,
    list,
    answer,
    rows,
    traits: readTraits(rows, context.now()),
  };
}

/** The list whose entries look most like rows of this stream; outer ones before those inside them. */
function bestList(
  stream: string,
  settings: Settings,
  body: unknown,
  nowMs: number,
): List | undefined {
  const { records } = profileOf(settings, stream);
  const schema = schemaOf(stream, settings);
  const rated = findLists(body).map((list) => {
    const rows = list.rows.slice(0, 20);
    const traits = readTraits(rows, nowMs).filter(({ kind }) => kind !== 'empty');
    const own = traits.filter(({ path }) =>
      Object.hasOwn((schema.properties ?? {}) as object, path),
    );
    const ours = own.length + (STREAMS[stream] ? matchColumns({ schema, rows, traits }).size : 0);
    const plain = traits.filter(
      ({ path, kind }) => !path.includes('.') && kind !== 'object' && kind !== 'list',
    ).length;
    const depth = list.path.split('*').length;
    const isSaid = records.includes(list.path) ? 3 : 0;
    return {
      list,
      rate: list.rows.length === 0 ? -1 : 2 * ours + Math.min(plain, 8) + isSaid - 3 * depth,
    };
  });
  return rated.sort((a, b) => b.rate - a.rate)[0]?.list;
}

interface Conclusion {
  readonly changes: JsonObject;
  readonly questions: readonly string[];
  /** What page 2 showed. */
  readonly pages: string;
  readonly isProven: boolean;
  readonly asked?: Finding['asked'];
}

/** All facts of a stream, and how its columns come out under the suggested profile. */
function conclude(
  seen: Seen,
  { changes, questions, pages, isProven, asked }: Conclusion,
  session: Session,
): Probed {
  const { stream, list, rows } = seen;
  const traits = readTraits(rows, session.context.now());
  const idea: Suggestion = suggest({ ...seen, traits, isProven });
  const all = { ...changes, ...idea.changes };
  const settings = settingsWith(session, [[stream, all]]);
  const anomalies = createAnomalies();
  const mapper = compilePlainMapper(stream, settings, anomalies);
  const mapped = rows.map((row) => mapper.map(row).row);
  const columns = Object.keys((schemaOf(stream, settings).properties ?? {}) as object).filter(
    (name) => name !== 'record_key',
  );
  const unreadable = anomalies.lines().flatMap((line) => /`([\w.]+)` is not/.exec(line)?.[1] ?? []);
  const filled = columns.filter((name) => mapped.some((row) => (row[name] ?? null) !== null));
  const formats = (kind: string) =>
    traits
      .filter((one) => one.kind === kind)
      .map(({ path, format = '' }) => ({ name: path, format }));
  const finding: Finding = {
    stream,
    ...(asked && { asked }),
    rows: {
      path: list.path,
      count: rows.length,
      is_map: list.isMap,
      other_lists: findLists(seen.answer.body)
        .map(({ path }) => path)
        .filter((path) => path !== list.path)
        .slice(0, 5),
    },
    paging: { signs: [...idea.signs], suggests: all.paging as JsonObject, page_2: pages },
    names: [...idea.names].map(([ours, theirs]) => ({ theirs, ours })),
    columns: {
      filled,
      empty: columns.filter((name) => !filled.includes(name) && !unreadable.includes(name)),
      unreadable,
    },
    keys: [...idea.keys],
    cursors: [...idea.cursors],
    times: formats('time'),
    numbers: formats('number'),
    questions: [...questions, ...idea.questions],
  };
  return { finding, changes: all, rows };
}

/** One request, judged as `read` judges it, but for where its rows are. */
async function ask(
  stream: string,
  settings: Settings,
  values: Values,
  step: Step | undefined,
  { tools, context, signal }: ApiSession,
): Promise<Try> {
  const profile = profileOf(settings, stream);
  const anomalies = createAnomalies();
  const all: StreamTools = { ...tools, settings, anomalies, learned: new Map() };
  const asked = askedOf({ stream, profile }, settings);
  const quiet: ReadContext = { signal, onWait() {} };
  const { first } = createPaginator({ stream, profile, isOwn: true, learned: {}, anomalies });
  const { values: paging, link } = step ?? first;
  let answer: Answer | undefined;
  try {
    const response = await send(
      asked,
      profile,
      { ...values, ...paging },
      all,
      quiet,
      link,
      (got) => {
        answer = got;
        const list = bestList(stream, settings, got.body, context.now());
        return judgeAnswer(
          { ...asked, profile: list ? { ...profile, records: [list.path] } : profile },
          got,
          context.now(),
        );
      },
    );
    return {
      settings,
      answer: await withRows(response, { stream, profile }, anomalies),
      error: undefined,
    };
  } catch (error) {
    if (error instanceof ConnectorError) return { settings, answer, error };
    throw error;
  }
}

/** What it refuses may be the parameters: neither the credentials, the path nor the pace. */
const isRefusal = (answer: Answer | undefined): boolean => {
  const status = answer && (bodyStatus(answer.body) ?? answer.status);
  return status !== undefined && status >= 400 && ![401, 403, 404, 429].includes(status);
};

/** The newest time that the config reads. */
function windowOf(settings: Settings, stream: string, { context }: Session): Values {
  const profile = profileOf(settings, stream);
  const toMs = Math.min(context.now() - SAFETY_MS, settings.endMs ?? Number.POSITIVE_INFINITY);
  const { maxMs } = windowPolicy(profile, settings.windowMs);
  const fromMs = toMs - Math.min(maxMs, settings.windowMs);
  return windowValues({ fromMs, toMs, open: settings.endMs === undefined }, profile, 0);
}

const DAY_MS = 24 * 60 * 60_000;

/** Whether the time that was asked for has to do with the times that came. */
function filterHint(
  { rows, traits, profile, stream }: Seen,
  { from, to }: Values,
  given: StreamProfile,
): { changes: JsonObject; questions: string[] } {
  const [fromMs, toMs] = [from, to].map((one) =>
    one !== null && typeof one === 'object' && 'ms' in one ? Number(one.ms) : undefined,
  );
  const times = traits.filter(({ kind }) => kind === 'time');
  if (fromMs === undefined || times.length === 0) return { changes: {}, questions: [] };
  const isIn = (ms: number | undefined): boolean =>
    ms !== undefined && ms >= fromMs - DAY_MS && ms <= (toMs ?? ms) + DAY_MS;
  const inside = rows.filter((row) =>
    times.some(({ path }) => isIn(parseInstant(valueAt(row, path), '+05:30'))),
  );
  if (inside.length * 2 >= rows.length) return { changes: {}, questions: [] };
  if (given.query === undefined || given.query !== STREAMS[stream]?.profile.query) {
    return {
      changes: {},
      questions: [
        'Does the API know the parameters for the time? Most rows have no time within the one that was asked for. Ask which parameters filter by time.',
      ],
    };
  }
  const isTimed = (value: unknown): boolean =>
    placeholdersOf(value).some(({ name }) => name === 'from' || name === 'to');
  const query = Object.fromEntries(
    Object.entries(profile.query ?? {}).filter(([, value]) => !isTimed(value)),
  );
  return {
    changes: { query, time: {} },
    questions: [
      'Which parameters filter by time? The ones that were assumed change nothing, so the profile leaves them out, and every sync reads the whole list. Ask for their names.',
    ],
  };
}

function profileOf({ profile }: Settings, stream: string): StreamProfile {
  const found = profile.streams[stream];
  if (!found) throw new ConfigError('GK_USAGE', `There is no stream ${stream}.`);
  return found;
}

function describeAsked(
  { settings, answer }: Try,
  stream: string,
  requests: number,
): NonNullable<Finding['asked']> {
  const profile = profileOf(settings, stream);
  const host = settings.profile.hosts[profile.host] ?? { url: settings.baseUrl, auth: {} };
  const inBody = bodyStatus(answer?.body);
  return {
    ...describeRequest(profile, host),
    requests,
    ...(answer && { status: answer.status }),
    ...(inBody !== undefined && { in_body_status: inBody }),
  };
}

/** An answer without rows: the lists that are empty, or the names that it has. */
function describeEmpty(body: unknown, { from, to }: Values): string {
  const isTimed = from !== undefined || to !== undefined;
  const lists = findLists(body).map(({ path }) => path);
  const names =
    typeof body === 'object' && body !== null && !Array.isArray(body)
      ? Object.keys(body).filter(isName).slice(0, 20)
      : [];
  if (lists.length > 0) {
    return `The list at ${lists.join(', ')} is empty${isTimed ? ' for the time that was asked for. Give an `end_date` at which there were some' : ''}, so nothing can be said about its rows.`;
  }
  const has = Array.isArray(body)
    ? 'it is a list of something else'
    : names.length > 0
      ? `it has ${names.join(', ')}`
      : 'it has no names';
  return `The answer holds no list of objects: ${has}. Ask the account manager for the endpoint that lists ${'rows'}, or for an example of its answer.`;
}

/** The server's words may quote what was asked about. */
const withoutValues = (text: string): string =>
  text.replace(/[^\s“"'`(]+@[^\s”"'`)]+/g, '…').replace(/\+?\d[\d\s-]{8,}\d/g, '…');
