/**
 * Runs the clients that people use the connector with, against the simulator: the real ones where a
 * package registry has them, else an emulator with their command line and their strictness.
 *
 *   npm run test:clients [-- NAME…]
 *
 * A run of all of them writes its table into docs/CLIENTS.md. Needs the bundle, the image, Python 3.11
 * and a Docker engine.
 */
import { runActions, runCron } from './cron.ts';
import { runFaros, runJitsu, runPlatform } from './emulators.ts';
import { runAirflow, runApi, runKestra, runScript } from './flows.ts';
import { runMeltano } from './meltano.ts';
import { runModels } from './models.ts';
import { runPyAirbyte } from './pyairbyte.ts';
import { runServerless } from './serverless.ts';
import { runSuite } from './suite.ts';
import { type Row, writeTable } from './table.ts';
import { versionOf } from './venvs.ts';

interface Client {
  readonly client: string;
  readonly version: () => string;
  readonly run: () => Promise<string>;
}

const EMULATED = () => 'emulated';
const CLIENTS: Record<string, Client> = {
  models: {
    client: 'Airbyte protocol and metadata models',
    version: () =>
      `airbyte-protocol-models-pdv2 ${versionOf('cdk', 'airbyte_protocol_models_pdv2')}, airbyte-connector-models ${versionOf('cdk', 'airbyte-connector-models')}`,
    run: runModels,
  },
  suite: {
    client: '`airbyte-cdk image test`',
    version: () => `airbyte-cdk ${versionOf('cdk', 'airbyte-cdk')}`,
    run: runSuite,
  },
  platform: { client: 'Airbyte platform’s shell launch', version: EMULATED, run: runPlatform },
  'pyairbyte-local': {
    client: 'PyAirbyte, `local_executable`',
    version: () => versionOf('pyairbyte', 'airbyte'),
    run: () => runPyAirbyte('local_executable'),
  },
  'pyairbyte-docker': {
    client: 'PyAirbyte, `docker_image`',
    version: () => versionOf('pyairbyte', 'airbyte'),
    run: () => runPyAirbyte('docker_image'),
  },
  meltano: {
    client: 'Meltano into target-jsonl',
    version: () =>
      `meltano ${versionOf('meltano', 'meltano')}, target-jsonl ${versionOf('target', 'target-jsonl')}, tap-airbyte-wrapper emulated`,
    run: runMeltano,
  },
  serverless: {
    client: 'airbyte_serverless',
    version: () => versionOf('serverless', 'airbyte_serverless'),
    run: runServerless,
  },
  faros: { client: 'Faros airbyte-local', version: EMULATED, run: runFaros },
  jitsu: { client: 'Jitsu sync controller', version: EMULATED, run: runJitsu },
  airflow: {
    client: 'Airflow, deploy/airflow',
    version: () =>
      `apache-airflow ${versionOf('airflow', 'apache-airflow')}, docker provider ${versionOf('airflow', 'apache-airflow-providers-docker')}`,
    run: runAirflow,
  },
  script: {
    client: 'PyAirbyte, deploy/pyairbyte',
    version: () => versionOf('pyairbyte', 'airbyte'),
    run: runScript,
  },
  cron: {
    client: 'cron and systemd, deploy/cron, deploy/systemd',
    version: () => '–',
    run: runCron,
  },
  actions: {
    client: 'GitHub Actions, deploy/github-actions',
    version: () => 'steps only',
    run: runActions,
  },
  kestra: { client: 'Kestra, deploy/kestra', version: () => 'commands only', run: runKestra },
  api: {
    client: 'Airbyte API, deploy/airbyte',
    version: () => `models of airbyte-api ${versionOf('pyairbyte', 'airbyte-api')}`,
    run: runApi,
  },
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in CLIENTS));
if (unknown.length > 0) throw new Error(`unknown: ${unknown}; known: ${Object.keys(CLIENTS)}`);
const rows: Row[] = [];
for (const [name, { client, version, run }] of Object.entries(CLIENTS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const fromMs = performance.now();
  try {
    rows.push({ client, version: version(), ran: await run(), result: 'passed' });
  } catch (error) {
    console.error(error);
    rows.push({ client, version: version(), ran: 'see the log', result: 'failed' });
  }
  const { result, ran } = rows.at(-1) as Row;
  const seconds = ((performance.now() - fromMs) / 1000).toFixed(1);
  console.log(`${result}: ${name} (${seconds} s): ${ran}`);
}
if (names.length === 0) writeTable(rows, new Date().toISOString().slice(0, 10));
const failed = rows.filter(({ result }) => result === 'failed').length;
console.log(`clients: ${rows.length - failed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
