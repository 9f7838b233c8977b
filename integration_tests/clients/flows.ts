import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { BUNDLE } from '../connector.ts';
import { IMAGE } from '../contract/targets.ts';
import { countRecords, expectLoaded, makeFolder } from './folder.ts';
import { mustRun, runProgram } from './programs.ts';
import { clientEnv } from './shim.ts';
import { expect, openShop, PAUSE_MS } from './shop.ts';
import { installClient, ROOT } from './venvs.ts';

/** The DAG, run in this process's place of a scheduler, twice. */
export async function runAirflow(): Promise<string> {
  const bin = installClient('airflow');
  const { simulator, config } = await openShop();
  const folder = makeFolder(config);
  const home = mkdtempSync(join(tmpdir(), 'airflow-'));
  mkdirSync(join(home, 'dags'));
  cpSync(join(ROOT, 'deploy/airflow/gokwik.py'), join(home, 'dags/gokwik.py'));
  const env = clientEnv([bin], {
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__DAGS_FOLDER: join(home, 'dags'),
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED: 'False',
    AIRFLOW_CONN_GOKWIK: JSON.stringify({ conn_type: 'generic', extra: config }),
    GOKWIK_IMAGE: IMAGE,
    GOKWIK_FOLDER: folder,
    GOKWIK_NETWORK: 'host',
    GOKWIK_ENVIRONMENT: JSON.stringify({ SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL: 'true' }),
  });
  const airflow = (...args: string[]) =>
    mustRun(join(bin, 'airflow'), args, { folder: home, env, name: args.join('-') });
  try {
    await airflow('db', 'migrate');
    await airflow('dags', 'reserialize');
    await airflow('dags', 'test', 'gokwik');
    expectLoaded(folder, simulator);
    const first = countRecords(folder);
    simulator.advance(PAUSE_MS);
    await airflow('dags', 'test', 'gokwik');
    expectLoaded(folder, simulator);
    const second = countRecords(folder) - first;
    expect(second > 0 && second < first, `the second run read ${second} records`);
    return `the DAG of deploy/airflow twice, ${first} and ${second} records, equal to the truth`;
  } finally {
    await simulator.close();
  }
}

interface KestraTask {
  readonly id: string;
  readonly commands?: string[];
}

/** The commands of the flow, in the image, as the Docker task runner starts them; not the flow itself. */
export async function runKestra(): Promise<string> {
  const flow = parse(readFileSync(join(ROOT, 'deploy/kestra/gokwik.yml'), 'utf8'));
  expect(flow.triggers[0].cron === '0 */4 * * *', 'another schedule');
  const { simulator, config } = await openShop();
  const folder = makeFolder(config);
  const tasks: KestraTask[] = flow.tasks[0].tasks;
  const commandsOf = (id: string): string =>
    (tasks.find((task) => task.id === id)?.commands ?? []).join('\n');
  const env = clientEnv([]);
  const inImage = async (script: string, state: string): Promise<void> => {
    await mustRun(
      'docker',
      [
        ...['run', '--rm', '--network', 'host', '--user', 'root', '--entrypoint', ''],
        ...['-e', 'SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true', '-e', `GOKWIK_STATE=${state}`],
        ...[
          '-e',
          `GOKWIK_CONFIG=${JSON.stringify(config)}`,
          '-v',
          `${folder}:/work`,
          '-w',
          '/work',
        ],
        ...[IMAGE, '/bin/sh', '-c', `set -e\n${script}`],
      ],
      { folder, env },
    );
  };
  let state = '[]';
  try {
    for (let turn = 0; turn < 2; turn += 1) {
      await inImage(commandsOf('read'), state);
      expect(readFileSync(join(folder, 'code.txt'), 'utf8').trim() === '0', 'the read failed');
      await mustRun('sh', ['-c', commandsOf('load')], { folder, env });
      await inImage(commandsOf('state'), state);
      state = readFileSync(join(folder, 'new.json'), 'utf8');
      expectLoaded(folder, simulator);
      simulator.advance(PAUSE_MS);
    }
    return `the commands of its tasks in the image, twice, ${countRecords(folder)} records, equal to the truth`;
  } finally {
    await simulator.close();
  }
}

/** `create.sh` against a server that holds each body against the models of Airbyte's own client. */
export async function runApi(): Promise<string> {
  const python = join(installClient('pyairbyte'), 'python');
  const seen: { method: string; path: string; token: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url: path = '', headers } = request;
    seen.push({ method, path, token: String(headers.authorization), body });
    response.end(JSON.stringify({ id: 'd-1', sourceId: 's-1', connectionId: 'c-1' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const folder = makeFolder({ app_secret: 'x' });
  const env = clientEnv([], {
    AIRBYTE_API: `http://127.0.0.1:${port}/api/public/v1`,
    AIRBYTE_TOKEN: 'a-token',
    WORKSPACE_ID: '18dccc91-0ab1-4f72-9ed7-0b8fc27c5826',
    DESTINATION_ID: '744cc0ed-7f05-4949-9e60-2a814f90c035',
  });
  const script = join(ROOT, 'deploy/airbyte/create.sh');
  try {
    const { output } = await mustRun(script, [], { folder, env });
    expect(/connection c-1/.test(output), output);
    await mustRun(script, ['off', 'c-1'], { folder, env });
    writeFileSync(join(folder, 'seen.json'), JSON.stringify(seen));
    const check = join(import.meta.dirname, 'api.py');
    await mustRun(python, [check, join(folder, 'seen.json')], { folder, env });
    return `create.sh: ${seen.length} requests, those of definition and connection valid by airbyte-api's models, the source's by its keys; the schedule; the switch`;
  } finally {
    server.close();
  }
}

/** `sync.py`, and the mistake of a variable that is not set. */
export async function runScript(): Promise<string> {
  const python = join(installClient('pyairbyte'), 'python');
  const { simulator, config } = await openShop();
  const folder = makeFolder(config);
  const env = clientEnv([], {
    AIRBYTE_OFFLINE_MODE: '1',
    DO_NOT_TRACK: '1',
    GOKWIK_EXECUTABLE: BUNDLE,
    GOKWIK_BASE_URL: String(config.base_url),
    GOKWIK_APP_ID: String(config.app_id),
    GOKWIK_APP_SECRET: String(config.app_secret),
    GOKWIK_START_DATE: String(config.start_date),
    GOKWIK_LOOKBACK_DAYS: String(config.lookback_days),
  });
  const script = join(ROOT, 'deploy/pyairbyte/sync.py');
  const sync = async (): Promise<number> => {
    const { output } = await mustRun(python, [script], { folder, env });
    return Number(/(\d+) records/.exec(output)?.[1]);
  };
  try {
    const first = await sync();
    simulator.advance(PAUSE_MS);
    const second = await sync();
    expect(second > 0 && second < first, `${first} and ${second} records`);
    const without = Object.fromEntries(
      Object.entries(env).filter(([name]) => name !== 'GOKWIK_APP_SECRET'),
    );
    const refused = await runProgram(python, [script], { folder, env: without });
    expect(refused.errors.includes('GOKWIK_APP_SECRET is not set'), refused.errors.slice(-500));
    expect(!refused.errors.includes('Traceback'), 'a stack trace');
    simulator.resetRequests();
    await mustRun(python, [script], { folder, env: { ...env, GOKWIK_ENABLED: 'false' } });
    expect(simulator.stats().requests === 0, 'it read while switched off');
    return `sync.py twice, ${first} and ${second} records; a missing variable is named; the switch`;
  } finally {
    await simulator.close();
  }
}
