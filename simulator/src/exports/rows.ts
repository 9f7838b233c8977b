import { type Facts, type Listed, versionMs } from '../streams/stream.ts';
import { type Plan, plansOf, type Range } from '../world/lifecycle.ts';
import type { World } from '../world/world.ts';

export interface ExportRow {
  readonly plan: Plan;
  readonly sub: number;
  readonly facts: Facts;
}

/** What a list endpoint would give of them. */
export function* rowsOf(world: World, stream: Listed, range: Range): Generator<ExportRow> {
  const { atMs } = range;
  for (const plan of plansOf(world, range)) {
    const { index } = plan;
    for (const entity of stream.entities(world, plan)) {
      const updatedMs = versionMs(world, stream, index, entity, atMs);
      if (updatedMs === undefined) continue;
      const facts = stream.facts(world, plan, entity.sub, { nowMs: atMs, updatedMs });
      yield { plan, sub: entity.sub, facts };
    }
  }
}
