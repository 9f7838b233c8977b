import { parseArgs } from 'node:util';
import { type Environment, startSimulator } from './index.ts';
import { DAY_MS, indiaDate } from './world/time.ts';

const HELP = `A GoKwik to try the connector against: one made-up merchant behind a real HTTP server.

  npm run --silent simulator -- [options]

  --port N         default 8787; 0 picks a free one
  --host H         default 127.0.0.1
  --seed N         which merchant, default 1
  --orders N       about how many orders, default 300
  --days N         length of the history, default 90
  --rate N         requests a second before it answers 429; default no limit
  --latency MS     added to every answer
  --environment E  custom (default), production or sandbox: where the merchant exists
  --now ISO        simulated present; default the real one
  --exports DIR    write what this merchant's dashboard exports and webhooks give, and stop
  --help

Prints a config for the connector to standard output, everything else to standard error.
Stop it with Ctrl-C.
`;

const ENVIRONMENTS: readonly Environment[] = ['custom', 'production', 'sandbox'];

function number(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new RangeError(`--${name} must be a number, not "${text}"`);
  }
  return value;
}

function instant(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new RangeError(`--now must be an ISO 8601 instant, not "${text}"`);
  return ms;
}

function environment(text: string): Environment {
  const found = ENVIRONMENTS.find((name) => name === text);
  if (found === undefined) throw new RangeError(`--environment must be ${ENVIRONMENTS.join(', ')}`);
  return found;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8787' },
      host: { type: 'string', default: '127.0.0.1' },
      seed: { type: 'string', default: '1' },
      orders: { type: 'string', default: '300' },
      days: { type: 'string', default: '90' },
      rate: { type: 'string' },
      latency: { type: 'string', default: '0' },
      environment: { type: 'string', default: 'custom' },
      now: { type: 'string' },
      exports: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const nowMs = values.now === undefined ? undefined : instant(values.now);
  const endMs = nowMs ?? Date.now();
  const simulator = await startSimulator({
    seed: number('seed', values.seed),
    orders: number('orders', values.orders),
    startMs: endMs - number('days', values.days) * DAY_MS,
    endMs,
    environment: environment(values.environment),
    latencyMs: number('latency', values.latency),
    port: values.exports === undefined ? number('port', values.port) : 0,
    host: values.host,
    ...(nowMs === undefined ? {} : { nowMs }),
    ...(values.rate === undefined ? {} : { ratePerSecond: number('rate', values.rate) }),
  });
  if (values.exports !== undefined) {
    for (const { path, stream } of await simulator.exports(values.exports)) {
      process.stderr.write(`${path}: ${stream}\n`);
    }
    await simulator.close();
    return;
  }
  const { baseUrl, credentials, startMs } = simulator;
  const config = {
    base_url: baseUrl,
    app_id: credentials.appId,
    app_secret: credentials.appSecret,
    merchant_id: credentials.merchantId,
    return_prime_token: credentials.returnPrimeToken,
    start_date: indiaDate(startMs),
  };
  process.stdout.write(`${JSON.stringify(config, null, 2)}\n`);
  process.stderr.write(
    `Listening on ${baseUrl}. Save the config above as config.json; the connector takes a private address only with SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true.\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.close());
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
