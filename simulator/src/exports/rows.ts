import { type Endpoint, type Facts, versionMs } from '../streams/stream.ts';
import { type Plan, planSession } from '../world/lifecycle.ts';
import { sessionsIn, type World } from '../world/world.ts';

/** The rows that an export holds: as of a moment, of sessions that began in a range. */
export interface ExportRange {
  /** As of when. Epoch ms. */
  readonly atMs: number;
  /** Creation, `[fromMs, toMs)`. Default: the whole history. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface ExportRow {
  readonly plan: Plan;
  readonly facts: Facts;
}

/** One at a time: a history need not fit in memory. */
export function* rowsOf(
  world: World,
  stream: Endpoint,
  { atMs, fromMs = world.startMs, toMs = Number.POSITIVE_INFINITY }: ExportRange,
): Generator<ExportRow> {
  const [first, end] = sessionsIn(world, fromMs, Math.min(toMs, atMs + 1));
  for (let index = first; index < end; index += 1) {
    const plan = planSession(world, index);
    if (plan.createdMs < fromMs || plan.createdMs >= toMs) continue;
    if (stream.kind === 'asked') {
      const at = { nowMs: atMs, updatedMs: atMs };
      for (const turn of stream.turns(plan, atMs)) {
        yield { plan, facts: stream.facts(world, plan, turn, at) };
      }
      continue;
    }
    for (const entity of stream.entities(world, plan)) {
      const updatedMs = versionMs(world, stream, index, entity, atMs);
      if (updatedMs === undefined) continue;
      const facts = stream.facts(world, plan, entity.sub, { nowMs: atMs, updatedMs });
      // The dashboard exports what the shop has: an order that was never confirmed is not there.
      if (stream.name === 'orders' && facts.platform_order_id === null) continue;
      yield { plan, facts };
    }
  }
}
