import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { openPostgres, type Query } from '../../../analytics/report/database.ts';
import { buildModels, type ModelOptions } from '../../../analytics/report/models.ts';
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../../simulator/src/index.ts';
import { type Marts, readMarts } from '../truth/marts.ts';
import { openDbt } from './dbt.ts';
import { copyStreams, type Postgres, startPostgres } from './postgres.ts';
import { openSyncedShop, type SyncedShop } from './sync.ts';

/** The schemas dbt builds in, and Node. */
export const BY_DBT = 'dbt_models';
const BY_NODE = 'analytics';

export interface Engines {
  readonly postgres: Postgres;
  /**
   * Runs dbt on the shop's DuckDB file and on a copy of its streams in PostgreSQL. Gives what it
   * printed, of both.
   */
  dbt(shop: SyncedShop, options?: DbtOptions): Promise<string[]>;
  /** Every mart four times: by dbt and by Node, in DuckDB and in PostgreSQL. */
  marts(shop: SyncedShop, options?: ModelOptions): Promise<Record<string, Marts>>;
}

export interface DbtOptions {
  /** Default `build`, which runs the package's tests too. */
  command?: 'build' | 'run';
  variables?: Record<string, string | number>;
  /** Where the streams are. Default `main`. */
  schema?: string;
  /** Makes incremental models anew. */
  fresh?: boolean;
}

/** dbt and both databases, gone when the test ends. */
export async function openEngines(t: Test): Promise<Engines> {
  const dbt = await openDbt();
  const postgres = await startPostgres();
  t.teardown(() => Promise.all([dbt.close(), postgres.close()]));
  return {
    postgres,
    async dbt(shop, { command = 'build', variables = {}, schema = 'main', fresh = false } = {}) {
      await copyStreams(shop.destination.query, postgres, schema);
      const given = ['--vars', JSON.stringify({ ...variables, gokwik_schema: schema })];
      if (fresh) given.push('--full-refresh');
      const environment = { GOKWIK_TEST_DUCKDB: shop.path, ...postgres.environment };
      return shop.without(() =>
        Promise.all([
          dbt.run('duckdb', [command, ...given], environment),
          dbt.run('postgres', [command, ...given], environment),
        ]),
      );
    },
    async marts(shop, options = {}) {
      const { query } = shop.destination;
      const given = { sourceSchema: 'main', ...options };
      await buildModels(query, { ...given, schema: BY_NODE });
      return {
        'Node, DuckDB': await readMarts(query, BY_NODE),
        'Node, PostgreSQL': await inPostgres(postgres, given),
        'dbt, DuckDB': await readMarts(query, BY_DBT),
        'dbt, PostgreSQL': await readMarts(postgres.query, BY_DBT),
      };
    },
  };
}

async function inPostgres(postgres: Postgres, options: ModelOptions): Promise<Marts> {
  const own = await openPostgres(postgres.url);
  const query: Query = own.query;
  try {
    await buildModels(query, { ...options, dialect: 'postgres', schema: 'pg_temp' });
    return await readMarts(query, 'pg_temp');
  } finally {
    await own.close();
  }
}

export interface Merchant {
  readonly simulator: Simulator;
  readonly folder: string;
  /** Tables of the merchant, empty; see `openSyncedShop`. */
  open(config?: Record<string, unknown>): Promise<SyncedShop>;
}

/** A simulated merchant, gone when the test ends, with the tables that the connector fills for it. */
export async function openMerchant(t: Test, options: SimulatorOptions): Promise<Merchant> {
  const folder = await mkdtemp(join(tmpdir(), 'gokwik-shop-'));
  const simulator = await startSimulator(options);
  const shops: SyncedShop[] = [];
  t.teardown(async () => {
    for (const shop of shops) shop.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    simulator,
    folder,
    async open(config) {
      const path = join(folder, `shop${shops.length}.duckdb`);
      const shop = await openSyncedShop(simulator, path, config);
      shops.push(shop);
      return shop;
    },
  };
}
