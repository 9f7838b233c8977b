import fc from 'fast-check';
import t from 'tap';
import {
  type DateOrder,
  isImplausible,
  LOST,
  readCell,
  readId,
  readMoment,
  tellOrder,
} from '../../../src/gokwik/files/cells.ts';
import { bareColumn } from '../../../src/gokwik/files/shapes.ts';

/* What people and spreadsheets make of an id, a date and of nothing. */

const NOTHING = [
  '',
  ' ',
  'NA',
  'N/A',
  'na',
  'nan',
  'none',
  'null',
  'nil',
  '-',
  '.',
  '#N/A',
  '\u00a0',
  'undefined',
  '(blank)',
  '–',
  '—',
  '--',
  '<NA>',
  'NaT',
  '[NULL]',
  '\\N',
];

t.test('words for nothing are nothing, and zero is an amount', (t) => {
  for (const word of NOTHING) t.equal(readCell(word), undefined, JSON.stringify(word));
  for (const text of ['0', '0.00', 'Nadia', 'nanda', 'A', 'none of it'])
    t.equal(readCell(text), text);
  t.equal(readCell("'0042"), '0042');
  t.equal(readCell('="0042"'), '0042');
  t.equal(readCell(' \ufeffPune\u00a0'), 'Pune');
  // Of a column with gaps, data frames make fractions.
  t.equal(readCell('9800000001.0'), '9800000001');
  t.equal(readCell('=1299.50'), '1299.50');
  for (const text of ['1.0', '0.42', '411.00', 'v1.0']) t.equal(readCell(text), text);
  t.end();
});

t.test('a cell full of blanks takes no time', (t) => {
  const blanks = ' '.repeat(1_000_000);
  t.equal(readCell(`(${blanks}y${blanks}`), `(${blanks}y`);
  t.equal(readId(`(${blanks}1`), '(1');
  t.equal(readMoment(`x${blanks}y`, 'day-first', '+05:30'), undefined);
  t.equal(bareColumn(`a${blanks}b`), 'a');
  t.end();
});

t.test('an id is the same in every spelling', (t) => {
  const white = fc.constantFrom(
    ...['', ' ', '\u00a0', '\ufeff', '\t', '\u200b', '\u2009', '\u202a', '\u202c', '\u2066'],
  );
  const ways: ((id: string) => string)[] = [
    (id) => id,
    (id) => `'${id}`,
    (id) => `="${id}"`,
    (id) => `'="${id}"`,
    (id) => `=T("${id}")`,
    (id) => `=${id}`,
    (id) => `"${id}"`,
    (id) => `‘${id}`,
    (id) => `\`${id}`,
    (id) => `´${id}`,
    (id) => `''${id}`,
    (id) => `'${id}'`,
    (id) => `\`${id}\``,
    (id) => `+${id}`,
    (id) => `${id}.0`,
    (id) => `${id}.00`,
    (id) => Number(id).toLocaleString('en-IN'),
    (id) => Number(id).toLocaleString('en-US'),
  ];
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9_007_199_254_740_991 }),
      fc.constantFrom(...ways),
      white,
      white,
      (number, way, before, after) => {
        t.equal(readId(before + way(String(number)) + after), String(number));
      },
    ),
    { numRuns: 300 },
  );
  t.end();
});

t.test('an id that a spreadsheet rounded is none, and so is a word for nothing', (t) => {
  for (const text of ['5.81235E+12', '5.81235e+12', '5,8E+12', '1E+15', ' 5.81235E+12 ']) {
    t.equal(readId(text), LOST, text);
    t.equal(readCell(text), LOST, text);
  }
  for (const text of ['1e-05', '5E10', '=)', '==', '#SALE!', '#25367', '-5', 'E+12'])
    t.equal(readCell(text), text);
  // Another cell has the same error: they are no one's key.
  for (const text of ['#REF!', '#VALUE!', '#NAME?', '#DIV/0!', '####', '=B2', '=SUM(A1:A2)', '=']) {
    t.equal(readId(text), LOST, text);
    t.equal(readCell(text), LOST, text);
  }
  for (const text of [...NOTHING, '0', '0.0', '000', '-']) t.equal(readId(text), undefined, text);
  // Ids of letters are none of Excel's numbers.
  for (const text of ['5E12A', 'E12', '12E', '#25367', 'KWIK5E12', 'D123', '0012']) {
    t.equal(readId(text), text);
  }
  t.end();
});

t.test('what people write for no id is none, and digits are those of any script', (t) => {
  const words = ['Not Available', 'Not Applicable', 'n.a.', '(none)', '[null]', 'unknown', 'TBD'];
  for (const text of [...words, '*', '**', '?', '_', 'x', 'xxxx', 'XXXXXX', 'No Data', 'Pending'])
    t.equal(readId(text), undefined, text);
  for (const text of ['Nadia', 'xerox', 'x1', 'None5', 'nodal', 'तालिका'])
    t.equal(readId(text), text);
  for (const zero of ['٠', '०', '০', '௦', '０', '𝟎']) {
    const spell = (digits: string): string =>
      digits.replace(/\d/g, (digit) =>
        String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)),
      );
    t.equal(readId(spell('5812345678901')), '5812345678901');
    t.equal(readId(spell('KWIK0123456789')), 'KWIK0123456789');
    const moment = readMoment(spell('13/09/2026 7:23 AM'), 'day-first', '+05:30');
    t.equal(moment, Date.UTC(2026, 8, 13, 1, 53));
    t.equal(tellOrder(spell('9/13/2026')), 'month-first');
  }
  t.end();
});

const pad = (value: number): string => String(value).padStart(2, '0');
const NAMES = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const LONG =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const half = ({ hour, minute }: Wall): string =>
  `${hour % 12 || 12}:${pad(minute)} ${hour < 12 ? 'AM' : 'PM'}`;
const full = ({ hour, minute }: Wall): string => `${pad(hour)}:${pad(minute)}`;

/** Spellings of one clock on the wall; those of two numbers by the order of day and month. */
const SPELLINGS: Record<string, (wall: Wall, order: DateOrder) => string> = {
  report: (w, o) => `${numbers(w, o, '/', false)} ${half(w)}`,
  sheet: (w, o) => `${numbers(w, o, '/', true)} ${half(w)}`,
  dashed: (w, o) => `${numbers(w, o, '-', true)} ${full(w)}`,
  dotted: (w, o) => `${numbers(w, o, '.', true)} ${full(w)}:00`,
  'two-digit year': (w, o) => `${numbers({ ...w, year: w.year % 100 }, o, '/', true)} ${full(w)}`,
  iso: (w) => `${w.year}-${pad(w.month)}-${pad(w.day)} ${full(w)}:00`,
  'fourteen digits': (w) => `${w.year}${pad(w.month)}${pad(w.day)}${pad(w.hour)}${pad(w.minute)}00`,
  'month name': (w) => `${pad(w.day)}-${NAMES[w.month - 1]}-${w.year} ${full(w)}`,
  'month name first': (w) => `${NAMES[w.month - 1]} ${w.day}, ${w.year} ${half(w)}`,
  'long month name first': (w) => `${LONG[w.month - 1]} ${w.day}, ${w.year} ${half(w)}`,
  'with slashes around a name': (w) => `${w.day}/${NAMES[w.month - 1]}/${w.year} ${full(w)}`,
  'dots in the clock': (w, o) => `${numbers(w, o, '/', false)} ${pad(w.hour)}.${pad(w.minute)}.00`,
  'day of the week, and an ordinal': (w) =>
    `Wed, ${w.day}th ${LONG[w.month - 1]} ${w.year} at ${half(w)}`,
  script: (w) =>
    `Wed ${NAMES[w.month - 1]} ${pad(w.day)} ${w.year} ${full(w)}:00 GMT+0530 (India Standard Time)`,
  'packed with a T': (w) =>
    `${w.year}${pad(w.month)}${pad(w.day)}T${pad(w.hour)}${pad(w.minute)}00+0530`,
  'short year behind a name': (w) =>
    `${pad(w.day)}-${NAMES[w.month - 1]}-${pad(w.year % 100)} ${full(w)}`,
  'twelve digits': (w) => `${w.year}${pad(w.month)}${pad(w.day)}${pad(w.hour)}${pad(w.minute)}`,
  'offset of one digit': (w, o) => `${numbers(w, o, '/', false)} ${half(w)} GMT+5:30`,
  'offset in brackets': (w, o) => `${numbers(w, o, '-', true)} ${full(w)} (UTC+05:30)`,
  'zone in brackets': (w, o) => `${numbers(w, o, '/', true)} ${full(w)} (IST)`,
  'serial number': (w) =>
    String(Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute) / 86_400_000 + 25_569),
};

function numbers({ year, month, day }: Wall, order: DateOrder, sign: string, padded: boolean) {
  const [first, second] = order === 'day-first' ? [day, month] : [month, day];
  const spell = padded ? pad : String;
  return `${spell(first)}${sign}${spell(second)}${sign}${pad(year)}`;
}

for (const [name, spell] of Object.entries(SPELLINGS)) {
  t.test(`a date as ${name}`, (t) => {
    fc.assert(
      fc.property(
        fc.record({
          year: fc.integer({ min: 2018, max: 2031 }),
          month: fc.integer({ min: 1, max: 12 }),
          day: fc.integer({ min: 1, max: 28 }),
          hour: fc.integer({ min: 0, max: 23 }),
          minute: fc.integer({ min: 0, max: 59 }),
        }),
        fc.constantFrom<DateOrder>('day-first', 'month-first'),
        (wall, order) => {
          const { year, month, day, hour, minute } = wall;
          const india = Date.UTC(year, month - 1, day, hour, minute) - 19_800_000;
          const text = spell(wall, order);
          t.equal(readMoment(text, order, '+05:30'), india, `${text} ${order}`);
        },
      ),
      { numRuns: 100 },
    );
    t.end();
  });
}

t.test('what is no date is none, and a day without a clock is its midnight in India', (t) => {
  for (const text of ['31/02/2026', '13/13/2026', '2026', 'soon', '12', '99999']) {
    t.equal(readMoment(text, 'day-first', '+05:30'), undefined, text);
  }
  const seven = Date.parse('2026-09-09T07:00:00+05:30');
  for (const text of ['9/9/2026 7', '09-09-2026 07', '9/9/2026 7 AM']) {
    t.equal(readMoment(text, 'day-first', '+05:30'), seven, text);
  }
  const midnight = Date.parse('2026-09-09T00:00:00+05:30');
  for (const text of [
    '9/9/2026',
    '09-09-26',
    '2026-09-09',
    '20260909',
    '46274',
    '9th September 2026',
  ]) {
    t.equal(readMoment(text, 'day-first', '+05:30'), midnight, text);
  }
  t.end();
});

t.test('what a date tells of the order in its file', (t) => {
  const told = {
    'day-first': ['13/1/2026', "'13-01-26 7:23"],
    'month-first': ['1/13/2026', '9.13.26'],
    open: ['9/1/2026', '1/9/2026 7:23 AM'],
    early: ['2026-09-01', '2026/9/12 07:23:00', '46000', '46031.307'],
    late: ['2026-01-13', '2026-01-31T07:23:00Z', '46278.3'],
  };
  for (const [telling, cells] of Object.entries(told)) {
    for (const cell of cells) t.equal(tellOrder(cell), telling, cell);
  }
  for (const cell of ['9/9/2026', '31/31/2026', '20260113', 'note', '']) {
    t.equal(tellOrder(cell), undefined, cell);
  }
  t.end();
});

t.test('a stamp long before the first report, or long after its file, is told', (t) => {
  const asOf = Date.UTC(2026, 8, 10);
  t.same(
    [
      Date.UTC(1970, 0, 2),
      Date.UTC(2011, 0, 1),
      Date.UTC(2020, 0, 1),
      asOf,
      Date.UTC(2031, 0, 1),
    ].map((ms) => isImplausible(ms, asOf)),
    [true, true, false, false, true],
  );
  t.end();
});
