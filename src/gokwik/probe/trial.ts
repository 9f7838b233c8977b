/** One request of a stream, and what it says by itself. */

import { createAnomalies } from '../../cdk/anomalies.ts';
import { ConnectorError } from '../../cdk/errors.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import type { ReadContext } from '../../cdk/source.ts';
import type { HttpResponse } from '../../http/http.ts';
import { judgeAnswer } from '../lists/envelope.ts';
import { bodyStatus } from '../lists/failure.ts';
import { createPaginator } from '../lists/paginate.ts';
import type { Step } from '../lists/position.ts';
import { methodOf } from '../profile.ts';
import { profileOf, type Settings } from '../settings.ts';
import { askedOf, type StreamTools, send, withRows } from '../streams/pages.ts';
import type { Values } from '../template.ts';
import { hideCredentials } from './link.ts';
import { bestList, type Session } from './look.ts';
import { type Fact, fact } from './story.ts';

export interface ApiSession extends Session {
  readonly tools: StreamTools;
}

/** What came of a request: an answer, or an error and perhaps the answer that it is about. */
type Try = { readonly settings: Settings } & (
  | { readonly answer: HttpResponse; readonly error?: undefined }
  | { readonly answer: HttpResponse | undefined; readonly error: ConnectorError }
);

/** One request, judged as `read` judges it, but for where its rows are. */
export async function ask(
  stream: string,
  settings: Settings,
  values: Values,
  step: Step | undefined,
  { tools, context, signal }: ApiSession,
): Promise<Try> {
  const profile = profileOf(stream, settings);
  const anomalies = createAnomalies();
  const known: StreamTools = { ...tools, settings, anomalies, learned: new Map() };
  const asked = askedOf({ stream, profile }, settings);
  const quiet: ReadContext = { signal, onWait() {} };
  const { first } = createPaginator({ stream, profile, isOwn: true, learned: {}, anomalies });
  const { values: paging, link } = step ?? first;
  let answer: HttpResponse | undefined;
  try {
    const all = { ...values, ...paging };
    const response = await send(asked, profile, all, known, quiet, link, (got) => {
      answer = got;
      const list = bestList(stream, settings, got.body, context.now());
      const seen = list ? { ...profile, records: [list.path] } : profile;
      return judgeAnswer({ ...asked, profile: seen }, got, context.now());
    });
    return { settings, answer: await withRows(response, { stream, profile }, anomalies) };
  } catch (error) {
    if (error instanceof ConnectorError) return { settings, answer, error };
    throw error;
  }
}

/** What it refuses may be the parameters: neither the credentials, the path nor the pace. */
export const isRefusal = (answer: HttpResponse | undefined): boolean => {
  const status = answer && (bodyStatus(answer.body) ?? answer.status);
  return status !== undefined && status >= 400 && ![401, 403, 404, 429].includes(status);
};

/** A request as its templates say it, and what came of it: no credential, no value. */
export function describeAsked({ settings, answer }: Try, stream: string, requests: number): Fact {
  const profile = profileOf(stream, settings);
  const { url, auth } = settings.profile.hosts[profile.host] ?? { url: settings.baseUrl, auth: {} };
  const [path = '', search = ''] = (profile.path ?? '').split(/\?(.*)/s);
  const query = { ...Object.fromEntries(new URLSearchParams(search)), ...auth.query };
  const shown = hideCredentials(
    { query: { ...query, ...profile.query }, json: (profile.json ?? profile.form ?? null) as Json },
    new Set(),
  ) as { query: JsonObject; json: Json };
  const request = `${methodOf(profile)} ${url}${path}`;
  const parameters = Object.entries(shown.query).map(([name, value]) => `${name}=${value}`);
  const body = shown.json === null ? '' : JSON.stringify(shown.json);
  const headers = [
    ...Object.keys({ ...profile.headers, ...auth.headers }),
    ...(auth.basic ? ['authorization (basic)'] : []),
  ];
  const inBody = bodyStatus(answer?.body);
  const came = [
    answer ? `HTTP ${answer.status}` : 'no status',
    ...(inBody === undefined ? [] : [`in the body ${inBody}`]),
    requests === 1 ? '1 request' : `${requests} requests`,
  ];
  const status = {
    ...(answer && { status: answer.status }),
    ...(inBody !== undefined && { in_body_status: inBody }),
  };
  return fact(
    'asked',
    { request, parameters, ...(body && { body }), headers, requests, ...status },
    ['asked', request],
    ['with', parameters.join(', ')],
    ['', body],
    ['headers', headers.join(', ')],
    ['answer', came.join(', ')],
  );
}

/** The server's words may quote what was asked about. */
export const withoutValues = (text: string): string =>
  text.replace(/[^\s“"'`(]+@[^\s”"'`)]+/g, '…').replace(/\+?\d[\d\s-]{8,}\d/g, '…');
