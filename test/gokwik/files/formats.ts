import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import t from 'tap';
import {
  type Dialect,
  lineEndOf,
  parseCsv,
  parseHeader,
} from '../../../src/gokwik/files/formats.ts';

/* However the bytes of a CSV arrive, the same rows come out, and the position says where they end. */

const cell = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    '0',
    ' ',
    '"',
    '""',
    ',',
    '\n',
    '\r\n',
    'é',
    '₹ 1,299',
    'पुणे',
    '😀',
    "'5123",
  ),
  fc.string({ maxLength: 12 }),
);
const table = fc.integer({ min: 2, max: 5 }).chain((width) =>
  fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
    minLength: 1,
    maxLength: 12,
  }),
);
const newlines = fc.constantFrom<Dialect['newline']>('\n', '\r\n');

function spell(
  rows: readonly string[][],
  { delimiter, newline }: Dialect,
  closed: boolean,
): Buffer {
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const needs = (text: string): boolean => /["\r\n]/.test(text) || text.includes(delimiter);
  const lines = rows.map((row) =>
    row.map((text) => (needs(text) ? quote(text) : text)).join(delimiter),
  );
  return Buffer.from(lines.join(newline) + (closed ? newline : ''));
}

/** Feeds pieces as a reader does, and checks every position on the way. */
function parseInPieces(bytes: Buffer, cuts: readonly number[], dialect: Dialect): string[][] {
  const rows: string[][] = [];
  let from = 0;
  for (const cut of [...cuts.map((share) => Math.floor(share * bytes.length)), bytes.length]) {
    if (cut <= from) continue;
    const piece = parseCsv(bytes.subarray(from, cut), dialect, false);
    rows.push(...piece.rows);
    from += piece.consumed;
  }
  rows.push(...parseCsv(bytes.subarray(from), dialect, true).rows);
  return rows;
}

const isBlank = (row: readonly string[]): boolean => row.length === 1 && row[0] === '';

t.test('in pieces as in one', (t) => {
  fc.assert(
    fc.property(
      table,
      newlines,
      fc.constantFrom(',', ';', '\t', '|'),
      fc.boolean(),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
      (rows, newline, delimiter, closed, cuts) => {
        const dialect = { delimiter, newline };
        const bytes = spell(rows, dialect, closed);
        const found = parseInPieces(
          bytes,
          cuts.sort((a, b) => a - b),
          dialect,
        );
        t.same(
          found.filter((row) => !isBlank(row)),
          rows.filter((row) => !isBlank(row)),
        );
      },
    ),
    { numRuns: 400 },
  );
  t.end();
});

t.test('as Python reads it', (t) => {
  const program =
    'import csv,io,json,sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode(), newline="")))))';
  const [rows] = fc.sample(
    fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 400, maxLength: 400 }),
    { numRuns: 1, seed: 7 },
  );
  const dialect: Dialect = { delimiter: ',', newline: '\r\n' };
  const bytes = spell(rows ?? [], dialect, true);
  const theirs: unknown = JSON.parse(
    execFileSync('python3', ['-c', program], { input: bytes, encoding: 'utf8' }),
  );
  t.same(parseCsv(bytes, dialect, true).rows, theirs);
  t.end();
});

t.test('the position is the end of the last whole row', (t) => {
  const dialect: Dialect = { delimiter: ',', newline: '\n' };
  const bytes = Buffer.from('a,b\n"x\ny",2\nhalf,"op');
  const piece = parseCsv(bytes, dialect, false);
  t.same(piece.rows, [
    ['a', 'b'],
    ['x\ny', '2'],
  ]);
  t.equal(bytes.subarray(piece.consumed).toString(), 'half,"op');
  t.throws(() => parseCsv(bytes, dialect, true), /ends in the middle of a row/);
  const open = parseCsv(Buffer.from('a,b\nc,d'), dialect, true);
  t.match(open, { consumed: 4, isOpen: true }, 'a last row without a line end may go on');
  t.end();
});

t.test('cells that are no UTF-8 are a spreadsheet’s', (t) => {
  const dialect: Dialect = { delimiter: ',', newline: '\n' };
  const bytes = Buffer.concat([Buffer.from('Ren\xe9e,', 'latin1'), Buffer.from('Zoë ₹\n')]);
  t.same(parseCsv(bytes, dialect, true).rows, [['Renée', 'Zoë ₹']]);
  t.end();
});

t.test('the header is the first row that is not blank', (t) => {
  const dialect: Dialect = { delimiter: ',', newline: '\r\n' };
  const text = Buffer.from('\r\n\r\n"A\r\n1",B\r\n1,2\r\n');
  const { cells, bytes } = parseHeader(text, dialect, true);
  t.same(cells, ['A\r\n1', 'B']);
  t.equal(text.subarray(bytes).toString(), '1,2\r\n');
  t.same(
    [lineEndOf(text), lineEndOf(Buffer.from('"a\r\n",b\nc')), lineEndOf(Buffer.from('a\rb'))],
    ['\r\n', '\n', '\r'],
  );
  t.end();
});
