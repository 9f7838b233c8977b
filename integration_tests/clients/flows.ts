import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLE } from '../connector.ts';
import { IMAGE } from '../contract/targets.ts';
import { countRecords, expectLoaded, makeFolder } from './folder.ts';
import { mustRun, runProgram } from './programs.ts';
import { clientEnv } from './shim.ts';
import { type Done, expect, openShop, PAUSE_MS } from './shop.ts';
import { installClient, ROOT } from './venvs.ts';

/** The DAG, run in this process's place of a scheduler, twice. */
export async function runAirflow(): Promise<Done> {
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

    rmSync(join(folder, 'catalog.json'));
    const none = await runProgram(join(bin, 'airflow'), ['dags', 'test', 'gokwik'], {
      folder: home,
      env,
    });
    const said = none.output + none.errors;
    expect(/catalog file \/data\/catalog\.json .*was not found/.test(said), said.slice(-3000));
    return {
      ran: 'the DAG of deploy/airflow twice, equal to the truth; a missing catalog gives our sentence',
      saw: `${first} and ${second} records`,
    };
  } finally {
    await simulator.close();
  }
}

/** `sync.py`, and the mistake of a variable that is not set. */
export async function runScript(): Promise<Done> {
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
    const wrong = { ...env, GOKWIK_APP_SECRET: 'of-yesterday' };
    const rotated = await runProgram(python, [script], { folder, env: wrong });
    expect(rotated.code !== 0 && /GK_CREDENTIALS/.test(rotated.errors), rotated.errors.slice(-900));
    expect(!rotated.errors.includes('Traceback'), 'a stack trace');
    simulator.resetRequests();
    await mustRun(python, [script], { folder, env: { ...env, GOKWIK_ENABLED: 'false' } });
    expect(simulator.stats().requests === 0, 'it read while switched off');
    return {
      ran: 'sync.py twice, the second incremental; a missing variable is named; a wrong secret gives our sentence; the switch',
      saw: `${first} and ${second} records`,
    };
  } finally {
    await simulator.close();
  }
}
