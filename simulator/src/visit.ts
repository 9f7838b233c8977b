import { between, chance, type Draw } from './random.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from './time.ts';

/** Where a visit ended, in the order of the funnel; `placed` is the only good end. */
export const STAGES = [
  'broken',
  'ready',
  'login',
  'address',
  'payment',
  'attempt',
  'placed',
] as const;
export type Stage = (typeof STAGES)[number];

/** An attempt to pay that brought no money. */
export interface Attempt {
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: 'failed' | 'expired';
}

/** One visit to the checkout. Moments of steps past the stage are meaningless. */
export interface Visit {
  readonly stage: Stage;
  readonly startMs: number;
  readonly loginStartMs: number;
  readonly loginMs: number;
  readonly addressMs: number;
  readonly paymentMs: number;
  readonly chosenMs: number;
  readonly attempts: readonly Attempt[];
  /** The last thing the customer did. For `placed`, the moment of the order. */
  readonly lastMs: number;
}

/** Share of visits that end at the stage. A fifth is lost at login and address, as GoKwik says. */
const ODDS: readonly [Stage, number][] = [
  ['broken', 0.01],
  ['ready', 0.1],
  ['login', 0.05],
  ['address', 0.11],
  ['payment', 0.13],
  ['attempt', 0.03],
  ['placed', 1],
];

function drawStage(draw: Draw): Stage {
  let left = draw();
  for (const [stage, share] of ODDS) {
    left -= share;
    if (left < 0) return stage;
  }
  return 'placed';
}

export function reached(visit: Visit, stage: Stage): boolean {
  return STAGES.indexOf(visit.stage) >= STAGES.indexOf(stage);
}

export function planVisit(draw: Draw, startMs: number): Visit {
  const stage = drawStage(draw);
  const loginStartMs = startMs + between(draw, 2, 15) * SECOND_MS;
  const loginMs = loginStartMs + between(draw, 5, 60) * SECOND_MS;
  const addressMs = loginMs + between(draw, 3, 90) * SECOND_MS;
  const paymentMs = addressMs + between(draw, 1, 3) * SECOND_MS;
  const chosenMs = paymentMs + between(draw, 4, 120) * SECOND_MS;
  const attempts: Attempt[] = [];
  let lastMs = chosenMs;
  const tries = stage === 'attempt' ? between(draw, 1, 2) : chance(draw, 0.06) ? 1 : 0;
  if (stage === 'attempt' || stage === 'placed') {
    for (let index = 0; index < tries; index += 1) {
      const endMs = lastMs + between(draw, 20, 90) * SECOND_MS;
      attempts.push({ startMs: lastMs + SECOND_MS, endMs, outcome: 'failed' });
      lastMs = endMs + between(draw, 3, 20) * SECOND_MS;
    }
  }
  const last = attempts.at(-1);
  if (stage === 'attempt' && last !== undefined && chance(draw, 0.4)) {
    // The customer went to the bank's page and never came back: pending until it times out.
    const endMs = last.startMs + HOUR_MS / 2;
    attempts[attempts.length - 1] = { startMs: last.startMs, endMs, outcome: 'expired' };
  }
  if (stage === 'broken' || stage === 'ready') lastMs = startMs;
  else if (stage === 'login') lastMs = loginMs;
  else if (stage === 'address') lastMs = loginMs + between(draw, 5, 240) * SECOND_MS;
  else if (stage === 'payment') lastMs = paymentMs + between(draw, 2, 4 * 60) * SECOND_MS;
  return {
    stage,
    startMs,
    loginStartMs,
    loginMs,
    addressMs,
    paymentMs,
    chosenMs,
    attempts,
    lastMs,
  };
}

/** A visit counts as abandoned when nothing happened for this long. */
export const ABANDONED_AFTER_MS = 30 * MINUTE_MS;
