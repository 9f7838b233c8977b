/**
 * Each row once in a run (I12). Windows ask for more than their own time, and rows move while pages are
 * read, so the same row comes again: beside the edge of a window, or on a page soon after. It is printed
 * again only if it changed.
 *
 * A row is remembered from the moment it is handed on. Where that is not printed in the end, its window is
 * not finished either and is read again (I1).
 */
import { hash } from 'node:crypto';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { Window } from '../../cdk/source.ts';
import type { Mapped } from '../records/mapper.ts';

/** Rows beside edges that are remembered, of each reader, at least; then the oldest ones go (I8). */
const LEAST_AT_EDGES = 20_000;
/** Rows of the latest pages, wherever they lie. */
const LEAST_RECENT = 250;

export interface Once {
  /** Whether the row was not given before as it is now. Notes it. */
  isNew(mapped: Mapped, window: Window, marginMs: number): boolean;
}

export function createOnce(): Once {
  const atEdges = new Latest<string>(LEAST_AT_EDGES);
  const recent = new Latest<JsonObject>(LEAST_RECENT);
  return {
    isNew({ key, row, cursorMs }, window, marginMs) {
      const isAtEdge =
        cursorMs === undefined ||
        cursorMs < window.fromMs + marginMs ||
        cursorMs >= window.toMs - marginMs;
      const shown = recent.get(key);
      recent.set(key, row);
      if (shown && JSON.stringify(shown) === JSON.stringify(row)) return false;
      if (!isAtEdge) return true;
      const print = hash('sha1', JSON.stringify(row), 'base64');
      const before = atEdges.get(key);
      atEdges.set(key, print);
      return before !== print;
    },
  };
}

/** Remembers the `least` latest entries, and never twice as many: a generation is dropped as a whole. */
class Latest<T> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  readonly #least: number;

  constructor(least: number) {
    this.#least = least;
  }

  get(key: string): T | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: T): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#least) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
