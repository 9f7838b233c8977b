/** Whether the beginning of a text is still what was read of it. */
import { createHash, type Hash } from 'node:crypto';
import { Md5 } from 'ts-md5';
import type { TextPart } from './content.ts';
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
  const md5 = await takeUp(part, mark);
  if (md5) return sealOf(undefined, md5);
  // A digest that is none of MD5, as of a file that its store encrypts, says nothing.
  const { offset = 0, hash } = mark;
  const running = newSeal(part);
  let left = offset;
  for await (const chunk of part.open()) {
    running.update(chunk.subarray(0, Math.min(left, chunk.length)));
    left -= chunk.length;
    if (left <= 0) break;
  }
  return left <= 0 && hash !== undefined && running.mark().hash === hash ? running : undefined;
}

/** Whether the mark is verified, and what comes behind it can be read alone. */
export const isTailed = async (part: TextPart, mark: Mark): Promise<boolean> =>
  (await takeUp(part, mark)) !== undefined;

/**
 * The digest of what a mark covers; undefined: taken up behind it, it does not end as that of the whole.
 * A mark has it as it stood at the last whole block: a state holds nothing of what is in a file (I9).
 */
async function takeUp({ tail, md5 }: TextPart, mark: Mark): Promise<Md5 | undefined> {
  const { offset, md5: saved } = mark;
  if (!tail || md5 === undefined || saved === undefined || offset === undefined) return undefined;
  const [words = '', ended] = saved.split('.');
  let left = offset % BLOCK;
  const [covered, whole] = [readState(words, offset - left), readState(words, offset - left)];
  for await (const chunk of tail(offset - left)) {
    whole.appendByteArray(chunk);
    covered.appendByteArray(chunk.subarray(0, left));
    left = Math.max(0, left - chunk.length);
  }
  return left === 0 && endOf(covered) === ended && whole.end() === md5 ? covered : undefined;
}

const BLOCK = 64;
/** Four numbers; and how it would end there, which holds the bytes behind the last whole block too. */
const WORDS = [0, 4, 8, 12];

function writeState(md5: Md5): string {
  const words = Buffer.alloc(16);
  for (const [at, word] of md5.getState().state.entries()) words.writeInt32LE(word | 0, at * 4);
  return `${words.toString('hex')}.${endOf(md5)}`;
}

function endOf(md5: Md5): string {
  const copy = new Md5();
  copy.setState(md5.getState());
  return String(copy.end()).slice(0, 16);
}

function readState(text: string, length: number): Md5 {
  const words = Buffer.alloc(16);
  words.write(text, 'hex');
  const md5 = new Md5();
  md5.setState({ state: WORDS.map((at) => words.readInt32LE(at)), buffer: '', buflen: 0, length });
  return md5;
}

/** Of what was hashed so far: a quarter of its digits tells files apart well enough. */
const digestOf = (hash: Hash): string => hash.copy().digest('hex').slice(0, 16);
