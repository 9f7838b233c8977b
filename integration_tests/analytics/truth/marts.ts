import type { Query } from '../../../analytics/report/database.ts';
import { abandonment, abandonmentReasons } from './carts.ts';
import { funnel, funnelDaily, funnelReport, prefillEffect, prefillOutcomes } from './checkouts.ts';
import { batches, reconciliation, settlementFindings } from './money.ts';
import {
  codCosts,
  nudges,
  paymentMixDaily,
  pincodeRisk,
  predictionQuality,
  rtoByAge,
  rtoByWeek,
} from './orders.ts';
import type { Fields, Source } from './rows.ts';
import { breakdown, dailySales } from './sales.ts';

/** Every mart, and what it should hold, worked out without SQL. */
const EXPECTED = {
  checkout_funnel_daily: funnelDaily,
  checkout_funnel: funnel,
  funnel_report: funnelReport,
  daily_sales: dailySales,
  breakdown,
  payment_mix_daily: paymentMixDaily,
  rto_by_week: rtoByWeek,
  rto_by_age: rtoByAge,
  rto_prediction_quality: predictionQuality,
  prefill_outcomes: prefillOutcomes,
  prefill_effect: prefillEffect,
  abandonment,
  abandonment_reasons: abandonmentReasons,
  pincode_risk: pincodeRisk,
  nudges,
  cod_costs: codCosts,
  settlement_reconciliation: reconciliation,
  settlement_findings: settlementFindings,
  settlement_batches: batches,
} satisfies Record<string, (source: Source) => Fields[]>;

export const MARTS = Object.keys(EXPECTED);

/** Rows by mart, as text in one order, so that any two can be compared. */
export type Marts = Readonly<Record<string, readonly string[]>>;

export function expectedMarts(source: Source): Marts {
  return Object.fromEntries(
    Object.entries(EXPECTED).map(([name, make]) => [name, inOrder(make(source))]),
  );
}

export async function readMarts(query: Query, schema: string, names = MARTS): Promise<Marts> {
  const all: Record<string, string[]> = {};
  for (const name of names)
    all[name] = inOrder(await query(`select * from ${schema}.gokwik__${name}`));
  return all;
}

/** The rows that only one side has: a handful, each as `mart: row`. */
export function differences(actual: Marts, expected: Marts): string[] {
  return Object.keys(expected).flatMap((name) => {
    const [here, there] = [actual[name] ?? [], expected[name] ?? []];
    const [inHere, inThere] = [new Set(here), new Set(there)];
    const tooMany = here.filter((row) => !inThere.has(row)).map((row) => `${name} has ${row}`);
    const missing = there.filter((row) => !inHere.has(row)).map((row) => `${name} lacks ${row}`);
    const count =
      here.length === there.length ? [] : [`${name}: ${here.length} rows, not ${there.length}`];
    return [...count, ...tooMany.slice(0, 2), ...missing.slice(0, 2)];
  });
}

function inOrder(rows: readonly Fields[]): string[] {
  return rows.map((row) => JSON.stringify(plain(row))).sort();
}

/**
 * Engines spell values in their own ways: decimals as text or numbers, moments with `T` or a blank,
 * fractions with other last digits. When a row was read is not compared.
 */
export function plain(row: Fields): Fields {
  const entries = Object.entries(row).filter(([name]) => name !== 'extracted_at');
  const value = (one: unknown) => {
    if (typeof one === 'boolean' || one === null || one === undefined) return one ?? null;
    const text = String(one);
    if (/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text))
      return Math.abs(Number(text)) < 1e-12 ? 0 : Number(Number(text).toPrecision(9));
    return text.replace(/^(\d{4}-\d\d-\d\d)T/, '$1 ').replace(/(:\d\d)(\.0+)?Z?$/, '$1');
  };
  return Object.fromEntries(entries.sort().map(([name, one]) => [name, value(one)]));
}
