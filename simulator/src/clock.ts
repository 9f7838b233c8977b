/** Simulated time: the real clock's, until someone takes it in hand. Epoch milliseconds. */
export interface Clock {
  nowMs(): number;
  setNow(ms: number): void;
  advance(ms: number): void;
}

export function createClock(fixedMs: number | undefined): Clock {
  let heldMs = fixedMs;
  const nowMs = () => heldMs ?? Date.now();
  return {
    nowMs,
    setNow(ms) {
      heldMs = ms;
    },
    advance(ms) {
      heldMs = nowMs() + ms;
    },
  };
}
