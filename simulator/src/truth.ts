import { STREAMS, type StreamName } from './streams/index.ts';
import {
  type Facts,
  type Field,
  type Fields,
  type Keys,
  type Stream,
  versionMs,
} from './streams/stream.ts';
import { planSession, plansOf } from './world/lifecycle.ts';
import { utc } from './world/time.ts';
import { HORIZON_MS, sessionsIn, type World } from './world/world.ts';

/** What a connector must emit, straight from the facts: it knows nothing of how they are sent. */

export interface TruthRow {
  /** What the connector emits as `record_key`. */
  readonly key: string;
  /**
   * The values it must emit, by the names and types of the schemas, lists and objects inside rows
   * included; null stands for what is missing. `record_key` is not among them.
   */
  readonly fields: Record<string, unknown>;
  readonly createdMs: number;
  readonly cursorMs: number;
}

function canonical(field: Field, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof field === 'object') {
    if ('object' in field) return expectedRow(field.object, value as Facts);
    return (value as Facts[]).map((row) => expectedRow(field.list, row));
  }
  if (field === 'money') return (value as number) / 100;
  return field === 'time' ? utc(value as number) : value;
}

/** Values by the names of their fields, as a connector must emit them. */
export function expectedRow(fields: Fields, facts: Facts): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) row[name] = canonical(field, facts[name]);
  return row;
}

/** The values of a row under their own names, by the types of the schemas. */
function emitted(stream: Stream, told: Facts): Record<string, unknown> {
  const fields = expectedRow({ ...stream.fields, ...stream.added }, told);
  const variants = stream.kind === 'list' ? (stream.variants ?? {}) : {};
  for (const [variant, name] of Object.entries(variants)) {
    fields[name] ??= fields[variant];
    delete fields[variant];
  }
  return fields;
}

/** What a row takes from the row it came with. */
function inherited(stream: Stream, parent: Facts): Facts {
  return Object.fromEntries(Object.keys(stream.added ?? {}).map((name) => [name, parent[name]]));
}

/**
 * All rows of a stream as of `nowMs` whose cursor is in `[fromMs, toMs)`, in the order of their
 * sessions. One at a time: a history need not fit in memory.
 */
export function* truthOf(
  world: World,
  name: StreamName,
  nowMs: number,
  range: { fromMs?: number; toMs?: number } = {},
  keys: Keys = 'api',
): Generator<TruthRow> {
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = range;
  const stream: Stream = STREAMS[name];
  if (stream.kind === 'counted') {
    // Nobody knows an endpoint of it.
    if (keys === 'api') return;
    for (const { key, facts, startMs } of stream.rows(
      plansOf(world, { atMs: nowMs }),
      world,
      nowMs,
      false,
    )) {
      if (startMs < fromMs || startMs >= toMs) continue;
      yield {
        key,
        fields: expectedRow(stream.fields, facts),
        createdMs: startMs,
        cursorMs: startMs,
      };
    }
    return;
  }
  const source = stream.kind === 'list' ? stream : stream.parent;
  const [first, end] = sessionsIn(world, fromMs - HORIZON_MS, Math.min(toMs, nowMs + 1));
  for (let index = first; index < end; index += 1) {
    const plan = planSession(world, index);
    for (const entity of source.entities(world, plan)) {
      // Endpoints that know only a creation have it for the one moment of the entity.
      const cursorMs = versionMs(world, source, index, entity, nowMs);
      if (cursorMs === undefined || cursorMs < fromMs || cursorMs >= toMs) continue;
      const at = { nowMs, updatedMs: cursorMs };
      const facts = source.facts(world, plan, entity.sub, at);
      const createdMs = Number(facts.created_at ?? entity.times[0]);
      const key = source.key(facts, keys);
      if (stream.kind === 'list') {
        yield { key, fields: emitted(stream, facts), createdMs, cursorMs };
      } else if (stream.kind === 'asked') {
        for (const turn of stream.turns(plan, nowMs)) {
          const row = { ...stream.facts(world, plan, turn, at), ...inherited(stream, facts) };
          const fields = emitted(stream, row);
          yield { key: stream.key(row), fields, createdMs: Number(row.created_at), cursorMs };
        }
      } else {
        const rows = (stream.rows(facts) ?? []) as readonly Facts[];
        for (const [position, row] of rows.entries()) {
          const fields = emitted(stream, { ...row, ...inherited(stream, facts), position });
          yield { key: `${key}:${position}`, fields, createdMs, cursorMs };
        }
      }
    }
  }
}
