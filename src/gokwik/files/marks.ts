/** What was read of each file, as the state keeps it. */
import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';

/**
 * Of a file: its size in bytes, its moment (epoch ms) and its server's tag when it was opened, and
 * whether it was read to its end. Of a text in it: the bytes (unpacked) and rows that were read, and
 * the SHA-256 of those bytes, by which a file that grew is told from one that changed.
 */
export interface Mark {
  readonly size?: number;
  readonly modifiedMs?: number;
  readonly tag?: string;
  readonly done?: true;
  readonly offset?: number;
  readonly rows?: number;
  readonly hash?: string;
}

export type Marks = Map<string, Mark>;

/** Entries that make no sense are left out: their files are read again. */
export function readMarks(bookmark: JsonObject | undefined): Marks {
  const marks: Marks = new Map();
  for (const [name, value] of Object.entries(bookmark ?? {})) {
    if (!isJsonObject(value)) continue;
    const { size, modified, tag, done, offset, rows, hash } = value;
    const modifiedMs = typeof modified === 'string' ? Date.parse(modified) : Number.NaN;
    const hasText =
      typeof offset === 'number' && typeof rows === 'number' && typeof hash === 'string';
    marks.set(name, {
      ...(typeof size === 'number' && { size }),
      ...(!Number.isNaN(modifiedMs) && { modifiedMs }),
      ...(typeof tag === 'string' && { tag }),
      ...(done === true && { done }),
      ...(hasText && { offset, rows, hash }),
    });
  }
  return marks;
}

export function writeMarks(marks: Marks): JsonObject {
  const bookmark: JsonObject = {};
  for (const [name, { modifiedMs, ...mark }] of marks) {
    bookmark[name] = {
      ...mark,
      ...(modifiedMs !== undefined && { modified: new Date(modifiedMs).toISOString() }),
    };
  }
  return bookmark;
}
