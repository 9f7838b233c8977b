/** What the log says while files are read: a line for each, or one for a hundred of them. */
import type { Logger } from '../../cdk/source.ts';

export interface Tally {
  /** Rows were printed. */
  rows(streams: readonly string[], label: string, count: number): void;
  /** A text was read to its end. */
  end(streams: readonly string[], label: string): void;
  /** A file was dealt with. */
  file(): void;
  /** A file that nobody knows was passed over. */
  stranger(label: string, why: string): void;
  /** A file of other streams than the entry's was passed over. */
  other(stream: string, label: string, why: string): void;
  /** What was odd in a file, by its name; after so many files, by that of none. */
  odd(label: string, what: string): string;
  finish(): void;
}

const PROGRESS_ROWS = 100_000;
const PROGRESS_FILES = 100;
/** Files that are named of each kind; the rest is counted. */
const MOST_NAMED = 20;

/** @param toRead files that will be opened. */
export function createTally(log: Logger, toRead: number, unchanged: number): Tally {
  const isLong = toRead > PROGRESS_FILES;
  const odd = new Set<string>();
  let [files, all, inText, strangers, others] = [0, 0, 0, 0, 0];
  return {
    rows(streams, label, count) {
      const steps = Math.floor((inText + count) / PROGRESS_ROWS);
      if (steps > Math.floor(inText / PROGRESS_ROWS)) {
        log.info(`${streams.join(', ')}: ${label}, ${inText + count} rows so far`);
      }
      inText += count;
      all += count;
    },
    end(streams, label) {
      if (!isLong && streams.length > 0) {
        const rows = `${inText} ${inText === 1 ? 'row' : 'rows'}`;
        log.info(`${streams.join(', ')}: ${label}, ${rows}, read to its end`);
      }
      inText = 0;
    },
    file() {
      files += 1;
      if (isLong && files % PROGRESS_FILES === 0) {
        log.info(`files: ${files} of ${toRead} files, ${all} rows so far`);
      }
    },
    stranger(label, why) {
      strangers += 1;
      if (strangers <= MOST_NAMED) log.warn(`${label} is passed over: ${why}.`);
    },
    other(stream, label, why) {
      others += 1;
      if (others <= MOST_NAMED) log.info(`${stream}: ${label} is passed over: ${why}`);
    },
    odd(label, what) {
      if (!what.includes(label)) return what;
      if (odd.size < MOST_NAMED) odd.add(label);
      return odd.has(label) ? what : what.replace(label, 'other files');
    },
    finish() {
      const more =
        strangers + others - Math.min(strangers, MOST_NAMED) - Math.min(others, MOST_NAMED);
      if (more > 0) log.warn(`files: ${more} more files were passed over.`);
      if (unchanged > 0) {
        log.info(`files: ${unchanged} files are unchanged and were not read again`);
      }
    },
  };
}
