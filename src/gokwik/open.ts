import { ConfigError } from '../cdk/errors.ts';
import type { JsonObject } from '../cdk/protocol.ts';
import type { OpenSource, SourceContext } from '../cdk/source.ts';
import type { Downloader } from '../http/download.ts';
import { createHttp, type HttpOptions } from '../http/http.ts';
import { createAnomalies } from './anomalies.ts';
import { checkSource } from './check.ts';
import { maskName } from './files/listing.ts';
import { createLogins } from './login.ts';
import { createPii } from './pii/pii.ts';
import { readSettings } from './settings.ts';
import { openStreams, unreadableStreams } from './streams/readers.ts';

/** The environment variable that lets simulators and CI use plain http and private addresses. */
const ALLOW_PRIVATE = 'SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL';

/** In `check` a person waits: two attempts at a silent server must fit in ten seconds (ms). */
const PATIENCE_OF_CHECK = { timeoutMs: 4_000, budgetMs: 4_000, attempts: 2, concurrency: 16 };

/** What every command but `spec` needs of the source. Throws ConfigError. */
export async function openSource(config: JsonObject, context: SourceContext): Promise<OpenSource> {
  const { log, now, random, userAgent, env } = context;
  const allowPrivate = env[ALLOW_PRIVATE] === 'true';
  const settings = readSettings(config, { allowPrivate, nowMs: now() });
  const { concurrency, requestsPerSecond } = settings;
  const shared = { allowPrivate, env, now, random, log, userAgent, requestsPerSecond };
  const connect = (options: Partial<HttpOptions>) => {
    const http = createHttp({ ...shared, concurrency, ...options });
    const logins = createLogins({ http, values: settings.values, now, hide: context.hide });
    return { http, logins, settings, now };
  };
  const tools = connect({});
  const anomalies = createAnomalies();
  let downloading: Promise<Downloader> | undefined;
  const openDownloader = (): Promise<Downloader> => {
    downloading ??= import('../http/download.ts').then(({ createDownloader }) =>
      createDownloader({ ...context, allowPrivate }),
    );
    return downloading;
  };
  const pii = createPii(settings.pii);
  const hideName = pii ? maskName : (name: string): string => name;
  const files = { log, openDownloader, hideName };
  const {
    streams,
    readers,
    files: fileReader,
  } = openStreams({
    ...tools,
    anomalies,
    learned: new Map(),
    files,
    pii,
  });
  if (streams.length === 0) throw nothingToRead();
  return {
    streams,
    readers,
    ...(fileReader && { files: fileReader }),
    unreadable: unreadableStreams(settings),
    startMs: settings.startMs,
    endMs: settings.endMs,
    lookbackMs: settings.lookbackMs,
    lookbackEveryMs: settings.lookbackEveryMs,
    concurrency,
    skewMs: tools.http.skewMs,
    async check(signal) {
      const patient = connect(PATIENCE_OF_CHECK);
      try {
        return await checkSource({ settings, files, tools: patient }, signal);
      } finally {
        patient.http.close();
      }
    },
    anomalies: anomalies.lines,
    close() {
      tools.http.close();
      downloading?.then((downloader) => downloader.close()).catch(() => {});
    },
  };
}

const nothingToRead = (): ConfigError =>
  new ConfigError(
    'GK_NOTHING_TO_READ',
    'There is nothing to read: `app_id` and `app_secret` are none or no stream is enabled, and there are no `files`. Name exports or webhook captures in `files`, or enter the credentials.',
  );
