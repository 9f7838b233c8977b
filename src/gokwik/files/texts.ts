/** Reads one text or sheet of a file from where the last run ended, in bites. */

import { MOST_WHOLE_BYTES } from './captures.ts';
import type { DateOrder } from './cells.ts';
import {
  type Bytes,
  HEAD_BYTES,
  headOf,
  type Part,
  type SheetPart,
  type TextPart,
} from './content.ts';
import { parseAll, refuseLong, toUtf8, utf16Of } from './csv.ts';
import { recognise } from './formats.ts';
import type { FormOptions, Found, Recognised, TableFacts } from './forms.ts';
import { FileProblem } from './location.ts';
import type { Mark } from './marks.ts';
import { holdsRows, tableOf } from './objects.ts';
import { isTailed, newSeal, tailOf, verify } from './seal.ts';
import type { SheetRow } from './sheet.ts';
import {
  type DateDecision,
  type DateSurvey,
  MOST_TITLES,
  openTable,
  recogniseTable,
  surveyDates,
  unknownColumns,
} from './tables.ts';

export interface Step {
  readonly rows: readonly Found[];
  /** What may be saved once the rows are printed. */
  readonly mark: Pick<Mark, 'offset' | 'rows' | 'hash' | 'md5' | 'order'>;
}

/** A text that was looked at, ready to be read. */
export interface Opening {
  readonly title: string;
  readonly streams: readonly string[];
  /** It is one JSON value: what it feeds is known once it is read. */
  readonly isWhole: boolean;
  readonly table: TableFacts | undefined;
  /**
   * How its dates are to be read. Reads the whole of it, or what comes behind a mark, where that is enough
   * to tell; throws FileProblem.
   */
  decide(mark?: Mark): Promise<DateDecision>;
  /**
   * The rows after those that `mark` covers; all of them when the beginning is not what it was.
   * Throws FileProblem; what was given before it stays good.
   */
  read(mark: Mark | undefined, order: DateOrder): AsyncGenerator<Step>;
}

/** Finds out what a text is. Throws FileProblem, Stranger. */
export async function openPart(part: Part, options: FormOptions): Promise<Opening> {
  return part.kind === 'sheet' ? openSheet(part, options) : openText(part, options);
}

const NO_BYTES = Buffer.alloc(0);

async function openText(given: TextPart, options: FormOptions): Promise<Opening> {
  let part = given;
  let head = given.head ?? (await headOf(part.open()));
  // Places in what it is turned into are none of the file.
  const turn = async (into: (bytes: Bytes) => Bytes): Promise<void> => {
    const { open } = part;
    part = { ...part, open: () => into(open()), tail: undefined, md5: undefined };
    head = await headOf(part.open());
  };
  const ends = utf16Of(head);
  if (ends) await turn((bytes) => toUtf8(bytes, ends));
  if (holdsRows(head, options.shapes)) await turn(tableOf);
  if (head.length === 0) throw new FileProblem('it is empty');
  const found = recognise(head, head.length < HEAD_BYTES, options);
  const { title, streams, isWhole, csv } = found;
  return {
    table: csv,
    decide: (mark) => decideDates(part, found, options.shapes, mark),
    read: (mark, order) => readText(part, found, mark, order),
    ...{ title, streams, isWhole },
  };
}

async function decideDates(
  part: TextPart,
  found: Recognised,
  shapes: FormOptions['shapes'],
  mark?: Mark,
): Promise<DateDecision> {
  const { begins, firstNumber, csv } = found;
  const survey = csv && surveyDates(csv, shapes);
  if (!survey) return { order: csv?.shape.order ?? 'day-first', isGuess: false };
  const { order, rows: covered = 0 } = mark ?? {};
  const tail = mark && order && (await isTailed(part, mark)) ? tailOf(part, mark) : undefined;
  let number = firstNumber + (tail ? covered : 0);
  await seeAll(survey, async (see) => {
    for await (const rows of parseAll(tail ?? part.open(), tail ? 0 : begins, csv.delimiter)) {
      for (const cells of rows) see(cells, number++);
    }
  });
  const decision = survey.decide();
  if (!tail || !order) return decision;
  // What it was read by holds, unless what came tells otherwise: then all of it is asked.
  const isSame = decision.isGuess || decision.order === order;
  return isSame ? { order, isGuess: false } : decideDates(part, found, shapes);
}

async function seeAll(
  { see }: DateSurvey,
  show: (see: DateSurvey['see']) => Promise<void>,
): Promise<void> {
  try {
    await show(see);
  } catch (error) {
    // It is told when it is read: what is whole is read all the same.
    if (!(error instanceof FileProblem)) throw error;
  }
}

async function* readText(
  part: TextPart,
  found: Recognised,
  known: Mark | undefined,
  order: DateOrder,
): AsyncGenerator<Step> {
  const { begins, firstNumber, isWhole, csv } = found;
  // Rows that were read with the other order of dates have to be read again.
  const isUsable = known?.offset !== undefined && (known.order ?? order) === order;
  const verified = isUsable ? await verify(part, known) : undefined;
  const covered = verified ? (known?.rows ?? 0) : 0;
  // Equal lines are counted from the first one; those that were printed are not given again.
  const isResumed = verified !== undefined && csv?.shape.counted === undefined;
  const form = found.open(order);
  const seal = isResumed ? verified : newSeal(part);
  let offset = isResumed ? (known?.offset ?? begins) : begins;
  let read = isResumed ? covered : 0;
  // Where the store gives it alone, only what comes behind the mark is asked for.
  const isAlone = isResumed && known && (await isTailed(part, known));
  const tail = isAlone ? tailOf(part, known) : undefined;
  let position = tail ? offset : 0;
  let waiting: Buffer[] = [];
  let mark: Step['mark'] = {};

  const bite = (isLast: boolean): Step & { readonly problem: FileProblem | undefined } => {
    const pending = waiting.length === 1 ? (waiting[0] ?? NO_BYTES) : Buffer.concat(waiting);
    const { rows, consumed, counted, problem } = form.take(pending, isLast, firstNumber + read);
    seal.update(pending.subarray(0, consumed));
    const rest = pending.subarray(consumed);
    waiting = rest.length > 0 ? [rest] : [];
    const isFresh = ({ row }: Found): boolean => numberOf(row._source) >= firstNumber + covered;
    const fresh = read >= covered ? rows : rows.filter(isFresh);
    offset += consumed;
    read += counted;
    const sealed = form.isMixed?.() ? {} : seal.mark();
    // What lies behind a problem is tried again.
    if (!problem) mark = { offset, rows: read, ...sealed, ...(csv && { order }) };
    return { rows: fresh, mark, problem };
  };

  for await (const chunk of tail ?? part.open()) {
    const skipped = Math.max(0, Math.min(chunk.length, offset - position));
    // What stands before the first row must not change either.
    if (position < begins && !isResumed) seal.update(chunk.subarray(0, skipped));
    position += chunk.length;
    if (skipped === chunk.length) continue;
    waiting.push(chunk.subarray(skipped));
    if (isWhole) {
      if (position <= MOST_WHOLE_BYTES) continue;
      throw new FileProblem('it is one JSON value of more than 64 MiB: write one payload a line');
    }
    const step = bite(false);
    if (step.rows.length > 0) yield step;
    if (step.problem) throw step.problem;
    // A line of JSON may be longer than a row of cells.
    if (step.rows.length > 0) continue;
    if (csv) refuseLong(waiting[0]?.length ?? 0);
    else if ((waiting[0]?.length ?? 0) > MOST_WHOLE_BYTES) {
      throw new FileProblem(`line ${firstNumber + read} of it has no end within 64 MiB`);
    }
  }
  const last = bite(true);
  yield last;
  if (last.problem) throw last.problem;
  // What came since the last reading may well hold nothing of ours.
  if (!verified) form.finish();
}

const numberOf = (source: unknown): number => Number(String(source).split(':').at(-1));

const mergedIn = (name: string): string =>
  `cells of several rows of ${name} are merged, and only the first row has their value. Unmerge them and fill each row`;

const ROWS_AT_ONCE = 500;

async function openSheet(part: SheetPart, given: FormOptions): Promise<Opening> {
  const options = { ...given, firstDay: part.firstDay };
  const tops: SheetRow[] = [];
  for await (const row of part.rows()) {
    if (!row.isMerged) tops.push(row);
    if (tops.length >= MOST_TITLES) break;
  }
  if (tops.length === 0) throw new FileProblem('it is a workbook whose sheet is empty');
  const [known] = tops.flatMap(({ cells, number }, index) => {
    const table = recogniseTable(cells, tops[index + 1]?.cells, options.shapes);
    return table ? [{ table, top: number }] : [];
  });
  if (!known) throw unknownColumns(tops.map(({ cells }) => cells));
  const { table, top } = known;
  const { title, streams, facts } = table;
  return {
    ...{ title, streams },
    isWhole: false,
    table: facts,
    async decide() {
      const survey = facts && surveyDates(facts, options.shapes);
      if (!survey) return { order: facts?.shape.order ?? 'day-first', isGuess: false };
      await seeAll(survey, async (see) => {
        for await (const { cells, number } of part.rows()) if (number > top) see(cells, number);
      });
      return survey.decide();
    },
    async *read(mark, order) {
      const { read, finish } = openTable(table, order, options);
      // A workbook is written anew as a whole: a mark holds only within one version of it.
      const covered = mark && (mark.order ?? order) === order ? (mark.rows ?? 0) : 0;
      let rows: Found[] = [];
      let last = covered;
      try {
        for await (const { cells, number, isMerged } of part.rows()) {
          if (number <= top) continue;
          if (isMerged) {
            options.count(facts?.shape.stream ?? 'files', mergedIn(options.name));
            continue;
          }
          const found = read(cells, number);
          if (number <= covered) continue;
          rows.push(...found);
          last = number;
          if (rows.length < ROWS_AT_ONCE) continue;
          yield { rows, mark: { rows: number, order } };
          rows = [];
        }
      } catch (error) {
        yield { rows, mark: { rows: last, order } };
        throw error;
      }
      yield { rows, mark: { rows: last, order } };
      finish();
    },
  };
}
