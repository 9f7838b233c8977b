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
  if (await isTailed(part, mark)) return byTail(mark);
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

/** Whether what comes behind a mark is enough to tell what stands before it. */
const reachesBy = ({ tail, md5 }: TextPart, mark: Mark): boolean =>
  tail !== undefined && md5 !== undefined && mark.md5 !== undefined && mark.offset !== undefined;

/** Whether the mark is verified, and what comes behind it can be read alone. */
export const isTailed = async (part: TextPart, mark: Mark): Promise<boolean> =>
  reachesBy(part, mark) && isWhole(part, mark);

/** The digest of the beginning, taken up behind it, must end as that of the whole. */
async function isWhole({ tail, md5 }: TextPart, mark: Mark): Promise<boolean> {
  const running = readState(mark);
  for await (const chunk of tail?.(mark.offset ?? 0) ?? []) running.appendByteArray(chunk);
  return running.end() === md5;
}

const byTail = (mark: Mark): Seal => sealOf(undefined, readState(mark));

/** Four numbers, and the bytes of a block that is not full: `…hex….base64`. */
function writeState(md5: Md5): string {
  const { state, buffer, buflen } = md5.getState();
  const words = Buffer.alloc(16);
  for (const [at, word] of state.entries()) words.writeInt32LE(word | 0, at * 4);
  return `${words.toString('hex')}.${Buffer.from(buffer.slice(0, buflen), 'latin1').toString('base64')}`;
}

function readState({ md5: text = '', offset = 0 }: Mark): Md5 {
  const [hex = '', rest = ''] = text.split('.');
  const words = Buffer.alloc(16);
  words.write(hex, 'hex');
  const buffer = Buffer.from(rest, 'base64').toString('latin1').slice(0, 63);
  const md5 = new Md5();
  md5.setState({
    state: [0, 4, 8, 12].map((at) => words.readInt32LE(at)),
    buffer,
    buflen: buffer.length,
    length: offset - buffer.length,
  });
  return md5;
}

/** Of what was hashed so far: a quarter of its digits tells files apart well enough. */
const digestOf = (hash: Hash): string => hash.copy().digest('hex').slice(0, 16);
