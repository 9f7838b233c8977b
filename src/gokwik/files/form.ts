/** What a text in a file turns out to be: a parser of its rows. */
import type { Anomalies } from '../anomalies.ts';
import type { RawRow } from '../records/raw.ts';
import type { Zone } from '../records/time.ts';
import { FileProblem, OtherStream } from './problem.ts';
import type { FileKind } from './shapes.ts';

/** What one bite of bytes gave. */
interface Bite {
  readonly rows: readonly RawRow[];
  /** Bytes that need not be read again. */
  readonly consumed: number;
  /** Lines or elements in `consumed`, the empty ones too: for the numbers in `_source`. */
  readonly counted: number;
}

export interface Form {
  readonly title: string;
  /** Bytes before the first row: a mark, a header. */
  readonly begins: number;
  /** The number of the first row, as a spreadsheet or an editor shows it. */
  readonly firstNumber: number;
  /** @param number of the first row in `bytes`. Throws FileProblem. */
  take(bytes: Buffer, isLast: boolean, number: number): Bite;
  /** After the last bite. Throws FileProblem when nothing in the file was what it should be. */
  finish(): void;
}

export interface FormOptions {
  readonly stream: string;
  /** What the merchant says that it is; undefined: find out. */
  readonly expected: FileKind | undefined;
  readonly zone: Zone;
  readonly asOfMs: number | undefined;
  /** What the text is called in `_source` and in messages. */
  readonly name: string;
  readonly anomalies: Anomalies;
}

/** Throws FileProblem when the file is another kind than was said, or another stream's. */
export function expectKind(
  kind: FileKind,
  title: string,
  streams: readonly string[],
  { stream, expected }: FormOptions,
): void {
  if (expected !== undefined && expected !== kind) {
    throw new FileProblem(
      `it is ${title} (\`${kind}\`), not what \`format\` says (\`${expected}\`)`,
    );
  }
  if (!streams.includes(stream)) {
    throw new OtherStream(`it is ${title}, which belongs to stream ${streams.join(' or ')}`);
  }
}
