import { createAnomalies } from '../cdk/anomalies.ts';
import { ConfigError } from '../cdk/errors.ts';
import type { JsonObject } from '../cdk/protocol.ts';
import type { OpenSource, SourceContext } from '../cdk/source.ts';
import type { Downloader, DownloaderOptions } from '../http/download.ts';
import { createHttp, type HttpOptions } from '../http/http.ts';
import { checkSource } from './check.ts';
import { createStores } from './files/stores/stores.ts';
import { createLogins } from './login.ts';
import { createPii, type Pii } from './pii/pii.ts';
import { readSettings, type Settings } from './settings.ts';
import type { StreamTools } from './streams/pages.ts';
import { openStreams, unreadableStreams } from './streams/readers.ts';

/** The environment variable that lets simulators and CI use plain http and private addresses. */
const ALLOW_PRIVATE = 'SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL';

/** In `check` a person waits: two attempts at a silent server must fit in ten seconds (ms). */
const PATIENCE_OF_CHECK = { timeoutMs: 4_000, budgetMs: 4_000, attempts: 2, concurrency: 16 };

/** Stores answer lists, which take longer than a page of an API. */
const PATIENCE_OF_CHECK_WITH_FILES = { silenceMs: 8_000, retries: 1 };

/** The settings of a config in this environment. Throws ConfigError. */
export const settingsOf = (config: JsonObject, { env, now }: SourceContext): Settings =>
  readSettings(config, { allowPrivate: env[ALLOW_PRIVATE] === 'true', nowMs: now() });

interface Patience extends Partial<HttpOptions> {
  /** No host is logged in at twice. */
  readonly isOnce?: boolean;
}

/** What asks the hosts of a config. */
export function connect(
  settings: Settings,
  { log, now, random, userAgent, env, hide }: SourceContext,
  { isOnce = false, ...patience }: Patience = {},
): StreamTools {
  const { concurrency, requestsPerSecond, allowPrivate, values } = settings;
  const shared = { allowPrivate, env, now, random, log, userAgent, requestsPerSecond };
  const http = createHttp({ ...shared, concurrency, ...patience });
  const logins = createLogins({ http, values, now, hide, isOnce });
  return { http, logins, settings, now, anomalies: createAnomalies(), learned: new Map() };
}

/** What reads files, wherever they lie. */
export function openFiles(
  allowPrivate: boolean,
  pii: Pii | undefined,
  context: SourceContext,
  patience: Partial<DownloaderOptions> = {},
) {
  let downloading: Promise<Downloader> | undefined;
  const openDownloader = (): Promise<Downloader> => {
    downloading ??= import('../http/download.ts').then(({ createDownloader }) =>
      createDownloader({ ...context, allowPrivate, ...patience }),
    );
    return downloading;
  };
  const stores = createStores({ ...context, allowPrivate, openDownloader });
  const hideName = pii?.hideName ?? String;
  return {
    files: { log: context.log, openDownloader, openStore: stores.open, hideName },
    close(): void {
      stores.close();
      downloading?.then((downloader) => downloader.close()).catch(() => {});
    },
  };
}

/** What every command but `spec` needs of the source. Throws ConfigError. */
export async function openSource(config: JsonObject, context: SourceContext): Promise<OpenSource> {
  const settings = settingsOf(config, context);
  const { allowPrivate, concurrency } = settings;
  const tools = connect(settings, context);
  const pii = createPii(settings.pii);
  const { files, close } = openFiles(allowPrivate, pii, context);
  const opened = openStreams({ ...tools, files, pii });
  if (opened.streams.length === 0) {
    throw new ConfigError(
      'GK_NOTHING_TO_READ',
      'There is nothing to read: `app_id` and `app_secret` are none or no stream is enabled, and there are no `files`. Name exports or webhook captures in `files`, or enter the credentials.',
    );
  }
  return {
    ...opened,
    unreadable: unreadableStreams(settings),
    startMs: settings.startMs,
    endMs: settings.endMs,
    lookbackMs: settings.lookbackMs,
    lookbackEveryMs: settings.lookbackEveryMs,
    concurrency,
    skewMs: tools.http.skewMs,
    async check(signal) {
      const patient = connect(settings, context, PATIENCE_OF_CHECK);
      const looked = openFiles(allowPrivate, pii, context, PATIENCE_OF_CHECK_WITH_FILES);
      try {
        return await checkSource(patient, looked.files, signal);
      } finally {
        patient.http.close();
        looked.close();
      }
    },
    anomalies: tools.anomalies.lines,
    close() {
      tools.http.close();
      close();
    },
  };
}
