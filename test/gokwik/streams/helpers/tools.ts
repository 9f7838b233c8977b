import { createAnomalies } from '../../../../src/cdk/anomalies.ts';
import { createLogins } from '../../../../src/gokwik/login.ts';
import { readSettings } from '../../../../src/gokwik/settings.ts';
import type { Http, HttpRequest, HttpResponse } from '../../../../src/http/http.ts';

const NOW = Date.UTC(2026, 10, 1);
const CONFIG = {
  base_url: 'https://api.gokwik.co',
  app_id: 'app',
  app_secret: 'secret',
  start_date: '2026-10-01',
  pii_mode: 'plain',
  lookback_days: 30,
  window_days: 7,
  concurrency: 4,
  requests_per_second: 10,
};

export type Serve = (
  request: HttpRequest,
  turn: number,
) => Partial<HttpResponse> & { body: unknown };

/** What a stream of this profile is read with; the requests go through the judgement of answers. */
export function openTools(name: string, answers: readonly unknown[] | Serve, api_profile: object) {
  const asked: HttpRequest[] = [];
  const http: Http = {
    async send(request, { inspect }) {
      const turn = asked.push(request) - 1;
      const given =
        typeof answers === 'function' ? answers(request, turn) : { body: answers[turn] };
      const answer = { status: 200, headers: {}, bytes: 0, ...given };
      const outcome = inspect(answer);
      if (outcome && outcome.kind !== 'ok') throw outcome.error;
      return answer;
    },
    skewMs: () => 0,
    requests: () => 0,
    close() {},
  };
  const settings = readSettings(
    { ...CONFIG, api_profile: JSON.stringify(api_profile) },
    { allowPrivate: false, nowMs: NOW },
  );
  const anomalies = createAnomalies();
  const hidden: string[] = [];
  const now = () => NOW;
  const hide = (secrets: Iterable<string>) => void hidden.push(...secrets);
  const logins = createLogins({ http, values: settings.values, now, hide });
  const tools = { http, settings, anomalies, logins, now, learned: new Map() };
  const context = { signal: new AbortController().signal, onWait() {} };
  const profile = settings.profile.streams[name];
  if (!profile) throw new Error(`no stream ${name}`);
  return { profile, tools, context, asked, hidden, said: anomalies.lines };
}
