/** What reads the rows of a text, and what it needs to know. */
import type { JsonObject } from '../../cdk/protocol.ts';
import type { Zone } from '../records/time.ts';
import type { DateOrder } from './cells.ts';
import type { FileProblem } from './location.ts';
import type { Shape } from './shapes.ts';

/** A raw row, and the stream that it is of. */
export interface Found {
  readonly stream: string;
  readonly row: JsonObject;
}

/** What one bite of bytes gave. */
interface Bite {
  readonly rows: readonly Found[];
  /** Bytes that need not be read again. */
  readonly consumed: number;
  /** Lines or elements in `consumed`, the empty ones too: for the numbers in `_source`. */
  readonly counted: number;
  /** Why nothing behind `rows` is read. */
  readonly problem?: FileProblem | undefined;
}

export interface Form {
  /** @param number of the first row in `bytes`. Throws FileProblem. */
  take(bytes: Buffer, isLast: boolean, number: number): Bite;
  /** After the last bite. Throws Stranger when nothing in the file was ours. */
  finish(): void;
  /** Whether what was taken cannot be gone on with from its end: its columns changed on the way. */
  isMixed?(): boolean;
}

export interface FormOptions {
  readonly shapes: readonly Shape[];
  readonly zone: Zone;
  /** When it was written, as far as it says (epoch ms). */
  readonly asOfMs: number | undefined;
  /** What the text is called in `_source` and in messages. */
  readonly name: string;
  /** Of a workbook that counts its days from another one than others do: how many they are apart. */
  readonly firstDay?: number;
  /** Counts what is odd in rows of a stream (I7). */
  count(stream: string, what: string): void;
}

/** A table's columns, and what they mean. */
export interface TableFacts {
  readonly header: readonly string[];
  readonly shape: Shape;
}

/** What a text was found to be. */
export interface Recognised {
  readonly title: string;
  /** That it may have rows of. */
  readonly streams: readonly string[];
  /** Bytes before the first row: a mark, titles, a header. */
  readonly begins: number;
  /** The number of the first row, as a spreadsheet or an editor shows it. */
  readonly firstNumber: number;
  /** It is one value, which has to be there whole before it gives a row. */
  readonly isWhole: boolean;
  /** Of CSV with a shape. */
  readonly csv?: TableFacts & { readonly delimiter: string };
  open(order: DateOrder): Form;
}
