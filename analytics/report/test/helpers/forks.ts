import type { Test } from 'tap';
import { load, openShop } from '../../../../integration_tests/analytics/tools/shop.ts';
import { readMarts } from '../../../../integration_tests/analytics/truth/marts.ts';
import { startSimulator } from '../../../../simulator/src/index.ts';
import { STREAMS } from '../../../../src/gokwik/streams/index.ts';
import { type Built, buildModels, type ModelOptions } from '../../models.ts';

/** A small shop with its marts, and copies of it that tests may change. */

const VARIABLES = { gokwik_as_of: '2026-11-22 06:00:00' };

export interface Fork {
  /** Where its marts are. */
  readonly schema: string;
  build(): Promise<Built>;
}

export async function openForks(t: Test) {
  const simulator = await startSimulator({
    orders: 120,
    nowMs: Date.parse('2026-11-22T06:00:00Z'),
  });
  const shop = await openShop(simulator);
  const { query } = shop;
  t.teardown(async () => {
    shop.close();
    await simulator.close();
  });
  const rebuild = () => buildModels(query, { variables: VARIABLES });
  await rebuild();
  return {
    query,
    simulator,
    rebuild,
    loadAgain: () => load(shop, simulator),
    marts: (schema: string) => readMarts(query, schema),
    before: await readMarts(query, 'analytics'),
    async count(sql: string): Promise<number> {
      return Number((await query(sql))[0]?.n);
    },
    /** The streams in a schema `name`, and what builds the marts of it in `name_marts`. */
    async fork(name: string, streams = Object.keys(STREAMS)): Promise<Fork> {
      await query(`create schema ${name}`);
      for (const stream of streams) {
        await query(`create table ${name}.${stream} as from main.${stream}`);
      }
      const schema = `${name}_marts`;
      const options: ModelOptions = { sourceSchema: name, schema, variables: VARIABLES };
      return { schema, build: () => buildModels(query, options) };
    },
  };
}
