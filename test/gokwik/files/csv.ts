import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import t from 'tap';
import { parseAll, parseCsv, parseFirst, toUtf8, utf16Of } from '../../../src/gokwik/files/csv.ts';

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
const newlines = fc.constantFrom('\n', '\r\n');

interface Dialect {
  readonly delimiter: string;
  readonly newline: string;
}

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
function parseInPieces(bytes: Buffer, cuts: readonly number[], delimiter: string): string[][] {
  const rows: string[][] = [];
  let from = 0;
  for (const cut of [...cuts.map((share) => Math.floor(share * bytes.length)), bytes.length]) {
    if (cut <= from) continue;
    const piece = parseCsv(bytes.subarray(from, cut), delimiter, false);
    rows.push(...piece.rows);
    from += piece.consumed;
  }
  rows.push(...parseCsv(bytes.subarray(from), delimiter, true).rows);
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
        const bytes = spell(rows, { delimiter, newline }, closed);
        const found = parseInPieces(
          bytes,
          cuts.sort((a, b) => a - b),
          delimiter,
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
  const bytes = spell(rows ?? [], { delimiter: ',', newline: '\r\n' }, true);
  const theirs: unknown = JSON.parse(
    execFileSync('python3', ['-c', program], { input: bytes, encoding: 'utf8' }),
  );
  t.same(parseCsv(bytes, ',', true).rows, theirs);
  t.end();
});

t.test('the position is the end of the last whole row', (t) => {
  const bytes = Buffer.from('a,b\n"x\ny",2\nhalf,"op');
  const piece = parseCsv(bytes, ',', false);
  t.same(piece.rows, [
    ['a', 'b'],
    ['x\ny', '2'],
  ]);
  t.equal(bytes.subarray(piece.consumed).toString(), 'half,"op');
  t.throws(() => parseCsv(bytes, ',', true), /ends in the middle of a row/);
  const open = parseCsv(Buffer.from('a,b\nc,d'), ',', true);
  t.match(open, { consumed: 4, isOpen: true }, 'a last row without a line end may go on');
  t.end();
});

const ROWS = [
  ['1', 'a'],
  ['2', 'b'],
  ['3', 'c'],
  ['4', 'd'],
];
for (const [name, text] of [
  ['\\n', '1,a\n2,b\n3,c\n4,d\n'],
  ['\\r\\n', '1,a\r\n2,b\r\n3,c\r\n4,d\r\n'],
  ['\\r', '1,a\r2,b\r3,c\r4,d\r'],
  ['all kinds', '1,a\n2,b\r\n3,c\r4,d'],
] as const) {
  t.test(`line ends ${name}, cut anywhere`, (t) => {
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at += 1) {
      const found = parseInPieces(bytes, [at / bytes.length], ',');
      t.same(
        found.filter((row) => !isBlank(row)),
        ROWS,
        `cut at ${at}`,
      );
    }
    t.end();
  });
}

t.test('a cell that begins with a quoted word ends on its line', (t) => {
  const text =
    '1,"Kurta" blue,x\n2,b,y\n3,"all of it, ""quoted""\nin two lines",z\n4,"Saree" red\n';
  const rows = [
    ['1', '"Kurta" blue', 'x'],
    ['2', 'b', 'y'],
    ['3', 'all of it, "quoted"\nin two lines', 'z'],
    ['4', '"Saree" red'],
  ];
  const bytes = Buffer.from(text);
  for (let at = 0; at <= bytes.length; at += 1) {
    const found = parseInPieces(bytes, [at / bytes.length], ',');
    t.same(
      found.filter((row) => !isBlank(row)),
      rows,
      `cut at ${at}`,
    );
  }
  t.end();
});

t.test('a quote that no one closed swallows no row', (t) => {
  const text = '1,"Asha,x\n2,b,y\n3,"Rao, Ravi",z\n4,"in\ntwo lines",w\n';
  const rows = [
    ['1', '"Asha', 'x'],
    ['2', 'b', 'y'],
    ['3', 'Rao, Ravi', 'z'],
    ['4', 'in\ntwo lines', 'w'],
  ];
  for (let at = 0; at <= text.length; at += 1) {
    const found = parseInPieces(Buffer.from(text), [at / text.length], ',');
    t.same(
      found.filter((row) => !isBlank(row)),
      rows,
      `cut at ${at}`,
    );
  }
  t.end();
});

t.test('cells that are no UTF-8 are a spreadsheet’s', (t) => {
  const windows = Buffer.from([0x52, 0x65, 0x6e, 0xe9, 0x65, 0x80, 0x93, 0x78, 0x94, 0x2c]);
  const bytes = Buffer.concat([windows, Buffer.from('Zoë ₹\n')]);
  t.same(parseCsv(bytes, ',', true).rows, [['Renée€“x”', 'Zoë ₹']]);
  // All signs of the character set, as another program knows them.
  const all = Buffer.from(Array.from({ length: 128 }, (_, at) => at + 128));
  const theirs = execFileSync('python3', [
    '-c',
    'import sys;sys.stdout.buffer.write("".join(bytes([b]).decode("cp1252") if b not in (129,141,143,144,157) else chr(b) for b in range(128,256)).encode())',
  ]).toString();
  t.equal(parseCsv(Buffer.concat([all, Buffer.from('\n')]), ',', true).rows[0]?.[0], theirs);
  t.end();
});

t.test('the first row, and where it ends', (t) => {
  const text = Buffer.from('"A\r\n1",B\r\n1,2\r\n');
  t.same(parseFirst(text, ',', true), { cells: ['A\r\n1', 'B'], bytes: 10 });
  t.equal(parseFirst(Buffer.from('A,B'), ',', false), undefined, 'it may go on');
  t.same(parseFirst(Buffer.from('A,B'), ',', true), { cells: ['A', 'B'], bytes: 3 });
  t.end();
});

t.test('UTF-16 of both kinds, with a mark or without, cut anywhere', async (t) => {
  const text = 'Order Number,Customer Name\n1,Zoë ₹ 😀\n';
  const little = Buffer.from(text, 'utf16le');
  const mark = Buffer.from('\ufeff', 'utf16le');
  for (const [ends, bytes] of [
    ['le', little],
    ['le', Buffer.concat([mark, little])],
    ['be', Buffer.from(little).swap16()],
    ['be', Buffer.concat([mark, little]).swap16()],
  ] as const) {
    t.equal(utf16Of(bytes), ends);
    for (let at = 0; at <= bytes.length; at += 1) {
      const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
      const chunks: Buffer[] = [];
      for await (const chunk of toUtf8(feed(pieces), ends)) chunks.push(chunk);
      t.equal(Buffer.concat(chunks).toString(), text);
    }
  }
  t.equal(utf16Of(Buffer.from(text)), undefined);
  t.equal(utf16Of(Buffer.from('a,b')), undefined);
});

async function* feed(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

t.test('a text in pieces, behind what stands above it', async (t) => {
  const pieces = ['title\n', 'a,b\n1,', '2\n3,4'].map((text) => Buffer.from(text));
  const rows: string[][] = [];
  for await (const some of parseAll(feed(pieces), 10, ',')) rows.push(...some);
  t.same(rows, [
    ['1', '2'],
    ['3', '4'],
  ]);
  const endless = [Buffer.from('"'), Buffer.alloc(9 * 1024 * 1024, 0x78), Buffer.from('x')];
  await t.rejects(async () => {
    for await (const _ of parseAll(feed(endless), 0, ','));
  }, /a quote is open/);
});
