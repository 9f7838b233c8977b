import spec from '../../schemas/spec.json' with { type: 'json' };
import type { ConnectorSpecification } from '../cdk/protocol.ts';
import type { Source } from '../cdk/source.ts';
import type { Downloader } from '../http/download.ts';

/** The environment variable that lets simulators and CI use plain http and private addresses. */
const ALLOW_PRIVATE = 'SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL';

/** The GoKwik source. What a stream is, is data: see `profile.ts` and `schemas/`. */
export const gokwikSource: Source = {
  spec: spec as unknown as ConnectorSpecification,

  normalise(config) {
    const { api_profile: profile } = config;
    if (typeof profile !== 'object' || profile === null) return config;
    return { ...config, api_profile: JSON.stringify(profile) };
  },

  async open(config, context) {
    // Loaded here, since `spec` needs none of it and must start fast.
    const [{ readSettings }, { openStreams }, { checkSource }, { createHttp }, anomaliesModule] =
      await Promise.all([
        import('./settings.ts'),
        import('./streams/open.ts'),
        import('./check.ts'),
        import('../http/retry.ts'),
        import('./anomalies.ts'),
      ]);
    const settings = await readSettings(config, {
      allowPrivate: context.env[ALLOW_PRIVATE] === 'true',
      nowMs: context.now(),
    });
    const anomalies = anomaliesModule.createAnomalies();
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
    const { streams, readers } = openStreams({ http, settings, anomalies, files });
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
  },
};
