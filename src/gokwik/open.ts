import type { JsonObject } from '../cdk/protocol.ts';
import type { OpenSource, SourceContext } from '../cdk/source.ts';
import type { Downloader } from '../http/download.ts';
import { createHttp } from '../http/retry.ts';
import { createAnomalies } from './anomalies.ts';
import { checkSource } from './check.ts';
import { createPii } from './pii/pii.ts';
import { readSettings } from './settings.ts';
import { openStreams } from './streams/readers.ts';

/** The environment variable that lets simulators and CI use plain http and private addresses. */
const ALLOW_PRIVATE = 'SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL';

/** What every command but `spec` needs of the source. Throws ConfigError. */
export async function openSource(config: JsonObject, context: SourceContext): Promise<OpenSource> {
  const settings = readSettings(config, {
    allowPrivate: context.env[ALLOW_PRIVATE] === 'true',
    nowMs: context.now(),
  });
  const anomalies = createAnomalies();
  const http = createHttp({
    concurrency: settings.concurrency,
    requestsPerSecond: settings.requestsPerSecond,
    allowPrivate: settings.allowPrivate,
    now: context.now,
    random: context.random,
    log: context.log,
    userAgent: context.userAgent,
  });
  let downloading: Promise<Downloader> | undefined;
  const openDownloader = (): Promise<Downloader> => {
    const { allowPrivate } = settings;
    downloading ??= import('../http/download.ts').then(({ createDownloader }) =>
      createDownloader({ ...context, allowPrivate }),
    );
    return downloading;
  };
  const files = { log: context.log, openDownloader };
  const pii = createPii(settings.pii);
  const { streams, readers } = openStreams({ http, settings, anomalies, files, pii });
  return {
    streams,
    readers,
    startMs: settings.startMs,
    endMs: settings.endMs,
    lookbackMs: settings.lookbackMs,
    concurrency: settings.concurrency,
    skewMs: http.skewMs,
    check: (signal) => checkSource(settings, context, files, signal),
    anomalies: anomalies.lines,
    close() {
      http.close();
      downloading?.then((downloader) => downloader.close()).catch(() => {});
    },
  };
}
