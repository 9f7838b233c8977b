import t from 'tap';
import { workbook, zip } from '../../../simulator/src/exports/pack.ts';
import { headOf, type Opened, partsOf } from '../../../src/gokwik/files/content.ts';

/* Workbooks as Excel, Google Sheets and libraries write them, by hand from ECMA-376. */

const opened = (content: Buffer): Opened => ({
  key: 'book.xlsx',
  label: 'book.xlsx',
  modifiedMs: 0,
  path: undefined,
  hideName: (name) => name,
  async *open() {
    yield content;
  },
});

async function rowsOf(content: Buffer) {
  const rows: [number, readonly string[]][] = [];
  for await (const part of partsOf(opened(content))) {
    if (part.kind !== 'sheet') {
      await t.rejects(headOf(part.open()), { message: /^it is a hidden sheet: show it/ });
      rows.push([0, [part.label]]);
      continue;
    }
    for await (const { number, cells, isMerged } of part.rows())
      rows.push([number, isMerged ? ['merged'] : cells]);
  }
  return rows;
}

const entry = (name: string, text: string) => ({
  name,
  content: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`),
});

/** @param parts paths and texts beside what each workbook has. */
const book = (parts: Readonly<Record<string, string>>): Buffer =>
  zip([
    entry('[Content_Types].xml', '<Types/>'),
    ...Object.entries(parts).map(([name, text]) => entry(name, text)),
  ]);

const sheet = (rows: string): string => `<worksheet><sheetData>${rows}</sheetData></worksheet>`;

t.test('what a plain writer wrote comes back, thousands of rows too', async (t) => {
  const rows = Array.from({ length: 5000 }, (_, at) => [`O&M <${at}>`, at + 0.5, '', '₹ "x"\n😀']);
  const found = await rowsOf(workbook([['Order Number', 'Total', 'Empty', 'Name'], ...rows]));
  t.equal(found.length, 5001);
  t.same(found[0], [1, ['Order Number', 'Total', 'Empty', 'Name']]);
  t.same(found[5000], [5001, ['O&M <4999>', '4999.5', '', '₹ "x"\n😀']]);
});

t.test('cells of every type, with gaps between them', async (t) => {
  const shared =
    '<sst><si><t>plain</t></si><si><r><t>in </t></r><r><t xml:space="preserve">parts</t></r><rPh><t>sound</t></rPh></si></sst>';
  const styles =
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/><numFmt numFmtId="165" formatCode="&quot;day&quot; 0.00"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>';
  const rows = [
    '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="C3" t="s"><v>1</v></c><c r="AA3" t="b"><v>1</v></c></row>',
    '<row><c t="inlineStr"><is><t>inline</t></is></c><c t="str"><f>A1</f><v>formula</v></c><c t="e"><v>#N/A</v></c><c><v>5.812345678901E12</v></c></row>',
    '<row><c s="1"><v>46274</v></c><c s="2"><v>46274.307638888888</v></c><c s="3"><v>46274</v></c><c s="0"><v>46274</v></c></row>',
  ].join('');
  const found = await rowsOf(
    book({
      'xl/sharedStrings.xml': shared,
      'xl/styles.xml': styles,
      'xl/worksheets/sheet1.xml': sheet(rows),
    }),
  );
  t.same(found, [
    [3, ['plain', '', 'in parts', ...Array(23).fill(''), 'true']],
    [4, ['inline', 'formula', '#N/A', '5812345678901']],
    [5, ['2026-09-09 00:00:00', '2026-09-09 07:23:00', '46274', '46274']],
  ]);
});

t.test('what a workbook spells in its own way', async (t) => {
  const shared = '<sst><si><t>red_x000D_\nblue</t></si></sst>';
  const cells = [
    ['<c t="s"><v>0</v></c>', 'red\r\nblue'],
    ['<c t="inlineStr"><is><t>a_x005F_x000D_</t></is></c>', 'a_x000D_'],
    // No program has computed it yet.
    ['<c><f>"5812345678901"</f><v></v></c>', '="5812345678901"'],
    ['<c s="1"><f>NOW()</f></c>', '=NOW()'],
    ['<c><f t="shared" si="0"/></c>', '='],
    ['<c t="str"><f>IF(A1,1,"")</f><v></v></c>', ''],
    ['<c><f>1+1</f><v>2</v></c>', '2'],
    ['<c><v>5.0000000000000003E-2</v></c>', '0.05'],
    ['<c><v>1.2345678901234501E18</v></c>', '1.23456789012345e+18'],
  ] as const;
  const row = `<row>${cells.map(([xml]) => xml).join('')}<c><v>1</v></c></row>`;
  const found = await rowsOf(
    book({ 'xl/sharedStrings.xml': shared, 'xl/worksheets/sheet1.xml': sheet(row) }),
  );
  t.same(found, [[1, [...cells.map(([, text]) => text), '1']]]);
});

t.test('the sheets that are shown, in the workbook’s own order', async (t) => {
  const found = await rowsOf(
    book({
      'xl/workbook.xml':
        '<x:workbook xmlns:x="m" xmlns:r="r"><x:sheets><x:sheet name="H" state="hidden" r:id="rId1"/><x:sheet name="V" state="veryHidden" r:id="rId5"/><x:sheet name="E" r:id="rId4"/><x:sheet name="B" r:id="rId3"/><x:sheet name="B2" r:id="rId3"/><x:sheet name="A" r:id="rId2"/></x:sheets></x:workbook>',
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Target="/xl/worksheets/sheet3.xml"/><Relationship Id="rId4" Target="worksheets/sheet4.xml"/><Relationship Id="rId5" Target="worksheets/sheet5.xml"/></Relationships>',
      'xl/worksheets/sheet1.xml': sheet('<row><c t="str"><v>hidden</v></c></row>'),
      'xl/worksheets/sheet2.xml': sheet('<row><c t="str"><v>second</v></c></row>'),
      'xl/worksheets/sheet3.xml': sheet('<row><c t="str"><v>first</v></c></row>'),
      'xl/worksheets/sheet4.xml': sheet(''),
      'xl/worksheets/sheet5.xml': sheet('<row><c t="str"><v>very hidden</v></c></row>'),
    }),
  );
  t.same(found, [
    [1, ['first']],
    [1, ['second']],
    [0, ['book.xlsx/H']],
    [0, ['book.xlsx/V']],
  ]);
});

t.test('cells that are merged over rows are told behind them', async (t) => {
  const merges =
    '<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="B2:B31"/><mergeCell ref="C2"/></mergeCells>';
  const one = sheet('<row><c><v>1</v></c></row>').replace('</worksheet>', `${merges}</worksheet>`);
  t.same(await rowsOf(book({ 'xl/worksheets/sheet1.xml': one })), [
    [1, ['1']],
    [31, ['merged']],
  ]);
});

t.test('dates count from 1904 where the workbook says so', async (t) => {
  const found = await rowsOf(
    book({
      'xl/workbook.xml':
        '<workbook><workbookPr date1904="1"/><sheets><sheet name="A" r:id="rId1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
      'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>',
      'xl/worksheets/sheet1.xml': sheet('<row><c s="0"><v>44812</v></c></row>'),
    }),
  );
  t.same(found, [[1, ['2026-09-09 00:00:00']]]);
});

const broken: [string, Buffer, RegExp][] = [
  ['no sheet', book({ 'xl/workbook.xml': '<workbook/>' }), /without a sheet/],
  ['half a sheet', book({ 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row>' }), /damaged/],
  ['no XML', book({ 'xl/worksheets/sheet1.xml': '<a></b>' }), /damaged/],
  ...[
    ['a text', `<row><c t="str"><v>${'x'.repeat(9_000_000)}</v></c></row>`],
    ['a text in parts', `<row><c t="str">${`<v>${'x'.repeat(999_999)}</v>`.repeat(9)}</c></row>`],
    ['an attribute', `<row r="${'1'.repeat(9_000_000)}"></row>`],
  ].map(([name, rows = '']): [string, Buffer, RegExp] => [
    `${name} without end`,
    book({ 'xl/worksheets/sheet1.xml': sheet(rows) }),
    /a cell of more than 8 MiB/,
  ]),
  [
    'a shared text without end',
    book({
      'xl/sharedStrings.xml': `<sst><si>${`<t>${'x'.repeat(999_999)}</t>`.repeat(9)}</si></sst>`,
      'xl/worksheets/sheet1.xml': sheet('<row><c t="s"><v>0</v></c></row>'),
    }),
    /a cell of more than 8 MiB/,
  ],
];
for (const [name, content, message] of broken) {
  t.test(`a workbook with ${name} is told`, (t) =>
    t.rejects(rowsOf(content), { name: 'FileProblem', message }),
  );
}
