/** Text in UTF-8 that is put together of pieces, as printed rows and batches of lines are. */
import type { Json } from './protocol.ts';

export interface Draft {
  /** Replaced by a larger one when it is full; what was taken of the earlier one stays as it is. */
  bytes: Buffer;
  /** Behind what was written last. */
  end: number;
}

const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const NULL = Buffer.from('null');
const DELETE = 127;
const FIRST_BYTES = 64 * 1024;
const MOST_KEPT_BYTES = 1024 * 1024;
/** For fewer a loop is quicker than a call. */
const FEW_BYTES = 48;
/** No unit of a string takes more in UTF-8. */
const MOST_BYTES_A_UNIT = 3;

export const createDraft = (size = FIRST_BYTES): Draft => ({
  bytes: Buffer.allocUnsafeSlow(size),
  end: 0,
});

/** Begins anew. The bytes that were taken of it must not be read any more. */
export function clear(draft: Draft): void {
  draft.end = 0;
  // One row of many megabytes is no reason to hold as many from then on.
  if (draft.bytes.length > MOST_KEPT_BYTES) draft.bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
}

/** Appends the bytes of `source` from `start` up to `end`. */
export function copy(draft: Draft, source: Buffer, start = 0, end = source.length): void {
  const length = end - start;
  makeRoom(draft, length);
  const { bytes } = draft;
  let to = draft.end;
  draft.end = to + length;
  if (length > FEW_BYTES) source.copy(bytes, to, start, end);
  else for (let from = start; from < end; from++, to++) bytes[to] = source[from] as number;
}

export function write(draft: Draft, text: string): void {
  const most = text.length * MOST_BYTES_A_UNIT;
  if (draft.bytes.length - draft.end < most) makeRoom(draft, Buffer.byteLength(text));
  draft.end += draft.bytes.write(text, draft.end);
}

/** Appends a value as JSON. */
export function print(draft: Draft, value: Json): void {
  if (value === null) copy(draft, NULL);
  else if (typeof value !== 'string' || !printShort(draft, value)) {
    // A number by itself is spelled as JSON spells it, and sooner.
    const isNumber = typeof value === 'number' && Number.isFinite(value);
    write(draft, isNumber ? `${value}` : JSON.stringify(value));
  }
}

/** A short text without what JSON escapes, or more than ASCII; false: nothing was appended. */
function printShort(draft: Draft, text: string): boolean {
  const { length } = text;
  if (length > FEW_BYTES) return false;
  makeRoom(draft, length + 2);
  const { bytes, end } = draft;
  bytes[end] = QUOTE;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code < SPACE || code >= DELETE || code === QUOTE || code === BACKSLASH) return false;
    bytes[end + 1 + at] = code;
  }
  bytes[end + 1 + length] = QUOTE;
  draft.end = end + length + 2;
  return true;
}

/** Whether the JSON that was written from `start` on is null: no other has its length and letter. */
export const isNullFrom = ({ bytes, end }: Draft, start: number): boolean =>
  end - start === NULL.length && bytes[start] === NULL[0];

function makeRoom(draft: Draft, length: number): void {
  const { bytes, end } = draft;
  if (bytes.length - end >= length) return;
  draft.bytes = Buffer.allocUnsafeSlow(2 * (end + length));
  bytes.copy(draft.bytes, 0, 0, end);
}
