import { describe, parentOf, refundTurns } from './describe.ts';
import { entitiesOf, versionMs } from './entities.ts';
import { ADDED, FIELDS } from './fields.ts';
import type { Facts, Field, Fields } from './kinds.ts';
import { planSession } from './lifecycle.ts';
import { utc } from './time.ts';
import type { StreamName, TruthRow } from './types.ts';
import { HORIZON_MS, sessionsIn, type World } from './world.ts';

/** What a connector must emit, straight from the facts: it knows nothing of how they are sent. */

/** A variant of a field, emitted under the other name. */
const UNTYPED: Readonly<Partial<Record<StreamName, readonly string[]>>> = { orders: ['items'] };

const COMPOSITE = ['settlement_utr', 'payment_id', 'transaction_type', 'serial_no'];
/** A report counts its rows anew, so files and API agree on these. */
const COMPOSITE_WITH_FILES = [
  'settlement_utr',
  'payment_id',
  'transaction_type',
  'transaction_rrn',
  'debit',
  'credit',
];

/** Whose keys rows have: a merchant's with the API alone, or one's who has files too. */
export type Keys = 'api' | 'files';

function canonical(field: Field, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof field === 'object') {
    if ('object' in field) return canonicalAll(field.object, value as Facts);
    return (value as Facts[]).map((row) => canonicalAll(field.list, row));
  }
  if (field === 'money') return (value as number) / 100;
  return field === 'time' ? utc(value as number) : value;
}

function canonicalAll(fields: Fields, facts: Facts): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) row[name] = canonical(field, facts[name]);
  return row;
}

export function emitted(stream: StreamName, told: Facts): Record<string, unknown> {
  // Both spellings of the list come out under one name.
  const facts = stream === 'orders' ? { ...told, line_items: told.line_items ?? told.items } : told;
  const fields = canonicalAll({ ...FIELDS[stream], ...ADDED[stream] }, facts);
  for (const name of UNTYPED[stream] ?? []) delete fields[name];
  return fields;
}

function escapePart(value: unknown): string {
  return String(value).replaceAll('%', '%25').replaceAll(':', '%3A');
}

export function keyOf(stream: StreamName, facts: Facts, keys: Keys): string {
  switch (stream) {
    case 'orders': {
      const own = facts.gokwik_oid ?? facts.request_id ?? facts.moid;
      return String(keys === 'files' ? (facts.platform_order_id ?? own) : own);
    }
    case 'payments':
      return String(facts.payment_id);
    case 'refunds':
      return String(facts.refund_id);
    case 'settlements':
      return (keys === 'files' ? COMPOSITE_WITH_FILES : COMPOSITE)
        .map((name) => escapePart(emitted('settlements', facts)[name] ?? ''))
        .join(':');
    case 'shipments':
      return String(facts.awb);
    case 'returns':
      return String(facts.id);
    default:
      return String(facts.request_id);
  }
}

/** The children a parent's row brings along, each with what it takes from the parent. */
function childFacts(stream: StreamName, parent: Facts): Facts[] {
  const lists: readonly unknown[] =
    stream === 'order_items' ? [parent.line_items, parent.items] : [parent.events];
  const list = lists.find(Array.isArray) as Facts[] | undefined;
  const { request_id, gokwik_oid, moid, platform_order_id, session_id, updated_at } = parent;
  const inherited = { request_id, gokwik_oid, moid, platform_order_id, session_id, updated_at };
  return (list ?? []).map((facts, position) => ({ ...facts, ...inherited, position }));
}

/**
 * All rows of a stream as of `nowMs` whose cursor is in `[fromMs, toMs)`, in the order of their
 * sessions. One at a time: a history need not fit in memory.
 */
export function* truthOf(
  world: World,
  stream: StreamName,
  nowMs: number,
  range: { fromMs?: number; toMs?: number } = {},
  keys: Keys = 'api',
): Generator<TruthRow> {
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = range;
  const parent = parentOf(stream);
  const [first, end] = sessionsIn(world, fromMs - HORIZON_MS, Math.min(toMs, nowMs + 1));
  for (let index = first; index < end; index += 1) {
    const plan = planSession(world, index);
    for (const entity of entitiesOf(world, plan, parent)) {
      // Endpoints that know only a creation have it for the one moment of the entity.
      const cursorMs = versionMs(world, parent, index, entity, nowMs);
      if (cursorMs === undefined || cursorMs < fromMs || cursorMs >= toMs) continue;
      const at = { nowMs, updatedMs: cursorMs };
      const facts = describe(world, parent, plan, entity.sub, at);
      const createdMs = Number(facts.created_at ?? entity.times[0]);
      if (parent === stream) {
        yield {
          key: keyOf(stream, facts, keys),
          fields: emitted(stream, facts),
          createdMs,
          cursorMs,
        };
      } else if (stream === 'refunds') {
        const { platform_order_id, gokwik_oid, moid, updated_at } = facts;
        for (const turn of refundTurns(plan, nowMs)) {
          const refund = describe(world, 'refunds', plan, turn, at);
          const row = { ...refund, platform_order_id, gokwik_oid, moid, updated_at };
          const fields = emitted(stream, row);
          const refundedMs = Number(refund.created_at);
          yield { key: keyOf(stream, row, keys), fields, createdMs: refundedMs, cursorMs };
        }
      } else {
        for (const child of childFacts(stream, facts)) {
          const key = `${keyOf(parent, facts, keys)}:${child.position}`;
          yield { key, fields: emitted(stream, child), createdMs, cursorMs };
        }
      }
    }
  }
}
