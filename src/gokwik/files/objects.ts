/** Rows of a report as objects by the names of its columns, as tools that turn tables into JSON write them. */
import Papa from 'papaparse';
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { capped, gather } from '../../http/body.ts';
import { isDeeper, MOST_LEVELS, toText } from '../records/values.ts';
import { MOST_WHOLE_BYTES, parseValues, splitValues } from './captures.ts';
import type { Bytes } from './content.ts';
import { FileProblem } from './location.ts';
import { recogniseHeader, type Shape } from './shapes.ts';

/** The name of a column before its value: no name in a payload has a space. */
const COLUMN = /"[^"\\\n]{1,60} [^"\\\n]{0,60}"\s*:/;
const LOOKED_AT_BYTES = 4096;
const LOOKED_AT_ROWS = 20;
/** Each row is as wide as all of them together. */
const MOST_COLUMNS = 1024;

/** Whether the first objects of a text, one after another or in a list, are rows of a known report. */
export function holdsRows(head: Buffer, shapes: readonly Shape[]): boolean {
  const beginning = head.toString('latin1', 0, LOOKED_AT_BYTES);
  if (!COLUMN.test(beginning)) return false;
  const inside = /^[^{"]*\[\s*(?=\{)/.exec(beginning);
  const { values } = splitValues(head.subarray(inside?.[0].length ?? 0));
  const rows = values.slice(0, LOOKED_AT_ROWS).map(parseValues).filter(isJsonObject);
  // What is empty is left out by some.
  return recogniseHeader([...new Set(rows.flatMap(Object.keys))], shapes) !== undefined;
}

/** The table that such objects were, as CSV. Throws FileProblem. */
export async function* tableOf(bytes: Bytes): AsyncGenerator<Buffer> {
  const tooLarge = () =>
    new FileProblem('it is JSON of more than 64 MiB with the rows of a report: give it as CSV');
  const value = parseValues(await gather(capped(bytes, MOST_WHOLE_BYTES, tooLarge)));
  if (value === undefined) throw new FileProblem('it is not JSON, or not all of it');
  const rows = [value].flat() as readonly Json[];
  if (!rows.every(isJsonObject))
    throw new FileProblem('not all that it lists are rows of a report');
  const names = new Set<string>();
  for (const row of rows) {
    if (isDeeper(row, MOST_LEVELS, () => {}))
      throw new FileProblem(`a row of it is nested deeper than ${MOST_LEVELS} levels`);
    for (const name of Object.keys(row)) names.add(name);
    if (names.size > MOST_COLUMNS)
      throw new FileProblem(`its rows have more than ${MOST_COLUMNS} names: give it as CSV`);
  }
  const fields = [...names];
  const cellOf = (row: JsonObject, name: string): string => toText(row[name] ?? '');
  const data = rows.map((row) => fields.map((name) => cellOf(row, name)));
  yield Buffer.from(`${Papa.unparse({ fields, data })}\r\n`);
}
