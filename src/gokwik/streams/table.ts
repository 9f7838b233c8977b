/** Tables in place of JSON: CSV, or one object a line. */

import type { Anomalies } from '../../cdk/anomalies.ts';
import { SystemError, TransientError } from '../../cdk/errors.ts';
import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import { peek } from '../../http/body.ts';
import { parseJson } from '../../http/json.ts';
import { DELIMITERS, markOf, parseCsv, parseFirst, refuseLong, toUtf8 } from '../files/csv.ts';
import { FileProblem } from '../files/location.ts';
import { pathsOf } from '../path.ts';
import { ENDLESS, isDeeper, MOST_LEVELS } from '../records/values.ts';
import type { StreamProfile } from './stream.ts';

/**
 * The rows of a table, some at a time. Throws a ConnectorError `GK_TABLE` where rows would be missing: the
 * table was cut, or is none of this stream's.
 */
export async function* readTable(
  bytes: AsyncIterable<Buffer>,
  stream: string,
  profile: StreamProfile,
  anomalies: Anomalies,
): AsyncGenerator<JsonObject[]> {
  const count = (what: string): void => anomalies.add(stream, what);
  const take = profile.format === 'ndjson' ? takeLines(count) : takeCells(stream, profile, count);
  let rest: Buffer = Buffer.alloc(0);
  try {
    // A table that a spreadsheet wrote as UTF-16 begins with the mark of it; all others are as they are.
    const { head, whole } = await peek(bytes, 2);
    const ends = markOf(head);
    for await (const chunk of ends ? toUtf8(whole, ends) : whole) {
      const all = Buffer.concat([rest, chunk]);
      const { rows, consumed } = take(all, false);
      yield rows;
      rest = all.subarray(consumed);
      refuseLong(rest.length);
    }
    yield take(rest, true).rows;
  } catch (error) {
    throw error instanceof FileProblem ? missingRows(stream, error) : error;
  }
}

export const missingRows = (stream: string, { message }: FileProblem): TransientError =>
  new TransientError(
    'GK_TABLE',
    `Stream ${stream}: rows of its table would be missing: ${message}. Run the sync again later; if it goes on, look at what the endpoint gives.`,
    { stream },
  );

type Take = (bytes: Buffer, isLast: boolean) => { rows: JsonObject[]; consumed: number };

function takeLines(count: (what: string) => void): Take {
  return (bytes, isLast) => {
    const end = isLast ? bytes.length : bytes.lastIndexOf(0x0a) + 1;
    // Line ends are the same byte in UTF-8 wherever they stand, and no byte of anything else.
    const lines = bytes.toString('latin1', 0, end).split('\n');
    const rows = lines.flatMap((line) => {
      if (line.trim() === '') return [];
      const row = parseWhole(Buffer.from(line, 'latin1'), 'a line of it');
      if (isJsonObject(row)) {
        if (!isDeeper(row, MOST_LEVELS, () => count(ENDLESS))) return [row];
        throw new FileProblem(`a row of it is nested deeper than ${MOST_LEVELS} levels`);
      }
      count('a line of its table was not an object and was dropped');
      return [];
    });
    return { rows, consumed: end };
  };
}

/** JSON's own error would quote the text (I9). */
export function parseWhole(bytes: Buffer, what: string): unknown {
  try {
    return parseJson(bytes);
  } catch {
    throw new FileProblem(`${what} is not JSON, or not all of it`);
  }
}

function takeCells(stream: string, profile: StreamProfile, count: (what: string) => void): Take {
  let header: { names: string[]; delimiter: string } | undefined;

  /** The header, and the bytes up to its end. It has the most cells between the right delimiters. */
  function readHeader(bytes: Buffer, isLast: boolean): number {
    const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    const text = bytes.subarray(mark);
    const [found] = DELIMITERS.flatMap((delimiter) => firstRow(text, delimiter, isLast) ?? []).sort(
      (a, b) => b.cells.length - a.cells.length,
    );
    if (!found) return 0;
    const names = namesOf(found.cells);
    expectColumns(stream, profile, names);
    header = { names, delimiter: found.delimiter };
    return mark + found.bytes;
  }

  return (bytes, isLast) => {
    const begins = header ? 0 : readHeader(bytes, isLast);
    if (!header) {
      if (isLast) count('its table was empty, without a header, taken for no rows');
      return { rows: [], consumed: 0 };
    }
    const { names, delimiter } = header;
    const { rows: cells, consumed } = parseCsv(bytes.subarray(begins), delimiter, isLast);
    const rows = cells
      .filter((row) => row.some((cell) => cell.trim() !== ''))
      .map((row) => {
        if (row.length !== names.length) {
          const odds = row.length < names.length ? 'fewer' : 'more';
          count(`a row of its table has ${odds} cells than its header has columns`);
        }
        return rowOf(names, row);
      });
    return { rows, consumed: isLast ? bytes.length : begins + consumed };
  };
}

/** The first row that is not blank, and the bytes up to its end. */
function firstRow(text: Buffer, delimiter: string, isAll: boolean) {
  for (let bytes = 0; ; ) {
    const row = parseFirst(text.subarray(bytes), delimiter, isAll);
    if (!row) return undefined;
    bytes += row.bytes;
    const { cells } = row;
    if (cells.length > 1 || cells[0]?.trim()) return { cells, delimiter, bytes };
  }
}

/** Of two columns of one name the second would take the first one's place. */
function namesOf(cells: readonly string[]): string[] {
  const names: string[] = [];
  for (const cell of cells) {
    const name = cell.trim();
    const times = names.filter((other) => other === name || other.startsWith(`${name}_`)).length;
    names.push(names.includes(name) ? `${name}_${times}` : name);
  }
  return names;
}

function rowOf(names: readonly string[], cells: readonly string[]): JsonObject {
  const named = cells.slice(0, names.length).map((cell, at) => [names[at] ?? '', cell] as const);
  const more = cells.slice(names.length);
  return { ...Object.fromEntries(named), ...(more.length > 0 && { __parsed_extra: more }) };
}

/** Any text has a first line: what has no column of the key or the cursor is another table, or none. */
function expectColumns(
  stream: string,
  { key, cursor, fields = {}, per, each = {} }: StreamProfile,
  names: readonly string[],
): void {
  const beside = new Set<string>([...(per?.fields ?? []), ...Object.keys(each)]);
  const wanted = [...key.flat(), ...cursor].filter((field) => !beside.has(field));
  const paths = wanted.flatMap((field) => pathsOf(field, fields[field]));
  const isKnown = paths.some((path) => names.includes(path));
  if (isKnown || paths.length === 0) return;
  throw new SystemError(
    'GK_TABLE',
    `Stream ${stream}: the answer begins like no table with ${paths.join(', ')}, of which key and cursor are made. It may be a page or a sentence in place of the table. Look at what the endpoint gives; if its columns have other names, say them in \`key\`, \`cursor\` or \`fields\` of this stream in api_profile.`,
    { stream },
  );
}
