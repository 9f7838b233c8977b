/**
 * The API profile: what the connector believes GoKwik's list endpoints look like, as data, with the
 * merchant's `api_profile` merged over it. GoKwik documents no list API; each stream carries its
 * evidence: LIVE, its author ran it against real GoKwik traffic; OFFICIAL, GoKwik's own SDKs, plugins
 * and docs; DOC, a third party working from a GoKwik document; 3P, third-party code, unproven;
 * ASSUMED, ours, no public source. The grammar: schemas/api_profile.json.
 */
import schema from '../../schemas/api_profile.json' with { type: 'json' };
import { findProblems } from '../cdk/config.ts';
import { ConfigError } from '../cdk/errors.ts';
import { parseDocument } from '../cdk/json.ts';
import type { JsonObject } from '../cdk/protocol.ts';
import { closest, orList } from '../cdk/text.ts';
import type { ApiProfileOverride, Stream } from '../generated/profile.ts';
import { checkBaseUrl } from '../http/guard.ts';
import { authOf, defaultHosts, type Host, type Secret, writesAt } from './hosts.ts';
import { pathsOf } from './path.ts';
import { STREAMS } from './streams/index.ts';
import type { RequestTemplate, StreamProfile } from './streams/stream.ts';
import { placeholdersOf } from './template.ts';

export interface Profile {
  readonly hosts: Readonly<Record<string, Host>>;
  readonly streams: Readonly<Record<string, StreamProfile>>;
  /** Streams whose paging the merchant described: theirs counts, not what an answer looks like. */
  readonly ownPaging: ReadonlySet<string>;
}

export interface ProfileOptions {
  readonly baseUrl: string;
  readonly allowPrivate: boolean;
  readonly secrets: Readonly<Record<string, Secret>>;
}

const invalid = (why: string): ConfigError =>
  new ConfigError('GK_API_PROFILE', `\`api_profile\` cannot be used: ${why}`);

/**
 * The default profile with the merchant's changes: stream by stream and key by key, one level deep.
 *
 * @param override an object, or a text that holds one; absent or empty: the default.
 * @throws ConfigError `GK_API_PROFILE` that names the place and what to write instead
 */
export function readProfile(override: unknown, options: ProfileOptions): Profile {
  const given = readOverride(override);
  const changed = Object.entries(given.streams ?? {});
  const streams: Record<string, StreamProfile> = {};
  for (const [name, { profile }] of Object.entries(STREAMS)) streams[name] = profile;
  for (const [name, changes] of changed) streams[name] = mergeStream(streams[name], changes);
  const ownPaging = changed.flatMap(([name, { paging }]) =>
    STREAMS[name] && !describesPaging(paging) ? [] : [name],
  );
  const hosts = mergeHosts(given, options);
  const profile = { hosts, streams, ownPaging: new Set(ownPaging) };
  const problems = [
    ...Object.entries(hosts).flatMap(([name, host]) => [...checkHost(name, host, options)]),
    ...Object.keys(streams).flatMap((name) => [...checkStream(name, profile, given, options)]),
  ];
  if (problems.length > 0) throw invalid(problems.join(' '));
  return profile;
}

export function readOverride(override: unknown): ApiProfileOverride {
  const isText = typeof override === 'string' && override.trim() !== '';
  const given = isText ? parseDocument(override, '`api_profile`', 'GK_API_PROFILE') : override;
  if (given === undefined || given === null || (given === override && typeof given === 'string'))
    return {};
  const naming = { under: 'api_profile', instead: OLD_KEYS };
  const problems = findProblems(schema as unknown as JsonObject, given, naming);
  if (problems.length > 0) throw invalid(`${problems.join('; ')}.`);
  return given as ApiProfileOverride;
}

/** The keys of version 0.2, and what says the same now. */
const OLD_KEYS: Readonly<Record<string, string>> = {
  family: 'Write `host` instead',
  where: 'Write `per.only` with the values that are asked about',
  empty_status: 'Write `answers`: [{"when": {"@status": 404}, "means": "empty"}]',
  inherit: 'Fields of the parent come along by themselves',
  aliases: 'Write `fields`: {"ours": {"from": ["ours", "theirs"]}}',
  per: 'Write an object: {"stream": "orders", "fields": ["moid"]}',
  child_of: 'It cannot be changed',
  page_param: 'Write the parameter into `query`: "page": "{page}"',
  limit_param: 'Write the parameter into `query`: "limit": "{limit}"',
  cursor_param: 'Write the parameter into `query`: "cursor": "{cursor}"',
  until: 'Leave it out: `more`, `total` or `count` say where the answer tells the end',
};

function mergeHosts({ hosts = {} }: ApiProfileOverride, options: ProfileOptions) {
  const merged: Record<string, Host> = defaultHosts(options.baseUrl, options.allowPrivate);
  for (const [name, given] of Object.entries(hosts)) {
    const { url, auth } = typeof given === 'string' ? { url: given, auth: undefined } : given;
    const field = `api_profile.hosts.${name}`;
    const { href } = checkBaseUrl(url, { allowPrivate: options.allowPrivate, field });
    merged[name] = { url: href.replace(/\/+$/, ''), auth: auth ?? authOf(name) };
  }
  return merged;
}

/** Whether a paging says how pages follow each other, and not only how large they are. */
export const describesPaging = (paging: Stream['paging']): boolean =>
  Object.keys(paging ?? {}).some((key) => key !== 'limit' && key !== 'first');

/** What a stream of one's own begins with. */
export const OWN: StreamProfile = {
  evidence: 'your own',
  enabled: true,
  host: 'merchant',
  records: [],
  paging: {},
  time: {},
  key: [],
  cursor: [],
};

function mergeStream(base: StreamProfile = OWN, changes: Stream): StreamProfile {
  // A body of one's own is the whole request: the default's parameters are not sent beside it.
  const { query: _, ...rest } = base;
  const kept: Record<string, unknown> = { ...(changes.json || changes.form ? rest : base) };
  for (const [key, change] of Object.entries(changes)) {
    // What cannot be missing becomes what a stream of one's own begins with.
    kept[key] = change === null ? OWN[key as keyof StreamProfile] : change;
    if (kept[key] === undefined) delete kept[key];
  }
  // Another size alone says nothing of how pages follow each other.
  if (changes.paging && !describesPaging(changes.paging)) {
    kept.paging = { ...base.paging, ...changes.paging };
  }
  if (changes.job) for (const key of ['path', 'query', 'json', 'form']) delete kept[key];
  // A table is its list.
  if (changes.format && changes.format !== 'json' && !changes.records) kept.records = ['.'];
  return kept as unknown as StreamProfile;
}

/** Placeholders that a request of a stream may hold whatever its profile says. */
const ALWAYS = ['from', 'to', 'page', 'offset', 'cursor', 'limit', 'token', 'http_date', 'sign'];
export const SIGNED = [...ALWAYS, 'method', 'path', 'query', 'body'];

function* checkHost(name: string, { url, auth }: Host, { secrets }: ProfileOptions) {
  const place = `api_profile.hosts.${name}`;
  const { login, sign, ...parts } = auth;
  const scope = { url, known: [...ALWAYS, ...Object.keys(secrets)], secrets };
  const signed = { ...scope, known: [...SIGNED, ...Object.keys(secrets)] };
  yield* checkPlaceholders(`${place}.auth`, parts, scope);
  if (login) yield* checkRequest(`${place}.auth.login`, login, scope);
  yield* checkPlaceholders(`${place}.auth.sign`, sign, signed);
  if (!login && !sign && placeholdersOf(parts).some((one) => one.name === 'token'))
    yield `\`${place}.auth\` holds {token}, and there is no \`login\` that gets one.`;
}

/** What no schema can say of a stream. A default that nobody changed is right. */
function* checkStream(
  name: string,
  profile: Profile,
  given: ApiProfileOverride,
  { secrets }: ProfileOptions,
) {
  const stream = profile.streams[name] ?? OWN;
  const changes = given.streams?.[name];
  const host = profile.hosts[stream.host];
  const place = `api_profile.streams.${name}`;
  if (!host) {
    if (changes) yield unknownHost(place, stream.host, profile);
    return;
  }
  const { per, each = {}, job } = stream;
  const asked = [...(per?.fields ?? []), ...Object.keys(each), ...(job ? ['job'] : [])];
  const known = [...new Set([...ALWAYS, ...Object.keys(secrets), ...asked])];
  const scope = { url: host.url, known, secrets };
  if (job) {
    yield* checkRequest(`${place}.job.create`, job.create, scope);
    yield* checkRequest(`${place}.job.poll`, job.poll, scope);
  } else yield* checkRequest(place, stream, scope);
  if (changes) yield* checkParts(name, place, stream, changes, profile);
}

function unknownHost(place: string, host: string, { hosts }: Profile): string {
  const names = Object.keys(hosts);
  return host === 'returnprime'
    ? `\`${place}\` needs \`hosts.returnprime\`, since \`base_url\` is not GoKwik's.`
    : `\`${place}.host\` ${host} is none of the hosts (${names.join(', ')})${meantBy(host, names) || '.'} Add it to \`api_profile.hosts\`.`;
}

function* checkParts(
  name: string,
  place: string,
  stream: StreamProfile,
  changes: Stream,
  { streams }: Profile,
) {
  const { columns = {}, per, each = {}, paging, fields = {} } = stream;
  if (!STREAMS[name]) {
    if (!stream.path && !stream.job)
      yield `\`${place}\` is a stream of your own and needs a \`path\`.`;
    if (stream.records.length === 0 && (stream.format ?? 'json') === 'json')
      yield `\`${place}\` needs \`records\`: where its rows are in the answer.`;
    if (stream.key.length === 0)
      yield `\`${place}\` needs a \`key\`: the fields that tell its rows apart.`;
  }
  for (const [ours, source] of Object.entries(fields)) {
    for (const raw of source === undefined ? [] : pathsOf(ours, source)) {
      const named = (['key', 'cursor'] as const).find((one) => changes[one]?.flat().includes(raw));
      if (named && fields[raw] === undefined && raw !== ours)
        yield `\`${place}.${named}\` names ${raw}, which \`fields\` takes as ${ours}: write ${ours}.`;
    }
  }
  if (columns.record_key)
    yield `\`${place}.columns\` must not hold record_key, which is made of \`key\`.`;
  if (stream.json && stream.form)
    yield `\`${place}\` has both \`json\` and \`form\`: a request has one body.`;
  if (per && !streams[per.stream])
    yield `\`${place}.per.stream\` ${per.stream} is no stream${meantBy(per.stream, Object.keys(streams)) || '.'}`;
  if (per && (per.stream === name || streams[per.stream]?.per || STREAMS[per.stream]?.childOf))
    yield `\`${place}.per.stream\` must be a stream with a list of its own.`;
  if (STREAMS[name]?.childOf !== undefined || stream.job) return;
  const placeholders = placeholdersOf(requestOf(stream));
  const used = new Set(placeholders.map((one) => one.name));
  for (const field of [...(per?.fields ?? []), ...Object.keys(each)]) {
    if (!used.has(field))
      yield `\`${place}\` never says where {${field}} goes: put it into the path, the query or the body.`;
  }
  if (used.has('limit') && paging.limit === undefined)
    yield `\`${place}\` asks for {limit} rows: say how many in \`paging.limit\`.`;
  const counters = ['page', 'offset', 'cursor'] as const;
  const needed = counters.find((kind) => kind === paging.kind);
  if (needed && !used.has(needed)) {
    const held = counters.find((kind) => used.has(kind));
    const mend = held
      ? `. It holds {${held}}: say "paging": ${JSON.stringify({ kind: held, limit: paging.limit })}`
      : `: for example "query": {"${needed}": "{${needed}}"}`;
    yield `\`${place}.paging\` is of kind ${paging.kind}, and no part of the request holds {${needed}}${mend}.`;
  }
  if ((paging.kind === 'cursor' || paging.kind === 'link') && paging.next === undefined)
    yield `\`${place}.paging\` is of kind ${paging.kind} and needs \`next\`: where the answer gives the next ${paging.kind}.`;
  const isTimed = placeholders.some(
    ({ name: one, pattern }) => (one === 'from' || one === 'to') && pattern === undefined,
  );
  if (isTimed && stream.time.query === undefined && !per)
    yield `\`${place}\` holds {from} or {to}: say in \`time.query\` how they are written (iso, date, epoch_s, epoch_ms or a pattern such as DD/MM/YYYY).`;
}

/** `; did you mean …?`, or nothing. */
function meantBy(word: string, names: readonly string[]): string {
  const meant = closest(word, names);
  return meant ? `; did you mean ${meant}?` : '';
}

/** The parts of a request that are templates. */
export const requestOf = ({ path, query, headers, json, form }: RequestTemplate): object => ({
  path,
  query,
  headers,
  json,
  form,
});

/** Without `method`, a request with a body is a POST. */
export const methodOf = ({ method, json, form }: RequestTemplate): 'GET' | 'POST' =>
  method ?? (json || form ? 'POST' : 'GET');

/** Where a request goes, and what its placeholders may be. */
interface Scope {
  readonly url: string;
  readonly known: readonly string[];
  readonly secrets: ProfileOptions['secrets'];
}

function* checkRequest(place: string, request: RequestTemplate, scope: Scope) {
  yield* checkPlaceholders(place, requestOf(request), scope);
  const path = `${new URL(scope.url).pathname}/${request.path ?? ''}`;
  if (methodOf(request) === 'POST' && writesAt(path))
    yield `\`${place}\` would POST to ${request.path}, which writes or sends something there. This source only reads.`;
}

function* checkPlaceholders(place: string, template: unknown, { url, known, secrets }: Scope) {
  const target = new URL(url);
  for (const name of new Set(placeholdersOf(template).map((one) => one.name))) {
    const secret = secrets[name];
    if (!known.includes(name)) {
      const meant = closest(name, known);
      const others = orList(known.map((one) => `{${one}}`));
      yield `\`${place}\` holds {${name}}, which stands for nothing${meant ? `; did you mean {${meant}}?` : ` (known are ${others}).`} A secret of another system belongs into \`secrets\` of the config; braces that are meant as text (GraphQL) take a space inside: { ${name} }.`;
    } else if (secret && !secret.mayGoTo(target))
      yield `\`${place}\` would send {${name}} to ${target.host}, where it does not belong. ${whereItBelongs(name)}`;
  }
}

function whereItBelongs(name: string): string {
  if (name === 'return_prime_token') return 'It goes to returnprime.com alone.';
  if (['app_id', 'app_secret', 'merchant_id'].includes(name))
    return "It goes to the host of `base_url` and to GoKwik's own domains alone; give the other system's credentials in `secrets`.";
  return 'It goes to its `host` in `secrets` alone.';
}
