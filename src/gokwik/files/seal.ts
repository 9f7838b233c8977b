/** Whether the beginning of a text is still what was read of it. */
import { createHash, type Hash } from 'node:crypto';
import { Md5 } from 'ts-md5';
import { skip } from '../../http/download.ts';
import type { Bytes, TextPart } from './content.ts';
import type { Mark } from './marks.ts';

/** A digest of all bytes up to a place, which goes on with those behind it. */
export interface Seal {
  update(bytes: Buffer): void;
  /** As a mark keeps it. */
  mark(): Pick<Mark, 'hash' | 'md5'>;
}

/** @param part whose store may tell the MD5 of the whole. */
export const newSeal = ({ md5 }: TextPart): Seal =>
  sealOf(createHash('sha256'), md5 === undefined ? undefined : new Md5());

function sealOf(hash: Hash | undefined, md5: Md5 | undefined): Seal {
  return {
    update(bytes) {
      hash?.update(bytes);
      md5?.appendByteArray(bytes);
    },
    mark: () => ({
      ...(hash && { hash: digestOf(hash) }),
      ...(md5 && { md5: writeState(md5) }),
    }),
  };
}

/** The seal of the bytes that a mark covers; undefined: they are not what they were. */
export async function verify(part: TextPart, mark: Mark): Promise<Seal | undefined> {
  if (await isTailed(part, mark)) return sealOf(undefined, await toMark(part, mark));
  // A digest that is none of MD5, as of a file that its store encrypts, says nothing.
  const { offset = 0, hash } = mark;
  const running = newSeal(part);
  for await (const chunk of first(part.open(), offset)) running.update(chunk);
  return hash !== undefined && running.mark().hash === hash ? running : undefined;
}

/** Whether what comes behind a mark can be read alone: with it, the digest ends as that of the whole. */
export async function isTailed(part: TextPart, mark: Mark): Promise<boolean> {
  if (!part.tail || part.md5 === undefined || mark.md5 === undefined) return false;
  // The bytes of a block that was not full must be those that were read, too.
  if (writeState(await toMark(part, mark)) !== mark.md5) return false;
  const running = readState(mark);
  for await (const chunk of part.tail(blockOf(mark))) running.appendByteArray(chunk);
  return running.end() === part.md5;
}

/** What comes behind a mark; undefined: the part has no way to it but all of it. */
export const tailOf = ({ tail }: TextPart, mark: Mark): Bytes | undefined =>
  tail && skip(tail(blockOf(mark)), (mark.offset ?? 0) - blockOf(mark));

/** The digest as it was at the mark. */
async function toMark({ tail }: TextPart, mark: Mark): Promise<Md5> {
  const md5 = readState(mark);
  const block = blockOf(mark);
  const rest = (mark.offset ?? 0) - block;
  if (rest === 0 || !tail) return md5;
  for await (const chunk of first(tail(block), rest)) md5.appendByteArray(chunk);
  return md5;
}

/** So many bytes, or all there are. */
async function* first(bytes: Bytes, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of bytes) {
    yield chunk.subarray(0, Math.min(left, chunk.length));
    left -= chunk.length;
    if (left <= 0) return;
  }
}

/** MD5 goes by blocks. What stands in one that is not full is the file's own, and must not be in a state. */
const BLOCK_BYTES = 64;
const blockOf = ({ offset = 0 }: Mark): number => offset - (offset % BLOCK_BYTES);
const CHECK_HEX = 8;

/** The four numbers behind the last full block, and a check of the bytes behind it. */
function writeState(md5: Md5): string {
  const state = md5.getState();
  const words = Buffer.alloc(16);
  for (const [at, word] of state.state.entries()) words.writeInt32LE(word | 0, at * 4);
  const ended = new Md5();
  ended.setState(state);
  return `${words.toString('hex')}${String(ended.end()).slice(0, CHECK_HEX)}`;
}

function readState(mark: Mark): Md5 {
  const words = Buffer.alloc(16);
  words.write(mark.md5 ?? '', 'hex');
  const md5 = new Md5();
  const state = [0, 4, 8, 12].map((at) => words.readInt32LE(at));
  md5.setState({ state, buffer: '', buflen: 0, length: blockOf(mark) });
  return md5;
}

/** Of what was hashed so far: a quarter of its digits tells files apart well enough. */
const digestOf = (hash: Hash): string => hash.copy().digest('hex').slice(0, 16);
