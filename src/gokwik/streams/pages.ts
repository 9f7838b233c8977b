import { ConnectorError } from '../../cdk/errors.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { ReadContext } from '../../cdk/source.ts';
import type { Http, HttpResponse } from '../../http/http.ts';
import { parseJson } from '../../http/json.ts';
import type { Anomalies } from '../anomalies.ts';
import { type Asked, detailsOf, isHollow, judgeAnswer, meansEmpty } from '../envelope.ts';
import type { Logins } from '../login.ts';
import { createPaginator, type Learned, type RawPage, type Step } from '../paginate.ts';
import { matches, valueAt } from '../path.ts';
import { buildRequest } from '../request.ts';
import type { Settings } from '../settings.ts';
import type { Values } from '../template.ts';
import type { RequestTemplate, StreamProfile } from './stream.ts';

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
export interface Source {
  readonly stream: string;
  readonly profile: StreamProfile;
}

/**
 * The pages of one list, or of one for each combination of `each`. The next page is asked for while the
 * last one is being printed; at most these two are in memory (I8).
 */
export async function* fetchPages(
  source: Source,
  values: Values,
  tools: StreamTools,
  context: ReadContext,
): AsyncGenerator<RawPage> {
  for (const combination of combinationsOf(source.profile.each ?? {})) {
    yield* fetchList(source, { ...values, ...combination }, tools, context);
  }
}

async function* fetchList(
  source: Source,
  values: Values,
  tools: StreamTools,
  context: ReadContext,
): AsyncGenerator<RawPage> {
  const { first, fetchPage } = openList(source, values, tools, context);
  let coming: Promise<RawPage> | undefined = fetchPage(first);
  while (coming) {
    const page: RawPage = await coming;
    coming = page.next && fetchPage(page.next);
    // Its failure is met at the next turn; until then it must not count as unhandled.
    coming?.catch(() => {});
    yield page;
  }
}

/** One list, page by page as it is asked for. */
export function openList(
  source: Source,
  values: Values,
  tools: StreamTools,
  context: ReadContext,
): { readonly first: Step; fetchPage(step: Step): Promise<RawPage> } {
  const { stream, profile } = source;
  const { settings, anomalies } = tools;
  const learned = tools.learned.get(stream) ?? {};
  tools.learned.set(stream, learned);
  const isOwn = settings.profile.ownPaging.has(stream);
  const paginator = createPaginator({ stream, profile, isOwn, learned, anomalies });
  const asked = askedOf(source, settings);
  return {
    first: paginator.first,
    async fetchPage({ values: paging, link }) {
      const ask = () => send(asked, profile, { ...values, ...paging }, tools, context, link);
      let answer = await ask();
      // `{}` may be a server's way to say "none" or a slip of it: of a list it is believed when it is
      // said twice. (One request for each of many orders is not worth two.)
      if (isHollow(answer.body) && profile.paging.kind !== 'none') answer = await ask();
      if (meansEmpty(profile, answer)) return { rows: [], next: undefined };
      try {
        const page = paginator.read(answer);
        return { ...page, rows: keepWanted(page.rows, profile) };
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

export function askedOf({ stream, profile }: Source, settings: Settings): Asked {
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
): Promise<HttpResponse> {
  const { stream, host, profile } = asked;
  const { format = 'json' } = profile;
  // Loaded where it is needed: hardly any endpoint answers with a table.
  const parse = format !== 'json' && !profile.job ? await tableParser(format) : undefined;
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
        inspect: (answer) => judgeAnswer(asked, answer, now()),
        ...(parse && { parse }),
      },
    ),
  );
}

/** Reads a table in place of JSON: its rows as objects. A failure may come as JSON all the same. */
async function tableParser(format: 'csv' | 'ndjson'): Promise<(bytes: Buffer) => unknown> {
  const { default: Papa } = await import('papaparse');
  return (bytes) => {
    const text = bytes.toString('utf8').replace(/^\ufeff/, '');
    if (format === 'ndjson') {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      return lines.map((line) => parseJson(Buffer.from(line)));
    }
    if (/^\s*[[{]/.test(text)) return parseJson(bytes);
    return Papa.parse<JsonObject>(text, { header: true, skipEmptyLines: 'greedy' }).data;
  };
}

export function keepWanted(
  rows: readonly JsonObject[],
  { only }: StreamProfile,
): readonly JsonObject[] {
  return only ? rows.filter((row) => matches(only, (path) => valueAt(row, path))) : rows;
}

/** Every way to take one value of each name; one empty way where there are no names. */
function combinationsOf(each: NonNullable<StreamProfile['each']>): Values[] {
  let ways: Values[] = [{}];
  for (const [name, values] of Object.entries(each)) {
    ways = ways.flatMap((way) => values.map((value) => ({ ...way, [name]: value })));
  }
  return ways;
}
