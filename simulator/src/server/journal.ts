import type { StreamName } from '../streams/index.ts';

/** What was asked of the simulator. */
export interface RequestEntry {
  /** Real time, not simulated: rates are measured with it. */
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** HTTP status sent; 0 when the connection was cut before one. */
  readonly status: number;
  /** The stream whose endpoint it is; undefined for paths that are none. */
  readonly stream: StreamName | undefined;
  readonly appId?: string;
  /** Query parameters the endpoint does not know. */
  readonly unknownParams: readonly string[];
  /** A connector must never cause one: a method other than GET, a forbidden or unknown path. */
  readonly violation?: string;
}

export interface Stats {
  readonly requests: number;
  readonly byStream: Readonly<Partial<Record<StreamName, number>>>;
  readonly tooMany: number;
  readonly violations: number;
}

export type Entry = { -readonly [Field in keyof RequestEntry]: RequestEntry[Field] };

export interface Journal {
  add(entry: Entry): void;
  entries(): readonly RequestEntry[];
  reset(): void;
  stats(): Stats;
}

/** More than any test asks; a bench that asks more keeps the newest. */
const MOST_ENTRIES = 200_000;

export function createJournal(): Journal {
  let entries: Entry[] = [];
  return {
    add(entry) {
      if (entries.length >= MOST_ENTRIES) entries = entries.slice(MOST_ENTRIES / 2);
      entries.push(entry);
    },
    entries: () => entries,
    reset() {
      entries = [];
    },
    stats() {
      const byStream: Partial<Record<StreamName, number>> = {};
      let tooMany = 0;
      let violations = 0;
      for (const { stream, status, violation } of entries) {
        if (stream !== undefined) byStream[stream] = (byStream[stream] ?? 0) + 1;
        if (status === 429) tooMany += 1;
        if (violation !== undefined) violations += 1;
      }
      return { requests: entries.length, byStream, tooMany, violations };
    },
  };
}
