import { Readable } from 'node:stream';
import fc from 'fast-check';
import Papa from 'papaparse';
import t from 'tap';
import { createAnomalies } from '../../../src/cdk/anomalies.ts';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import type { StreamProfile } from '../../../src/gokwik/streams/stream.ts';
import { readTable } from '../../../src/gokwik/streams/table.ts';

const PROFILE: StreamProfile = {
  evidence: 'a test',
  enabled: true,
  host: 'merchant',
  format: 'csv',
  records: ['.'],
  paging: {},
  time: {},
  key: ['id'],
  cursor: ['at'],
};

/** Reads a table in pieces of `size` bytes. */
async function read(text: string | Buffer, size = 1e9, profile: Partial<StreamProfile> = {}) {
  const anomalies = createAnomalies();
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  const rows: JsonObject[][] = [];
  const table = readTable(Readable.from(pieces), 'mine', { ...PROFILE, ...profile }, anomalies);
  for await (const some of table) rows.push(some);
  return { rows: rows.flat(), said: anomalies.lines() };
}

/** A cell that is all blanks in every column would be an empty line. */
const cell = fc.oneof(
  fc.constantFrom('', ' ', 'a,b', 'say "x"', 'two\nlines', 'सड़क', '1;2', "'"),
  fc.string({ maxLength: 8 }).map((text) => text.replace(/\r/g, '')),
);
const tables = fc.array(fc.record({ id: fc.nat().map(String), at: cell, note: cell }), {
  minLength: 1,
  maxLength: 8,
});

t.test('a table comes whole, cut into pieces of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      tables,
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      async (given, delimiter, newline, size, isMarked) => {
        const text = Papa.unparse(given, { delimiter, newline, quotes: true });
        const { rows, said } = await read((isMarked ? '\ufeff' : '') + text, size);
        if (JSON.stringify(rows) !== JSON.stringify(given)) throw new Error(JSON.stringify(rows));
        if (said.length > 0) throw new Error(said.join());
      },
    ),
    { numRuns: 500 },
  );
});

t.test('a table that ends inside a cell is no whole one', async (t) => {
  const text = 'id,at,note\n1,2026-11-01,"a"\n2,2026-11-01,"open\n3,2026-11-01,b\n';
  for (const size of [1, 7, 1e9]) {
    await t.rejects(read(text, size), {
      code: 'GK_TABLE',
      message: /Stream mine: rows of its table/,
    });
  }
});

t.test('a page or a sentence is no table without rows', async (t) => {
  for (const text of ['<html>Sorry</html>', 'Too many requests', 'Date,Amount\n1,2']) {
    await t.rejects(read(text), { code: 'GK_TABLE', message: /id, at/ });
  }
  t.same((await read('id\n1\n')).rows, [{ id: '1' }]);
  t.same((await read('Ref\n1\n', 1, { fields: { id: { from: ['Ref'] } } })).rows, [{ Ref: '1' }]);
  // What comes from the parent is in no column.
  const per = { stream: 'orders', fields: ['id'] };
  t.same((await read('Ref\n1\n', 1, { per, cursor: [] })).rows, [{ Ref: '1' }]);
});

t.test('what is odd in a table is told', async (t) => {
  const ragged = await read('id,at,note\n1,2026-11-01\n2,2026-11-01,a,more\n ,,\n');
  t.same(ragged.rows, [
    { id: '1', at: '2026-11-01' },
    { id: '2', at: '2026-11-01', note: 'a', __parsed_extra: ['more'] },
  ]);
  t.match(ragged.said, [/fewer cells/, /more cells/]);
  t.match((await read('')).said, [/empty/]);
  t.same((await read('id,at,at\n1,a,b\n')).rows, [{ id: '1', at: 'a', at_1: 'b' }]);
});

t.test('one object a line, cut anywhere', async (t) => {
  const format = 'ndjson' as const;
  const text = '{"id":1,"a":"सड़क"}\n\n[2]\r\n{"id":3}';
  for (const size of [1, 5, 1e9]) {
    const { rows, said } = await read(text, size, { format });
    t.same(rows, [{ id: 1, a: 'सड़क' }, { id: 3 }]);
    t.match(said, [/not an object/]);
    await t.rejects(read('{"id":1}\n{"id":', size, { format }), { code: 'GK_TABLE' });
  }
  const deep = `{"id":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  await t.rejects(read(deep, 1e9, { format }), { code: 'GK_TABLE', message: /deeper than 128/ });
  let message = '';
  try {
    await read('{"id":"9876543210', 1e9, { format });
  } catch (error) {
    message = String(error);
  }
  t.notMatch(message, /9876543210/, 'nothing of the line is quoted');
});

t.test('a table in UTF-16 with its mark is the same table', async (t) => {
  const text = 'id,at,note\n1,2026,सड़क 😀\n2,2026,"two\nlines"\n';
  const little = Buffer.from(`\ufeff${text}`, 'utf16le');
  const big = Buffer.from(little).swap16();
  const { rows } = await read(text);
  t.equal(rows.length, 2);
  for (const size of [1, 3, 7, 1e9]) {
    t.same((await read(little, size)).rows, rows);
    t.same((await read(big, size)).rows, rows);
    t.same((await read(`\ufeff${text}`, size)).rows, rows, 'and in UTF-8 with one');
  }
  const marked = Buffer.from('\ufeff{"id":1}\n', 'utf16le');
  const [line] = (await read(marked, 3, { format: 'ndjson' })).rows;
  t.same(line, { id: 1 });
});
