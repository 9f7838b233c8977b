/**
 * The command `probe`: asks a page or two of each stream, and makes of the answers the profile that
 * would read them. It reads only; no value of a row leaves it.
 */
import spec from '../../../schemas/spec.json' with { type: 'json' };
import { createAnomalies } from '../../cdk/anomalies.ts';
import { validateConfig } from '../../cdk/config.ts';
import { ConfigError, ConnectorError } from '../../cdk/errors.ts';
import { fieldSchemas } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import type { ProbeReport, ProbeRequest, SourceContext } from '../../cdk/source.ts';
import { closest } from '../../cdk/text.ts';
import type { GokwikConfig } from '../../generated/config.ts';
import { newestOf, parentValues } from '../check.ts';
import { FileProblem, readLocation } from '../files/location.ts';
import { readAccounts } from '../files/stores/accounts.ts';
import { findLists, unfold } from '../lists/lists.ts';
import { createPaginator } from '../lists/paginate.ts';
import { connect, openFiles, settingsOf } from '../open.ts';
import { createPii } from '../pii/pii.ts';
import { readOverride } from '../profile.ts';
import { profileOf, type Settings } from '../settings.ts';
import { schemaOf } from '../streams/columns.ts';
import { STREAMS } from '../streams/index.ts';
import { combinationsOf } from '../streams/pages.ts';
import { compilePlainMapper, enabledStreams, whyUnasked } from '../streams/readers.ts';
import type { Values } from '../template.ts';
import { hideCredentials, type Template, templateOf } from './link.ts';
import { describeEmpty, look, type Seen, type Session } from './look.ts';
import { documentOf, type Fact, type Finding, fact, tell } from './story.ts';
import { suggest } from './suggest.ts';
import { readTraits, type Trait } from './traits.ts';
import { type ApiSession, ask, describeAsked, isRefusal, withoutValues } from './trial.ts';

/** Who only has a sample has no settings yet. */
const withoutConfig = (): JsonObject =>
  validateConfig(spec.connectionSpecification as JsonObject, {
    base_url: 'https://api.gokwik.co',
    app_id: 'none',
    app_secret: 'none',
    start_date: '2026-01-01',
  }).config;

/** One attempt at each request, no waiting for limits, no second login: a person waits for the answer. */
const PATIENCE = { timeoutMs: 20_000, budgetMs: 0, attempts: 1, concurrency: 1, isOnce: true };

/** What was found of one stream, and what its profile would be. */
interface Probed extends Finding {
  readonly changes?: JsonObject;
  /** Raw rows, that a stream asked about by them can be asked. */
  readonly rows?: readonly JsonObject[];
}

/** Of the profile, by the names of streams. */
type Changes = Readonly<Record<string, JsonObject>>;

/** Probes a file, a sample of an answer or the API, whichever the request names first. */
export async function probe(
  request: ProbeRequest,
  context: SourceContext,
  signal: AbortSignal,
): Promise<ProbeReport> {
  if (request.file === undefined) return probeStreams(request, context, signal);
  const { printFileReport, probeFile } = await import('../files/survey.ts');
  const config = request.config ?? withoutConfig();
  const { allowPrivate } = settingsOf(config, context);
  const { file_stores: stores = [] } = config as unknown as GokwikConfig;
  const accounts = readAccounts(stores, allowPrivate);
  const place = request.file.includes('://')
    ? readLocation(request.file, { field: '--file', allowPrivate, accounts })
    : request.file;
  const { files, close } = openFiles(allowPrivate, createPii({ mode: 'drop' }), context);
  try {
    const report = await probeFile(place, files, signal);
    const document = JSON.stringify(report, (_, value) =>
      value instanceof Map ? Object.fromEntries(value) : value,
    );
    return { text: printFileReport(report), document: JSON.parse(document) };
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    throw new ConfigError('GK_FILE', `--file: ${error.message}`);
  } finally {
    close();
  }
}

async function probeStreams(
  { config = withoutConfig(), stream, sample }: ProbeRequest,
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
  const changes = changesOf(probed);
  const profile = hideCredentials(overrideWith(config, changes), hidden) as JsonObject;
  const story = {
    findings: probed,
    profile: Object.keys(changes).length > 0 ? profile : undefined,
    isSample: sample !== undefined,
    hidden: [...hidden],
  };
  return {
    text: tell(story),
    document: {
      streams: probed.map(documentOf),
      secrets_to_add: story.hidden,
      api_profile: profile,
    },
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
function overrideWith(config: JsonObject, changes: Changes): JsonObject {
  const given = readOverride(config.api_profile) as JsonObject;
  const streams: JsonObject = { ...(given.streams as JsonObject | undefined) };
  for (const [stream, change] of Object.entries(changes)) {
    streams[stream] = { ...(streams[stream] as JsonObject | undefined), ...change };
  }
  return { ...given, ...(Object.keys(streams).length > 0 && { streams }) };
}

const changesOf = (probed: readonly Probed[]): Changes =>
  Object.fromEntries(
    probed.flatMap(({ stream, changes }) => (changes ? [[stream, changes] as const] : [])),
  );

/** The settings under a changed profile, held against the same rules as a config's. */
const settingsWith = ({ config, context }: Session, changes: Changes): Settings =>
  settingsOf({ ...config, api_profile: overrideWith(config, changes) }, context);

async function probeApi(session: Session, only: string | undefined): Promise<Probed[]> {
  const { settings, context } = session;
  const { streams } = settings.profile;
  const tools = connect(settings, context, PATIENCE);
  const parent = only === undefined ? undefined : streams[only]?.per?.stream;
  const enabled = enabledStreams(settings).filter((name) => !STREAMS[name]?.childOf);
  const wanted = only === undefined ? enabled : [...(parent === undefined ? [] : [parent]), only];
  // Those that are asked about by rows of another one come after it.
  const names = [
    ...wanted.filter((name) => !streams[name]?.per),
    ...wanted.filter((name) => streams[name]?.per),
  ];
  const probed: Probed[] = [];
  try {
    for (const name of names) {
      probed.push(await probeStream(name, { ...session, tools }, probed));
    }
  } finally {
    tools.http.close();
  }
  return probed;
}

const problemOf = (stream: string, problem: string, ...facts: Fact[]): Probed => ({
  stream,
  facts: [...facts, fact('problem', problem, ['!', problem])],
  questions: [],
  rows: [],
});

/** @param before what was probed already, some of which this stream may be asked about by. */
async function probeStream(
  stream: string,
  session: ApiSession,
  before: readonly Probed[],
): Promise<Probed> {
  const { now } = session.context;
  const given = profileOf(stream, session.settings);
  const notAsked = (why: string): Probed => problemOf(stream, `Not asked: ${why}`);
  const why = whyUnasked(stream, session.settings);
  if (why !== undefined) return notAsked(`${why}.`);
  if (given.job)
    return notAsked(
      'its report is made on request, one more with each time that somebody asks. `check` asks for one and says whether it was accepted; to see its columns, read a day of it, or give rows of one that you have as JSON to `probe --sample`.',
    );
  const known = settingsWith(session, changesOf(before));
  const about = given.per ? parentValues(stream, known, before) : { values: {} };
  if ('why' in about) return notAsked(`${about.why}.`);
  const template = templateOf(stream, given, now());
  const base = { ...about.values, ...combinationsOf(given)[0] };
  let { changes } = template;
  let trial = settingsWith(session, { [stream]: changes });
  const newest = newestOf(stream, trial, now(), trial.windowMs);
  let values: Values = { ...newest, ...template.values, ...base };
  let first = await ask(stream, trial, values, undefined, session);
  let requests = 1;
  // An endpoint that refuses parameters it does not know may answer without them.
  const isAssumed = given.query && given.query === STREAMS[stream]?.profile.query;
  if (first.error && isRefusal(first.answer) && isAssumed) {
    const none = { ...changes, query: {}, paging: { kind: 'none' }, time: {} };
    trial = settingsWith(session, { [stream]: none });
    const bare = await ask(stream, trial, base, undefined, session);
    requests += 1;
    if (!bare.error) [first, changes, values] = [bare, none, base];
  }
  const fail = (problem: string): Probed =>
    problemOf(stream, problem, describeAsked(first, stream, requests));
  if (first.error) return fail(withoutValues(first.error.message));
  const seen = look(stream, first.settings, first.answer, session);
  if (!seen) return fail(describeEmpty(first.answer.body, values));
  const page = await turnPage(seen, changes, values, requests, session);
  return conclude(
    { ...seen, rows: unlike(seen.rows, page.rows), isProven: page.rows.length > 0 },
    { ...template, changes, pages: page.pages },
    session,
    describeAsked(first, stream, page.requests),
  );
}

/** Asks for page 2 as the suggested profile would, which proves it or says what is wrong with it. */
async function turnPage(
  seen: Seen,
  changes: JsonObject,
  values: Values,
  before: number,
  session: ApiSession,
): Promise<{ pages: string; rows: readonly JsonObject[]; requests: number }> {
  const { stream } = seen;
  const settings = settingsWith(session, { [stream]: { ...changes, ...suggest(seen).changes } });
  const profile = profileOf(stream, settings);
  const isOwn = settings.profile.ownPaging.has(stream);
  const anomalies = createAnomalies();
  // One request more shows one page more, and what numbers mean is for `read` to find out.
  const learned = { countsRows: true, endsWhereTold: Number.POSITIVE_INFINITY } as const;
  const paginator = createPaginator({ stream, profile, isOwn, learned, anomalies });
  let requests = before;
  const none = (pages: string) => ({ pages, rows: [], requests });
  try {
    const { next } = paginator.read(seen.answer);
    if (!next) return none('this page is the last');
    if (requests > 1) return none('');
    requests += 1;
    const second = await ask(stream, settings, values, next, session);
    if (second.error) throw second.error;
    const { rows } = paginator.read(second.answer);
    if (rows.length > 0) return { pages: `page 2 gave ${rows.length} other rows`, rows, requests };
    return none(
      isOwn
        ? 'page 2 had no rows'
        : 'nothing tells whether these are all; read asks further and fails if it cannot know',
    );
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return none(`page 2 could not be read so: ${withoutValues(error.message)}`);
  }
}

/** A row may have slipped on to the next page. */
function unlike(rows: readonly JsonObject[], more: readonly JsonObject[]): readonly JsonObject[] {
  const known = new Set(rows.map((row) => JSON.stringify(row)));
  return [...rows, ...more.filter((row) => !known.has(JSON.stringify(row)))];
}

function probeSample(session: Session, stream: string, sample: Json): Probed {
  const body = unfold(sample);
  const given = profileOf(stream, session.settings);
  const template = templateOf(stream, given, session.context.now());
  const settings = settingsWith(session, { [stream]: template.changes });
  const seen = look(stream, settings, { status: 200, headers: {}, body }, session);
  if (!seen) return problemOf(stream, describeEmpty(body, {}));
  const how =
    'How was the sample asked for? Write the path of its link, with its parameters, into "path", and probe the API itself: only that shows how its pages are asked for.';
  const isAssumed = given.path === STREAMS[stream]?.profile.path;
  const questions = [...template.questions, ...(isAssumed ? [how] : [])];
  return conclude(seen, { ...template, questions, pages: '' }, session);
}

interface Course extends Pick<Template, 'changes' | 'questions'> {
  /** What page 2 showed. */
  readonly pages: string;
}

function conclude(
  seen: Seen,
  { changes, questions, pages }: Course,
  session: Session,
  ...asked: Fact[]
): Probed {
  const { stream, rows } = seen;
  const traits = readTraits(rows, session.context.now());
  const idea = suggest({ ...seen, traits });
  const all = { ...changes, ...idea.changes };
  const formats = (kind: Trait['kind'], name: string): Fact => {
    const found = traits.filter((one) => one.kind === kind);
    const value = found.map(({ path, format = '' }) => ({ name: path, format }));
    return fact(name, value, [name, value.map((one) => `${one.name} ${one.format}`).join(', ')]);
  };
  return {
    stream,
    facts: [
      ...asked,
      rowsOf(seen),
      pagesOf(idea.signs, all.paging as JsonObject | undefined, pages),
      fact(
        'names',
        [...idea.names].map(([ours, theirs]) => ({ theirs, ours })),
        ['names', [...idea.names].map(([ours, theirs]) => `${theirs} → ${ours}`).join(', ')],
      ),
      columnsOf(stream, rows, settingsWith(session, { [stream]: all })),
      keysOf(idea.keys),
      fact('cursors', idea.cursors, [
        'cursor',
        idea.cursors.length === 0
          ? 'none found'
          : `${idea.cursors.join(', ')} (a time in every row)`,
      ]),
      formats('time', 'times'),
      formats('number', 'numbers'),
    ],
    questions: [...questions, ...idea.questions],
    changes: all,
    rows,
  };
}

function rowsOf({ list: { path, isMap }, answer, rows }: Seen): Fact {
  const lists = findLists(answer.body).map((list) => list.path);
  const others = lists.filter((one) => one !== path).slice(0, 5);
  const map = isMap ? ' (the values of a map)' : '';
  const also = others.length > 0 ? `; other lists at ${others.join(', ')}` : '';
  const value = { path, count: rows.length, is_map: isMap, other_lists: others };
  return fact('rows', value, ['rows', `${rows.length} at ${path}${map}${also}`]);
}

function pagesOf(signs: string[], suggests: JsonObject = {}, page2: string): Fact {
  const isKept = Object.keys(suggests).length === 0;
  const suggested = isKept ? 'left as it is' : `suggested ${JSON.stringify(suggests)}`;
  const said = [signs.join('; ') || 'no sign of it', suggested, page2].filter(Boolean);
  return fact('paging', { signs, suggests, page_2: page2 }, ['paging', said.join('; ')]);
}

function columnsOf(stream: string, rows: readonly JsonObject[], settings: Settings): Fact {
  const anomalies = createAnomalies();
  const mapper = compilePlainMapper(stream, settings, undefined, anomalies);
  const mapped = rows.map((row) => mapper.map(row).row);
  const columns = Object.keys(fieldSchemas(schemaOf(stream, settings))).filter(
    (name) => name !== 'record_key',
  );
  const unreadable = anomalies.lines().flatMap((line) => /`([\w.]+)` is not/.exec(line)?.[1] ?? []);
  const filled = columns.filter((name) => mapped.some((row) => (row[name] ?? null) !== null));
  const empty = columns.filter((name) => !filled.includes(name) && !unreadable.includes(name));
  return fact(
    'columns',
    { filled, empty, unreadable },
    ['filled', filled.join(', ') || 'none of our columns'],
    ['empty', empty.join(', ')],
    ['unreadable', unreadable.join(', ')],
  );
}

function keysOf(keys: string[]): Fact {
  const [key, ...others] = keys;
  const also = others.length > 0 ? `; also ${others.slice(0, 5).join(', ')}` : '';
  const text = key === undefined ? 'none found' : `${key} (in every row, no two alike)${also}`;
  return fact('keys', keys, ['key', text]);
}
