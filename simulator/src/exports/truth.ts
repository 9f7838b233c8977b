import { STREAMS } from '../streams/index.ts';
import type { Endpoint } from '../streams/stream.ts';
import { emitted } from '../truth.ts';
import { utc } from '../world/time.ts';
import type { World } from '../world/world.ts';
import { cellValue, type Report, reportFacts, toMinute } from './columns.ts';
import { type ExportRange, rowsOf } from './rows.ts';
import { columnsOf } from './write.ts';

export interface ExportTruth {
  readonly key: string;
  /** In the connector's vocabulary; dots lead into objects. Only what the file holds. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a connector must make of a report alone. */
export function* reportTruth(
  world: World,
  report: Report,
  range: ExportRange,
  older = false,
): Generator<ExportTruth> {
  const stream = STREAMS[report];
  let row = 0;
  for (const { plan, facts } of rowsOf(world, stream, range)) {
    row += 1;
    const told = reportFacts(report, world, plan, facts, row);
    const fields: Record<string, unknown> = {};
    for (const column of columnsOf(report, older)) {
      if (column.name.startsWith('Store Credit')) continue;
      fields[column.field] = expected(cellValue(told, column), column.kind);
    }
    // The API's `order_type`, which tells the class where the method does not, is not in the file.
    if (report === 'orders' && facts.payment_method) fields.payment_class = facts.payment_class;
    if (fields.drop_off_reasons) fields.drop_off_reasons = [fields.drop_off_reasons];
    yield { key: stream.key(facts, 'files'), fields };
  }
}

function expected(value: unknown, kind: string): unknown {
  if (value === null || value === undefined || value === '') return null;
  if (kind === 'money') return Number(value) / 100;
  if (kind === 'decimal') return Number(value);
  return kind === 'minute' ? utc(toMinute(Number(value))) : value;
}

/** What a connector must make of webhook captures alone. */
export function* captureTruth(
  world: World,
  name: 'abandoned_checkouts' | 'payments' | 'refunds',
  range: ExportRange,
): Generator<ExportTruth> {
  const stream: Endpoint = STREAMS[name];
  for (const { facts } of rowsOf(world, stream, range)) {
    const fields = emitted(stream, facts);
    // What a connector adds to a refund is its order's, which no capture names.
    if (stream.kind === 'asked')
      for (const added of Object.keys(stream.added ?? {})) delete fields[added];
    yield { key: stream.key(facts, 'files'), fields };
  }
}
