import type { Fault, SimulatorOptions, StreamName } from '../../simulator/src/index.ts';

/** A misfortune, and what must come of it. */
export interface Case {
  readonly name: string;
  readonly faults: readonly Fault[];
  /** `truth`: the sync ends well and nothing is missing. Else the code of the error. */
  readonly expect: 'truth' | `GK_${string}`;
  /** The streams that fail; default: those of the faults. */
  readonly fails?: readonly StreamName[] | 'all';
  readonly config?: Record<string, unknown>;
  readonly simulator?: SimulatorOptions;
  /** How far the connector's clock is ahead of the server's, ms. */
  readonly aheadMs?: number;
}
