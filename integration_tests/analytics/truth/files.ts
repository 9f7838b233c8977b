import type { ExportTruth, Simulator, StreamName } from '../../../simulator/src/index.ts';
import type { Fields, Source } from './rows.ts';

/** What a merchant has who gives the connector exports and captures alone, as of now. */
export function filesSource(simulator: Simulator, asOfMs: number): Source {
  const rows: Partial<Record<StreamName, Fields[]>> = {
    orders: [...simulator.reportTruth('orders')].map(rowOf),
    settlements: [...simulator.reportTruth('settlements')].map(rowOf),
    abandoned_checkouts: [...simulator.captureTruth('abandoned_checkouts')].map(rowOf),
    payments: [...simulator.captureTruth('payments')].map(rowOf),
    refunds: [...simulator.captureTruth('refunds')].map(rowOf),
    checkout_funnel_daily: [...simulator.reportTruth('checkout_funnel_daily')].map(rowOf),
  };
  return { asOfMs, rows: (stream) => rows[stream] ?? [] };
}

/** Dots in a field's name lead into objects. */
function rowOf({ key, fields }: ExportTruth): Fields {
  const row: Fields = { key, _source: 'a file' };
  for (const [path, value] of Object.entries(fields)) {
    const [name = '', inner] = path.split('.');
    row[name] = inner === undefined ? value : { ...(row[name] as Fields), [inner]: value };
  }
  return row;
}
