import type { Range } from '../world/lifecycle.ts';
import { MINUTE_MS, utc } from '../world/time.ts';
import type { World } from '../world/world.ts';
import { type Capture, type CartVariant, cartCaptures } from './captures.ts';
import { type Column, cellValue } from './cells.ts';
import { lastEvents, paymentCaptures } from './events.ts';
import { type Look, type Report, reportOf } from './reports.ts';

/**
 * What a right destination holds of a merchant's files. It follows from what happened and from what
 * each kind of file says of it; it knows no connector.
 */
export interface ExportTruth {
  readonly key: string;
  /** In the connector's vocabulary; dots lead into objects and lists. Only what the file holds. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Columns that mean nothing to anyone. */
const STRANGE = ['store_credit_used', 'upload_date'];

/** What a connector must make of a report alone. */
export function* reportTruth(
  world: World,
  report: Report,
  range: Range,
  look: Look = {},
): Generator<ExportTruth> {
  const { columns, rows } = reportOf(report);
  const judged = columns(look).filter(({ field }) => !STRANGE.includes(field));
  for (const { key, facts } of rows(world, range, look)) {
    const fields: Record<string, unknown> = {};
    for (const column of judged) {
      fields[column.field] = expected(cellValue(facts, column), column.kind);
    }
    // The API's `order_type`, which tells the class where the method does not, is not in the file.
    if (report === 'orders' && facts.payment_method) fields.payment_class = facts.payment_class;
    yield { key, fields };
  }
}

function expected(value: unknown, kind: Column['kind']): unknown {
  if (value === null || value === undefined || value === '') return null;
  switch (kind) {
    case 'money':
      return Number(value) / 100;
    case 'decimal':
    case 'count':
      return Number(value);
    case 'minute':
      return utc(Math.floor(Number(value) / MINUTE_MS) * MINUTE_MS);
    case 'list':
      // The words of a cell are one text: nobody knows what parts them.
      return [(value as readonly string[]).join(', ')];
    default:
      return value;
  }
}

/** What a connector must make of webhook captures alone. */
export function captureTruth(
  world: World,
  stream: 'abandoned_checkouts' | 'payments' | 'refunds',
  range: Range,
  variant: CartVariant = 'flat',
): Iterable<ExportTruth> {
  if (stream !== 'abandoned_checkouts') return lastEvents(paymentCaptures(world, range), stream);
  const last = new Map<string, Capture>();
  for (const capture of cartCaptures(world, range, variant)) {
    if ((last.get(capture.key)?.receivedMs ?? 0) <= capture.receivedMs) {
      last.set(capture.key, capture);
    }
  }
  return last.values();
}
