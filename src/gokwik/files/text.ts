/** Reads one text of a file from where the last run ended, in bites. */
import { createHash, type Hash } from 'node:crypto';
import type { RawRow } from '../records/raw.ts';
import { HEAD_BYTES, headOf, type Part } from './content.ts';
import { LONGEST_ROW } from './csv.ts';
import type { Form, FormOptions } from './form.ts';
import type { Mark } from './marks.ts';
import { FileProblem } from './problem.ts';
import { recognise } from './recognise.ts';

export interface Step {
  readonly rows: readonly RawRow[];
  /** What may be saved once the rows are printed. */
  readonly mark: Required<Pick<Mark, 'offset' | 'rows' | 'hash'>>;
}

/** Finds out what a text is. */
export async function recogniseText(part: Part, options: FormOptions): Promise<Form> {
  const head = await headOf(part.open());
  if (head.length === 0) throw new FileProblem('it is empty');
  return recognise(head, head.length < HEAD_BYTES, options);
}

/**
 * The rows after those that `mark` covers; all of them when the beginning is not what it was.
 * Throws FileProblem; what was given before it stays good.
 */
export async function* readText(
  part: Part,
  mark: Mark | undefined,
  options: FormOptions,
): AsyncGenerator<Step> {
  const form = await recogniseText(part, options);
  const known = mark?.offset === undefined ? undefined : mark;
  const hash = createHash('sha256');
  let position = 0;
  let { offset = form.begins, rows: read = 0 } = known ?? {};
  let pending: Buffer = Buffer.alloc(0);
  let isVerified = known === undefined;

  const bite = (isLast: boolean): Step => {
    const { rows, consumed, counted } = form.take(pending, isLast, form.firstNumber + read);
    hash.update(pending.subarray(0, consumed));
    pending = pending.subarray(consumed);
    offset += consumed;
    read += counted;
    return { rows, mark: { offset, rows: read, hash: digestOf(hash) } };
  };

  for await (const chunk of part.open()) {
    const skipped = Math.max(0, Math.min(chunk.length, offset - position));
    if (position < offset) hash.update(chunk.subarray(0, skipped));
    position += chunk.length;
    if (position >= offset && !isVerified) {
      if (known && digestOf(hash) !== known.hash) break;
      isVerified = true;
    }
    if (skipped === chunk.length) continue;
    const fresh = chunk.subarray(skipped);
    pending = pending.length === 0 ? fresh : Buffer.concat([pending, fresh]);
    const step = bite(false);
    if (step.rows.length > 0) yield step;
    else if (pending.length > LONGEST_ROW && form.firstNumber === 2) {
      throw new FileProblem(
        `a row of it has no end within ${LONGEST_ROW >> 20} MiB: a quote is open`,
      );
    }
  }
  if (!isVerified) {
    // Its beginning is not what it was, or it is shorter: it is another file by now.
    yield* readText(part, undefined, options);
    return;
  }
  yield bite(true);
  // What came since the last reading may well hold nothing of this stream.
  if (!known) form.finish();
}

/** Of what was hashed so far: half of its digits tell files apart well enough. */
const digestOf = (hash: Hash): string => hash.copy().digest('hex').slice(0, 32);
