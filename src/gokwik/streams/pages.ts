import { Readable } from 'node:stream';
import type { Anomalies } from '../../cdk/anomalies.ts';
import { ConnectorError, SystemError } from '../../cdk/errors.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { ReadContext } from '../../cdk/source.ts';
import type { Http, HttpResponse } from '../../http/http.ts';
import { parseJson } from '../../http/json.ts';
import type { Outcome } from '../../http/outcome.ts';
import { type Asked, detailsOf, judgeAnswer, meansEmpty } from '../lists/envelope.ts';
import { isHollow, unfold } from '../lists/lists.ts';
import { createPaginator } from '../lists/paginate.ts';
import { type Learned, type RawPage, ROUND, type Step } from '../lists/position.ts';
import { compileKeyCheck } from '../lists/unkeyed.ts';
import type { Logins } from '../login.ts';
import { matches, valueAt } from '../path.ts';
import { buildRequest } from '../request.ts';
import type { Settings } from '../settings.ts';
import type { Values } from '../template.ts';
import type { RequestTemplate, StreamProfile, When } from './stream.ts';

/** What reading any stream needs. */
export interface StreamTools {
  readonly http: Http;
  readonly logins: Logins;
  readonly settings: Settings;
  readonly anomalies: Anomalies;
  readonly now: () => number;
  /** What the lists of each stream showed of their paging. */
  readonly learned: Map<string, Learned>;
}

/** One endpoint, and whose rows it gives. */
export interface Endpoint {
  readonly stream: string;
  readonly profile: StreamProfile;
}

/** The raw pages of one window. */
/** @param anomalies for what is only looked at; by default, those of the run. */
export type Fetch = (
  values: Values,
  context: ReadContext,
  anomalies?: Anomalies,
) => AsyncGenerator<RawPage>;

/**
 * The pages of one list, or of one for each combination of `each`. The next one is asked for when the
 * last is printed, so that one is in memory (I8); lists beside it use the wait.
 */
export async function* fetchPages(
  endpoint: Endpoint,
  values: Values,
  tools: StreamTools,
  context: ReadContext,
): AsyncGenerator<RawPage> {
  for (const combination of combinationsOf(endpoint.profile)) {
    const list = openList(endpoint, { ...values, ...combination }, tools, context);
    for (let step: Step | undefined = list.first; step; ) {
      const page: RawPage = await list.fetchPage(step);
      step = page.next;
      yield page;
    }
  }
}

/** One list, page by page as it is asked for. */
export function openList(
  endpoint: Endpoint,
  values: Values,
  tools: StreamTools,
  context: ReadContext,
): { readonly first: Step; fetchPage(step: Step): Promise<RawPage> } {
  const { stream, profile } = endpoint;
  const { settings, anomalies } = tools;
  const learned = learnedOf(stream, tools);
  const isOwn = settings.profile.ownPaging.has(stream);
  const paginator = createPaginator({ stream, profile, isOwn, learned, anomalies });
  const asked = askedOf(endpoint, settings);
  const checkKeys = compileKeyCheck({ stream, profile, settings, learned, now: tools.now });
  let pages = 0;
  let read = 0;
  return {
    first: paginator.first,
    async fetchPage({ values: paging, link, isProbe }) {
      let isRefused = false;
      const inspect = (answer: HttpResponse): Outcome | undefined => {
        const outcome = judgeAnswer(asked, answer, tools.now());
        isRefused = isProbe === true && isNoPage(answer, outcome);
        return isRefused ? { kind: 'ok' } : outcome;
      };
      const sent = { ...values, ...paging };
      const ask = () =>
        send(asked, profile, sent, tools, context, link, inspect).catch((error: unknown) => {
          // An address that the server gave itself is there, whatever it answers.
          const before = link === undefined ? { pages, read } : { pages: 0, read: 0 };
          throw explain(error, stream, isProbe ? paging.page : undefined, before);
        });
      let answer: HttpResponse;
      try {
        answer = await ask();
      } catch (error) {
        // Searches refuse what lies behind so many rows: less time has fewer.
        if (read < ROUND || !isNotThere(error)) throw error;
        return { rows: [], next: undefined, doubt: { error } };
      }
      // `{}` may be a server's way to say "none" or a slip of it: of a list it is believed when it is
      // said twice. (One request for each of many orders is not worth two.)
      const isList = profile.paging.kind !== 'none';
      if (isHollow(answer.body) && isList && !isRefused) answer = await ask();
      const isNone = isRefused || meansEmpty(profile, answer);
      try {
        const page = paginator.read(
          isNone ? undefined : await withRows(answer, endpoint, anomalies),
        );
        pages += 1;
        read += page.rows.length;
        const rows = keepWanted(page.rows, endpoint, anomalies);
        checkKeys(rows, answer.body);
        return { ...page, rows };
      } catch (error) {
        // What is wrong with an answer is told with the request that it came of.
        if (error instanceof ConnectorError) {
          error.detail = [detailsOf(asked, answer).detail, error.detail].filter(Boolean).join('; ');
        }
        throw error;
      }
    },
  };
}

/** What the lists of an endpoint showed: the same for all of them. */
export function learnedOf(stream: string, { learned }: StreamTools): Learned {
  const known = learned.get(stream) ?? {};
  learned.set(stream, known);
  return known;
}

/** Whether a page is not there that was asked for to see whether it is. */
const isNoPage = ({ status }: HttpResponse, outcome: Outcome | undefined): boolean =>
  outcome
    ? outcome.kind === 'fail' && outcome.error instanceof SystemError
    : [400, 404, 405, 406, 410, 416, 422].includes(status);

const isNotThere = (error: unknown): error is SystemError =>
  error instanceof SystemError && /^GK_(?:HTTP|IN_BODY)_4/.test(error.code);

/** What a failure may mean because of where in its list it came. */
function explain(
  error: unknown,
  stream: string,
  probed: Values[string],
  { pages, read }: { pages: number; read: number },
): unknown {
  if (!(error instanceof ConnectorError)) return error;
  const [, status] = /^GK_HTTP_(\d+)$/.exec(error.code) ?? [];
  const say = (fragment: string) => `api_profile: {"streams":{"${stream}":{${fragment}}}}.`;
  let hint = '';
  if (probed !== undefined && Number(status) >= 500) {
    hint = ` Page ${probed} was asked for to find out whether its pages begin at 0 or at 1: say so in ${say('"paging":{"kind":"page","first":1}')}`;
  } else if (read >= ROUND && isNotThere(error)) {
    hint = ` ${read} rows of this list came before: some servers give no more of one list. Ask for less time at once, with {to} in the request or \`max_days\` in api_profile.`;
  } else if (pages > 0 && error instanceof SystemError && status !== undefined) {
    hint = ` Pages of this list came before: if that is how it says that there are no more, say so in ${say(`"answers":[{"when":{"@status":${status}},"means":"empty"}]`)}`;
  }
  // What ends one window ends those beside it, with the same error.
  if (!error.message.includes(hint)) error.message += hint;
  return error;
}

export function askedOf({ stream, profile }: Endpoint, settings: Settings): Asked {
  const { profile: api, baseUrl, pii } = settings;
  const host = api.hosts[profile.host] ?? { url: baseUrl, auth: {} };
  return { stream, profile, host, baseUrl, quotes: pii.mode === 'plain' };
}

/** One request of a stream, with its credentials, judged by its rules. */
export async function send(
  asked: Asked,
  request: RequestTemplate,
  values: Values,
  { http, logins, settings, now }: StreamTools,
  context: ReadContext,
  link?: string,
  inspect = (answer: HttpResponse) => judgeAnswer(asked, answer, now()),
): Promise<HttpResponse> {
  const { stream, host, profile } = asked;
  const parse = isTable(profile) ? readText(profile) : readJson;
  return logins.authorised(host, stream, context, (token) =>
    http.send(
      buildRequest(
        { stream, host, request },
        { ...settings.values, ...values, ...token },
        now(),
        link,
      ),
      {
        ...context,
        inspect,
        parse,
      },
    ),
  );
}

const readJson = (bytes: Buffer): unknown => unfold(parseJson(bytes));

/** A table stays text until the answer was judged. A failure may come as JSON all the same. */
const readText =
  ({ format }: StreamProfile) =>
  (bytes: Buffer): unknown =>
    format === 'csv' && /^(?:ï»¿)?\s*[[{]/.test(bytes.toString('latin1', 0, 100))
      ? parseJson(bytes)
      : bytes.toString('latin1');

const isTable = ({ format = 'json', job }: StreamProfile): boolean => format !== 'json' && !job;

/** The answer with the rows of its table in place of the text. Loaded where it is needed. */
export async function withRows<A extends HttpResponse>(
  answer: A,
  { stream, profile }: Endpoint,
  anomalies: Anomalies,
): Promise<A> {
  if (!isTable(profile) || typeof answer.body !== 'string') return answer;
  const { readTable } = await import('./table.ts');
  const bytes = Readable.from([Buffer.from(answer.body, 'latin1')]);
  const rows: JsonObject[][] = [];
  for await (const some of readTable(bytes, stream, profile, anomalies)) rows.push(some);
  return { ...answer, body: rows.flat() };
}

/** The rows that `only` names. */
export function keepWanted(
  rows: readonly JsonObject[],
  { stream, profile: { only } }: Endpoint,
  anomalies: Anomalies,
): readonly JsonObject[] {
  if (!only) return rows;
  tellUnknown(only, rows, (path) => anomalies.add(stream, `\`only\` ${path}`));
  return rows.filter((row) => matches(only, (path) => valueAt(row, path)));
}

/** A name that no row has keeps none of them. */
export function tellUnknown(
  only: When,
  rows: readonly JsonObject[],
  tell: (what: string) => void,
): void {
  for (const path of rows.length > 0 ? Object.keys(only) : []) {
    if (rows.every((row) => valueAt(row, path) === undefined))
      tell(`goes by \`${path}\`, which no row of an answer has`);
  }
}

/** Every way to take one value of each name; one empty way where there are no names. */
export function combinationsOf({ each = {} }: StreamProfile): Values[] {
  let ways: Values[] = [{}];
  for (const [name, values] of Object.entries(each)) {
    ways = ways.flatMap((way) => values.map((value) => ({ ...way, [name]: value })));
  }
  return ways;
}
