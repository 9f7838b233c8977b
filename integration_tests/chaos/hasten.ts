/*
 * Preloaded into the connector's process (`node --import`): gives it the simulated present, and lets
 * its waits pass quickly. The bundle itself is the one that users run.
 *
 * Timers longer than `REAL_MS` live in virtual time. While no request is under way (or one has been
 * silent for `STALL_MS`), the clock jumps to the next of them. Node's own timers are left alone.
 */
import { subscribe } from 'node:diagnostics_channel';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';

const REAL_MS = 50;
const QUIET_MS = 25;
/** Without jumps, time passes as it does. */
const JUMPS = process.env.CHAOS_JUMPS !== 'no';
const STALL_MS = Number(process.env.CHAOS_STALL_MS ?? 1500);

interface Timer {
  atMs: number;
  readonly everyMs: number | undefined;
  readonly fire: () => void;
}

const realNow = Date.now.bind(Date);
const realSetTimeout = globalThis.setTimeout;
const realSetInterval = globalThis.setInterval;
const realClear = globalThis.clearTimeout;
let offsetMs = process.env.CHAOS_NOW === undefined ? 0 : Number(process.env.CHAOS_NOW) - realNow();
Date.now = () => Math.floor(realNow() + offsetMs);

const timers = new Map<object, Timer>();
// For `inspect.ts`, which counts what is left of them.
Object.assign(globalThis, { [Symbol.for('chaos.timers')]: timers });
const underWay = new Map<object, number>();
let busyMs = realNow();

const make = (fire: () => void, ms: number, everyMs: number | undefined): object => {
  const handle = { unref: () => handle, ref: () => handle, hasRef: () => true };
  timers.set(handle, { atMs: Date.now() + ms, everyMs, fire });
  return handle;
};
type Callback = (...given: unknown[]) => void;
const patch = {
  setTimeout: (fire: Callback, ms = 0, ...given: unknown[]) =>
    ms <= REAL_MS
      ? realSetTimeout(() => fire(...given), ms)
      : make(() => fire(...given), ms, undefined),
  setInterval: (fire: Callback, ms = 0, ...given: unknown[]) => make(() => fire(...given), ms, ms),
  clearTimeout: clear,
  clearInterval: clear,
};
Object.assign(globalThis, patch);

function clear(handle: unknown): void {
  if (typeof handle === 'object' && handle !== null && timers.delete(handle)) return;
  realClear(handle as NodeJS.Timeout);
}

subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: NodeJS.EventEmitter };
  underWay.set(request, realNow());
  busyMs = realNow();
  request.once('close', () => {
    underWay.delete(request);
    busyMs = realNow();
  });
});

function pump(): void {
  const nowMs = realNow();
  const isQuiet = underWay.size === 0 && nowMs - busyMs >= QUIET_MS;
  const isStalled = [...underWay.values()].some((sinceMs) => nowMs - sinceMs >= STALL_MS);
  const nextMs = Math.min(...[...timers.values()].map((timer) => timer.atMs));
  if (JUMPS && (isQuiet || isStalled) && timers.size > 0 && nextMs > Date.now()) {
    offsetMs += nextMs - Date.now();
    // What a jump sets going gets its time before the next one.
    busyMs = nowMs;
    for (const request of underWay.keys()) underWay.set(request, nowMs);
  }
  for (const [handle, timer] of [...timers]) {
    if (timer.atMs > Date.now() || !timers.has(handle)) continue;
    if (timer.everyMs === undefined) timers.delete(handle);
    else timer.atMs = Date.now() + timer.everyMs;
    timer.fire();
  }
}
const heart = realSetInterval(pump, 5);
heart.unref();
// Virtual timers keep the process alive as real ones would, an interval alone included.
realSetInterval(() => {
  if (timers.size > 0) heart.ref();
  else heart.unref();
}, 20).unref();

// A name server that sends every name to one address.
const resolved = process.env.CHAOS_RESOLVE;
if (resolved !== undefined) {
  const address = { address: resolved, family: isIP(resolved) };
  const lookup = (_name: string, _options: unknown, done: (error: null, found: object[]) => void) =>
    process.nextTick(done, null, [address]);
  Object.assign(dns, { lookup });
  // The bundle imports it by name.
  syncBuiltinESMExports();
}
