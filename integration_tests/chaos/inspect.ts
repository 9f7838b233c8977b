/*
 * Preloaded into the connector's process beside `hasten.ts`: on SIGUSR2 it collects all garbage and
 * appends a line that says what is left. What V8 has taken from the system and will use again is no
 * leak, but cannot be told from one without a collection: left alone, V8 lets the heap of a long
 * read grow to several times of what lives in it, slowly, and then stays there.
 */
import { EventEmitter, getEventListeners } from 'node:events';
import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process holds on to once its garbage is gone. */
export interface Holdings {
  /** Of the whole process, before and after the collection. */
  readonly usedBytes: number;
  readonly rssBytes: number;
  /** In V8's heap and in what its objects hold beside it. */
  readonly liveBytes: number;
  /** The most that listen to one signal. */
  readonly listeners: number;
  readonly signals: number;
  readonly emitters: number;
  readonly promises: number;
  /** What keeps Node's loop alive: sockets, timers, requests; and the timers of `hasten.ts`. */
  readonly resources: number;
  readonly timers: number;
}

/** Signals that somebody listened to, until they are collected. */
const heard = new Set<WeakRef<AbortSignal>>();
const known = new WeakSet<AbortSignal>();
let additions = 0;

function note(signal: AbortSignal): void {
  if (known.has(signal)) return;
  known.add(signal);
  heard.add(new WeakRef(signal));
  additions += 1;
  if (additions % 200 === 0) forgetCollected();
}

function forgetCollected(): void {
  for (const reference of heard) if (!reference.deref()) heard.delete(reference);
}

function watchSignals(): void {
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (this: EventTarget, ...given) {
    if (this instanceof AbortSignal) note(this);
    add.apply(this, given);
  };
}

function takeStock(collect: () => void): Holdings {
  const usedBytes = process.memoryUsage.rss();
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  const virtual = Reflect.get(globalThis, Symbol.for('chaos.timers')) as Map<object, object>;
  const listening = [...heard].map((reference) => {
    const signal = reference.deref();
    return signal ? getEventListeners(signal, 'abort').length : 0;
  });
  return {
    usedBytes,
    rssBytes: rss,
    liveBytes: heapUsed + external,
    listeners: Math.max(0, ...listening),
    signals: queryObjects(AbortSignal) as number,
    emitters: queryObjects(EventEmitter) as number,
    promises: queryObjects(Promise) as number,
    resources: process.getActiveResourcesInfo().length,
    timers: virtual.size,
  };
}

const path = process.env.CHAOS_HOLDINGS;
if (path !== undefined) {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const collect = (): void => {
    // Nothing may be dereferenced before: it would stay for the rest of this turn.
    // Several: the first may only find what the next one frees.
    for (let times = 0; times < 3; times += 1) gc();
  };
  watchSignals();
  process.on('SIGUSR2', () => appendFileSync(path, `${JSON.stringify(takeStock(collect))}\n`));
}
