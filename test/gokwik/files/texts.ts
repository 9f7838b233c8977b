import fc from 'fast-check';
import t from 'tap';
import { createAnomalies } from '../../../src/cdk/anomalies.ts';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import type { TextPart } from '../../../src/gokwik/files/content.ts';
import type { FormOptions } from '../../../src/gokwik/files/forms.ts';
import type { Mark } from '../../../src/gokwik/files/marks.ts';
import { SHAPES } from '../../../src/gokwik/files/shapes.ts';
import { openPart, type Step } from '../../../src/gokwik/files/texts.ts';

/* A file may be killed at any step, grow, change or be half written: no row is lost, and none is
 * read twice but those that no saved mark covers. */

const HEAD =
  'Merchant Order ID,Created At,Grand Total,Payment Method,Payment Status,Utm Source,' +
  'Merchant Order Status,RTO Risk,Customer Name,Shipping Pincode,Product Name\n';
const line = (id: number): string =>
  `${1000 + id},9/9/2026 7:${String(id % 60).padStart(2, '0')} AM,"1,${String(id % 1000).padStart(3, '0')}.00",cod,paid,NA,Confirmed,Low Risk,"Asha ""A"" ${id}",411001,"Kurta\nblue"\n`;
const linesOf = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, index) => line(from + index)).join('');

const AS_OF = Date.UTC(2026, 8, 10);
const optionsFor = (name: string, anomalies = createAnomalies()): FormOptions => ({
  shapes: SHAPES,
  zone: '+05:30',
  asOfMs: AS_OF,
  name,
  count: (stream, what) => anomalies.add(stream, what),
});

/** A text in pieces of `size` bytes. */
const partOf = (text: string | Buffer, size: number): TextPart => ({
  kind: 'text',
  key: 'orders.csv',
  label: 'orders.csv',
  asOfMs: undefined,
  async *open() {
    const bytes = Buffer.from(text as string);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  },
});

const rowsOf = ({ rows }: Step): JsonObject[] => rows.map(({ row }) => row);

/** The steps of a text, as a folder takes them. */
async function* stepsOf(
  text: string | Buffer,
  size: number,
  mark?: Mark,
  options = optionsFor('orders.csv'),
): AsyncGenerator<Step> {
  const opening = await openPart(partOf(text, size), options);
  const { order } = await opening.decide();
  yield* opening.read(mark, order);
}

interface Reading {
  readonly ids: string[];
  readonly mark: Mark | undefined;
}

/** Reads until `steps` were taken; the rows of the last one are printed, its mark is not saved. */
async function readPart(
  text: string | Buffer,
  size: number,
  mark?: Mark,
  steps = Number.POSITIVE_INFINITY,
): Promise<Reading> {
  const ids: string[] = [];
  let saved = mark;
  let taken = 0;
  for await (const step of stepsOf(text, size, mark)) {
    ids.push(...rowsOf(step).map((row) => String(row.platform_order_id)));
    taken += 1;
    if (taken >= steps) return { ids, mark: saved };
    saved = step.mark;
  }
  return { ids, mark: saved };
}

const texts = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => String(1000 + from + index));

t.test('rows as objects by the names of columns are the rows of the table', async (t) => {
  const names = HEAD.trim().split(',');
  const cells = (id: number) => [
    ...[1000 + id, `${9 + id}/9/2026 7:23 AM`, 1299.5, 'cod', 'paid', null],
    ...['Confirmed', 'Low Risk', 'Asha "A", Rao', '411001', 'Kurta\nblue'],
  ];
  const rows = [1, 2, 3, 4, 5].map(cells);
  const objects = rows.map((row) =>
    Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])),
  );
  const csv =
    HEAD +
    rows
      .map((row) =>
        row
          .map((cell) =>
            JSON.stringify(cell ?? '')
              .replaceAll('\\"', '""')
              .replaceAll('\\n', '\n'),
          )
          .join(),
      )
      .join('\n');
  const read = async (text: string) => {
    const found: JsonObject[] = [];
    for await (const step of stepsOf(text, 700)) found.push(...rowsOf(step));
    return found.map(({ _source, ...row }) => row);
  };
  const table = await read(csv);
  t.equal(table.length, 5);
  t.same(await read(JSON.stringify(objects)), table, 'a list');
  t.same(await read(JSON.stringify(objects, null, 2)), table, 'a list for people');
  t.same(await read(objects.map((row) => JSON.stringify(row)).join('\n')), table, 'a line each');
  // A column that the first row has not is one all the same.
  const [{ 'Shipping Pincode': _ = null, ...first } = {}, ...others] = objects;
  t.same((await read(JSON.stringify([first, ...others]))).slice(1), table.slice(1));
  await t.rejects(read(JSON.stringify(objects).slice(0, -30)), { message: /not JSON, or not all/ });
  await t.rejects(read(JSON.stringify([...objects, 'x'])), { message: /not all that it lists/ });
  const deep = `${JSON.stringify(objects).slice(0, -2)},"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}]`;
  await t.rejects(read(deep), { name: 'FileProblem', message: /nested deeper than 128 levels/ });
  const wide = Array.from({ length: 1025 }, (_, at) => ({ ...objects[0], [`own ${at}`]: at }));
  await t.rejects(read(JSON.stringify(wide)), { message: /have more than 1024 names/ });
});

t.test('killed after any step, again and again: each row, in order', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 40, max: 3000 }),
      fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 5 }),
      async (rows, size, kills) => {
        const text = HEAD + linesOf(rows);
        const printed: string[] = [];
        let mark: Mark | undefined;
        for (const steps of kills) {
          const reading = await readPart(text, size, mark, steps);
          // What no mark covers is printed again by the next attempt.
          printed.push(...reading.ids);
          mark = reading.mark;
          const covered = mark?.rows ?? 0;
          printed.length = covered;
          t.same(printed, texts(covered));
        }
        const last = await readPart(text, size, mark);
        t.same([...printed, ...last.ids], texts(rows));
      },
    ),
    { numRuns: 150 },
  );
});

t.test('a file that grew gives what is new', async (t) => {
  const { mark } = await readPart(HEAD + linesOf(20), 500);
  const grown = await readPart(HEAD + linesOf(20) + linesOf(5, 20), 500, mark);
  t.same(grown.ids, texts(5, 20));
});

t.test('a last row without a line end is read, and again when the file grew', async (t) => {
  const first = await readPart((HEAD + linesOf(3)).trimEnd(), 500);
  t.same(first.ids, texts(3));
  const grown = await readPart(HEAD + linesOf(5), 500, first.mark);
  t.same(grown.ids, texts(3, 2));
});

t.test('a file whose beginning changed, or that shrank, is another file', async (t) => {
  const { mark } = await readPart(HEAD + linesOf(20), 500);
  const changed = HEAD + line(900) + linesOf(30, 1);
  t.same((await readPart(changed, 500, mark)).ids, ['1900', ...texts(30, 1)]);
  t.same((await readPart(HEAD + linesOf(4), 500, mark)).ids, texts(4));
});

t.test('a half-written file gives its whole rows, and the rest when it is whole', async (t) => {
  const whole = HEAD + linesOf(10);
  const half = whole.slice(0, whole.indexOf('Asha ""A"" 7') + 4);
  const printed: string[] = [];
  let mark: Mark | undefined;
  await t.rejects(async () => {
    for await (const step of stepsOf(half, 300)) {
      printed.push(...rowsOf(step).map((row) => String(row.platform_order_id)));
      mark = step.mark;
    }
  }, /ends in the middle of a row/);
  t.same(printed, texts(7));
  t.same((await readPart(whole, 300, mark)).ids, texts(3, 7));
});

t.test('half a row at the end gives none until it is whole', async (t) => {
  const whole = `${HEAD}1,9/9/2026 7:23 AM,1.00,cod,paid,NA,Confirmed,Low,A,411001,B\n2,9/9/2026 7:24 AM,1250.00,cod,paid,NA,Confirmed,Low,A,411001,B`;
  const printed: string[] = [];
  let mark: Mark | undefined;
  for (const missing of [40, 48, 60]) {
    await t.rejects(
      async () => {
        for await (const step of stepsOf(whole.slice(0, -missing), 300, mark)) {
          printed.push(...rowsOf(step).map(({ platform_order_id: id, total }) => `${id} ${total}`));
          mark = step.mark;
        }
      },
      { message: /ends in the middle of a row/ },
      `${missing} bytes are missing`,
    );
  }
  t.same(printed, ['1 1.00'], 'nothing of the half row, and the whole one once');
  t.same((await readPart(whole, 300, mark)).ids, ['2'], 'a last row needs no line end');
  t.same((await readPart(`${HEAD}1,9/9/2026\nTotal: 1`, 300)).ids, ['1'], 'a note is no half row');
});

t.test('a payload without end is refused alone, by the name of its file', async (t) => {
  const deep = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
  const lines = [100, 126, 127, 5000].map(
    (levels, id) => `{"request_id":"r${id}","drop_stage":"P","more":${deep(levels)}}\n`,
  );
  for (const text of [lines.join(''), `[${lines.join(',')}]`]) {
    const anomalies = createAnomalies();
    const ids: unknown[] = [];
    for await (const step of stepsOf(text, 300, undefined, optionsFor('carts.json', anomalies))) {
      ids.push(...rowsOf(step).map(({ request_id }) => request_id));
    }
    t.same(ids, ['r0', 'r1', 'r2']);
    t.match(
      anomalies.lines().join('\n'),
      /carts\.json is nested deeper than 128 levels and was left/,
    );
  }
});

t.test('a quote that no one closed does not fill the memory', async (t) => {
  const text = `${HEAD}1,"${'x'.repeat(9 * 1024 * 1024)}`;
  await t.rejects(readPart(text, 1 << 20), /a quote is open/);
});

t.test('JSON lines: killed, broken, half written', async (t) => {
  const cart = (id: number): string =>
    JSON.stringify({
      request_id: `r${id}`,
      drop_stage: 'Payment Page',
      updated_at: '2026-09-09T07:23:34Z',
    });
  const anomalies = createAnomalies();
  const options = optionsFor('carts.jsonl', anomalies);
  const play = async (text: string, mark?: Mark) => {
    const ids: unknown[] = [];
    let saved = mark;
    for await (const step of stepsOf(text, 64, mark, options)) {
      ids.push(...rowsOf(step).map((row) => `${row.request_id} ${row._source}`));
      saved = step.mark;
    }
    return { ids, saved };
  };
  const text = `${cart(1)}\n\n{"broken\n${cart(2)}\n`;
  const { ids, saved } = await play(text);
  t.same(ids, ['r1 carts.jsonl:1', 'r2 carts.jsonl:4']);
  t.same(anomalies.lines(), ['files: a line of carts.jsonl is not JSON and was left out (1 time)']);
  t.same((await play(`${text}${cart(3)}\n`, saved)).ids, ['r3 carts.jsonl:5']);
  await t.rejects(play(`${text}${cart(3).slice(0, 20)}`, saved), /ends in the middle of a line/);
});

t.test('webhooks of several kinds in one file: each stream gets its own', async (t) => {
  const lines = [
    { request_id: 'r1', drop_stage: 'Payment Page' },
    { entity: 'transaction', event: 'transaction.successful', data: { paymentId: 'p1' } },
    { entity: 'refund', event: 'refund.successful', data: { refundId: 'f1' } },
    { entity: 'order', event: 'order.confirmed', data: { moid: '1' } },
  ].map((payload) => `${JSON.stringify(payload)}\n`);
  const found: string[] = [];
  const anomalies = createAnomalies();
  const options = optionsFor('webhooks.jsonl', anomalies);
  for await (const { rows } of stepsOf(lines.join(''), 64, undefined, options)) {
    found.push(...rows.map(({ stream, row }) => `${stream} ${row._source}`));
  }
  t.same(found, [
    'abandoned_checkouts webhooks.jsonl:1',
    'payments webhooks.jsonl:2',
    'refunds webhooks.jsonl:3',
  ]);
  t.match(anomalies.lines().sort(), [
    /^abandoned_checkouts: a payload does not say when it was received; the moment of its file/,
    'files: a payload in webhooks.jsonl belongs to no stream and was left out (1 time)',
    /^payments: a payload does not say/,
    /^refunds: a payload does not say/,
  ]);
});

t.test('payloads in a column of a table are those of a line each', async (t) => {
  const payloads = [
    { request_id: 'r1', drop_stage: 'Payment Page', note: 'one; "two", |three|\nfour' },
    { entity: 'transaction', event: 'transaction.successful', data: { paymentId: 'p1' } },
    { entity: 'refund', event: 'refund.successful', data: { refundId: 'f1' } },
  ];
  const times = payloads.map((_, index) => `2026-09-09T0${index + 1}:00:00+05:30`);
  const rowsIn = async (text: string, size = 90): Promise<unknown[]> => {
    const found: unknown[] = [];
    for await (const { rows } of stepsOf(text, size)) {
      found.push(...rows.map(({ stream, row: { _source, ...row } }) => ({ stream, row })));
    }
    return found;
  };
  const lines = payloads.map((payload, at) =>
    JSON.stringify({ received_at: times[at], payload: JSON.stringify(payload) }),
  );
  const wanted = await rowsIn(`${lines.join('\n')}\n`);
  t.equal(wanted.length, payloads.length);
  for (const column of ['raw_payload', '_airbyte_data', 'payload', 'Body']) {
    for (const delimiter of [',', ';', '\t']) {
      const rows = [
        ['id', 'Received_At', column],
        ...payloads.map((payload, at) => [String(at), times[at], JSON.stringify(payload)]),
      ].map((row) => row.map((cell = '') => `"${cell.replaceAll('"', '""')}"`).join(delimiter));
      const text = `Webhooks\n${rows.join('\n')}\n`;
      t.same(await rowsIn(text), wanted, `${column} by ${JSON.stringify(delimiter)}`);
    }
  }
  await t.rejects(rowsIn('id,payload\n1,none\n'), /of no known report/, 'a name alone is none');
});

t.test('a payload from the future is no newer than its file', async (t) => {
  const versionOf = async (more: JsonObject) => {
    const anomalies = createAnomalies();
    const text = `${JSON.stringify({ request_id: 'r1', drop_stage: 'Payment Page', ...more })}\n`;
    const steps = stepsOf(text, 64, undefined, optionsFor('webhooks.jsonl', anomalies));
    for await (const step of steps)
      for (const row of rowsOf(step)) return [row.updated_at, anomalies.lines().join()];
    return [];
  };
  const [day, next] = ['2026-09-11T00:00:00Z', '2026-09-11T00:00:01Z'];
  t.same(await versionOf({ updated_at: day }), [day, '']);
  const own = await versionOf({ updated_at: next, _received_at: day });
  t.same(own[0], day, 'as when it was received');
  t.match(own[1], /`updated_at` lies more than a day after its file was written/);
  t.same((await versionOf({ _received_at: day }))[0], day);
  const [version] = await versionOf({ updated_at: '2099-01-01', _received_at: next });
  t.same(version, '2026-09-10T00:00:00Z', 'as if it came with its file');
});

/** The `created_at` of the rows of an orders export with these dates. */
async function datesOf(dates: readonly string[], mark?: Mark) {
  const text = HEAD + dates.map((date, id) => `${id + 1},${date},1,cod,,,,,,,\n`).join('');
  const created: unknown[] = [];
  let saved = mark;
  for await (const step of stepsOf(text, 100, mark)) {
    created.push(...rowsOf(step).map(({ created_at }) => created_at));
    saved = step.mark;
  }
  return { created, saved };
}

t.test('the order of day and month is that of the whole file', async (t) => {
  t.same((await datesOf(['9/1/2026', '13/1/2026'])).created, [
    '2026-01-08T18:30:00Z',
    '2026-01-12T18:30:00Z',
  ]);
  t.same((await datesOf(['9/1/2026', '1/13/2026'])).created, [
    '2026-08-31T18:30:00Z',
    '2026-01-12T18:30:00Z',
  ]);
  await t.rejects(datesOf(['9/1/2026', '1/13/2026', '13/1/2026']), {
    message: /contradict each other: in row 4 the day comes first, in row 3 the month/,
  });
  const open = await openPart(partOf(`${HEAD}1,9/1/2026\n`, 100), optionsFor('orders.csv'));
  t.same(await open.decide(), { order: 'day-first', isGuess: true });
});

t.test('dates of which a spreadsheet turned half are told', async (t) => {
  // 1/9/2026, opened where the month comes first, is a date in January; 13/9/2026 stays a text.
  for (const turned of ['2026-01-09 07:23:00', '46031.307']) {
    await t.rejects(datesOf(['13/9/2026 7:23 AM', turned]), {
      message:
        /^a spreadsheet took days for months in its dates: that of row 3 was turned, that of row 2 was left as text\. Export it anew.*or, if they are right, say in `files\[\]\.shape\.dates`/,
    });
  }
  for (const whole of ['2026-09-13', '1/9/2026']) {
    const found = await datesOf(['13/9/2026 7:23 AM', '2026-01-09 07:23:00', whole]);
    t.equal(found.created[1], '2026-01-09T01:53:00Z', 'what no spreadsheet leaves so is as it is');
  }
});

t.test('rows that were read in another order of dates are read again', async (t) => {
  const { saved } = await datesOf(['9/1/2026']);
  t.equal(saved?.order, 'day-first');
  const grown = await datesOf(['9/1/2026', '1/13/2026'], saved);
  t.same(grown.created, ['2026-08-31T18:30:00Z', '2026-01-12T18:30:00Z']);
  t.equal(grown.saved?.order, 'month-first');
});

const SETTLED =
  'S. No.,Transaction Type,Payment Id,Settlement UTR,Debit,Credit,Amount,Fee,Tax,Transaction RRN,Settlement Date\n';
t.test('the n-th of equal lines is told, also of those that came when the file grew', async (t) => {
  const equal = (id: number) => `${id},Payment,p1,U1,0,5,5,0,0,,13/9/2026 7:23 AM\n`;
  const read = async (count: number, mark?: Mark) => {
    const rows: unknown[] = [];
    let saved = mark;
    const text = SETTLED + Array.from({ length: count }, (_, at) => equal(at + 1)).join('');
    for await (const step of stepsOf(text, 50, mark)) {
      rows.push(...rowsOf(step).map((row) => [row._source, row.occurrence]));
      saved = step.mark;
    }
    return { rows, saved };
  };
  const first = await read(2);
  t.same(first.rows, [
    ['orders.csv:2', undefined],
    ['orders.csv:3', 2],
  ]);
  t.same((await read(4, first.saved)).rows, [
    ['orders.csv:4', 3],
    ['orders.csv:5', 4],
  ]);
});

t.test('a header is found behind a hint, titles and blank lines, in any encoding', async (t) => {
  const text = 'GoKwik report\nfrom 1/9/2026; to 30/9/2026\n\n'.concat(
    HEAD.replaceAll(',', ';'),
    '17;13/9/2026;1;cod\n',
  );
  for (const [name, bytes] of [
    ['as it is', Buffer.from(text)],
    ['with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
  ] as const) {
    t.same((await readPart(bytes, 90)).ids, ['17'], name);
  }
  const rows: unknown[] = [];
  for await (const step of stepsOf(`sep=;\r\n${HEAD.replaceAll(',', ';')}17;13/9/2026\n`, 90)) {
    rows.push(...rowsOf(step).map(({ _source }) => _source));
  }
  t.same(rows, ['orders.csv:3'], 'rows are numbered as an editor does');
});

t.test('reports that were laid one behind another are each read by their own header', async (t) => {
  const names = HEAD.trim().split(',');
  const rowOf = (id: string, order: readonly string[]): string =>
    order
      .map((name) => {
        if (name === 'Merchant Order ID') return id;
        return name === 'Created At'
          ? '9/13/2026 7:23 AM'
          : name === 'Grand Total'
            ? '12.50'
            : 'x1';
      })
      .join(',')
      .concat('\n');
  const other = [...names.slice(2), ...names.slice(0, 2)];
  const fewer = names.filter((name) => name !== 'Utm Source');
  const text = [names, other, fewer]
    .map((order, at) => `\ufeff${order.join(',')}\n${rowOf(`51${at}`, order)}`)
    .join('');
  let last: Step | undefined;
  for (const size of [40, 10_000]) {
    const rows: JsonObject[] = [];
    for await (const step of stepsOf(text, size)) {
      rows.push(...rowsOf(step));
      last = step;
    }
    t.match(
      rows.map(({ platform_order_id, total, created_at }) => [
        platform_order_id,
        total,
        created_at,
      ]),
      ['510', '511', '512'].map((id) => [id, '12.50', '2026-09-13T01:53:00Z']),
    );
  }
  // Where its columns changed on the way, one that grows is read from its beginning.
  const grown = text + rowOf('513', fewer);
  t.same((await readPart(grown, 40, last?.mark as Mark)).ids, ['510', '511', '512', '513']);
});

t.test(
  'a table of another report below is told, and none of it is taken for the first',
  async (t) => {
    const settlements =
      'Transaction Type,Payment Id,Amount,Debit,Credit,Settlement UTR,Settlement Date,Order Id,Tax,Fee\n' +
      'payment,pay_1,1299,0,1275,UTR1,14/9/2026,o1,1,2\n';
    const ids: unknown[] = [];
    const marks: Step['mark'][] = [];
    const read = async (): Promise<void> => {
      for await (const step of stepsOf(`${HEAD}${line(1)}\n${settlements}`, 10_000)) {
        ids.push(...rowsOf(step).map(({ platform_order_id }) => platform_order_id));
        marks.push(step.mark);
      }
    };
    await t.rejects(read(), {
      message: /another table begins in row 4 of it, a settlement report/,
    });
    t.same(ids, ['1001'], 'what stands above it was read');
    t.same(marks, [{}], 'and is tried again');
  },
);

t.test('commas before decimals are those of a table with semicolons', async (t) => {
  const totals: unknown[] = [];
  const cells = (total: string): string => `17;13/9/2026;${total};cod;;;;;;;\n`;
  const text =
    HEAD.replaceAll(',', ';') +
    ['1299,50', '1.299,50', '0,875', '1.299.000', '0.875', '12.5'].map(cells).join('');
  for await (const step of stepsOf(text, 90))
    totals.push(...rowsOf(step).map(({ total }) => total));
  t.same(totals, ['1299.50', '1299.50', '0.875', '1299000', '0.875', '12.5']);
  const anomalies = createAnomalies();
  const unsure = HEAD.replaceAll(',', ';') + ['1.299', '1,299'].map(cells).join('');
  for await (const step of stepsOf(unsure, 90, undefined, optionsFor('o', anomalies)))
    totals.push(...rowsOf(step).map(({ total }) => total));
  t.same(totals.slice(6), ['1299', '1,299']);
  t.match(anomalies.lines(), [
    /numbers such as 1\.299 and 1,299 were read as thousands \(2 times\)/,
  ]);
});

t.test('a column is known with its unit behind its name', async (t) => {
  for (const unit of [' (INR)', '（INR）', ' (in Rs.)', ' [₹]', ' in INR', ' (₹)']) {
    for await (const step of stepsOf(
      HEAD.replace('Grand Total', `Grand Total${unit}`) + line(7),
      900,
    ))
      for (const { total } of rowsOf(step)) t.equal(total, '1,007.00', unit);
  }
});

t.test('a day that a workbook shows as a number counts from where its days do', async (t) => {
  const names = HEAD.trim().split(',');
  const part = {
    ...({ kind: 'sheet', key: 'o', label: 'o', asOfMs: undefined, firstDay: 1462 } as const),
    async *rows() {
      yield { cells: names, number: 1 };
      yield { cells: ['17', '44816'], number: 2 };
    },
  };
  const opening = await openPart(part, optionsFor('o'));
  for await (const step of opening.read(undefined, 'day-first'))
    t.match(rowsOf(step), [{ created_at: '2026-09-12T18:30:00Z' }]);
});

t.test('cells that were merged over rows are told', async (t) => {
  const names = HEAD.trim().split(',');
  const anomalies = createAnomalies();
  const part = {
    ...({ kind: 'sheet', key: 'o', label: 'o', asOfMs: undefined, firstDay: 0 } as const),
    async *rows() {
      yield { cells: names, number: 1 };
      yield { cells: ['17', '13/9/2026'], number: 2 };
      yield { cells: ['18'], number: 3 };
      // That of the header, and one below it.
      yield { cells: [], number: 1, isMerged: true as const };
      yield { cells: [], number: 3, isMerged: true as const };
    },
  };
  const opening = await openPart(part, optionsFor('o.xlsx', anomalies));
  let rows = 0;
  for await (const step of opening.read(undefined, 'day-first')) rows += step.rows.length;
  t.equal(rows, 1);
  t.match(anomalies.lines().join(), /cells of several rows of o\.xlsx are merged.*\(1 time\)/);
});

/** The container of the old Office, with names in its directory. */
function compound(...names: string[]): Buffer {
  const bytes = Buffer.alloc(2048);
  bytes.write('d0cf11e0a1b11ae1', 'hex');
  for (const [at, name] of names.entries()) bytes.write(name, 1024 + at * 128, 'utf16le');
  return bytes;
}

t.test('delimiters with nothing behind them are no cells too many', async (t) => {
  const anomalies = createAnomalies();
  const text = `${HEAD}${line(1).trimEnd()},,\n${line(2).trimEnd()},x\n`;
  let rows = 0;
  const options = optionsFor('orders.csv', anomalies);
  for await (const step of stepsOf(text, 1000, undefined, options)) rows += step.rows.length;
  t.equal(rows, 2);
  t.match(
    anomalies.lines().join(),
    /a row of orders\.csv has more cells than its header has columns.*\(1 time\)/,
  );
});

const refusals: [string, string | Buffer, RegExp][] = [
  ['nothing', '', /it is empty/],
  ['white space', ' \n \n', /it is empty/],
  ['a web page', '\n<!DOCTYPE html><html>', /web page/],
  ['a PDF', '%PDF-1.7', /PDF/],
  [
    'an old workbook',
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    /old Excel workbook.*password.*save it as \.xlsx/,
  ],
  ['a compound file of Windows', compound('Root Entry', 'Catalog'), /it is no table/],
  ['a workbook with a password', compound('Root Entry', 'EncryptedPackage'), /with a password/],
  ['a web page behind a mark', '\ufeff<html><table>', /web page/],
  ['a table as a web page', '<table border="1"><tr><th>a</th></tr></table>', /save it as \.xlsx/],
  [
    'a workbook in XML',
    '<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    /workbook in XML: save it as/,
  ],
  [
    'a link that has expired',
    '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>',
    /link that has expired: ask for the report again/,
  ],
  ['other XML', '<?xml version="1.0"?><feed/>', /it is XML/],
  [
    'other columns',
    'Name,Age\nA,1\n',
    /of no known report\. Found: Name, 1 not shown\. Say in `files\[\]\.shape`/,
  ],
  [
    'rows without a header',
    '5123,9876543210\n5124,9876543211\n',
    /^it has no header of a known report$/,
  ],
  ['payloads of no kind', '{"a":1}\n{"a":2}\n', /none of its payloads/],
  ['JSON with comments', '// saved\n{"request_id":"r"}', /not JSON, but what looks like it/],
  ['JSON with a comment inside', '{ /* x */ "request_id":"r"}', /take comments out/],
  ['what Python prints', "{'request_id': 'r'}", /double quotes/],
  ['half a list', '[{"a":1},', /not JSON, or not all of it/],
];
for (const [name, content, message] of refusals) {
  t.test(`${name} is told`, (t) => t.rejects(readPart(content, 100), { message }));
}

/** A sheet of webhooks, a body that went on in the next cell among them; and no JSON. */
const LONG = JSON.stringify({
  request_id: 'q-2',
  drop_stage: 'Payment Page',
  note: 'x'.repeat(90),
});
const CAUGHT = [
  ['_received_at', 'raw_payload', 'raw_payload_2'],
  [
    '2026-09-09T07:23:34.000Z',
    '{"request_id":"q-1","drop_stage":"OTP","id":12345678901234567890}',
    '',
  ],
  ['2026-09-09T08:00:00.000Z', LONG.slice(0, 60), LONG.slice(60)],
  ['', '', ''],
  ['2026-09-09T09:00:00.000Z', 'a=1', ''],
  [
    '2026-09-09T09:00:00.000Z',
    '{"entity":"refund","event":"refund.successful","data":{"refundId":"r-1","paymentId":"p-2"}}',
    '',
  ],
];
const PAYLOAD_ROWS = [
  { stream: 'abandoned_checkouts', id: 'q-1', at: '2026-09-09T07:23:34Z', source: 'hooks:2' },
  { stream: 'abandoned_checkouts', id: 'q-2', at: '2026-09-09T08:00:00Z', source: 'hooks:3' },
  { stream: 'refunds', id: 'r-1', at: '2026-09-09T09:00:00Z', source: 'hooks:6' },
];
const asTold = ({ stream, row }: Step['rows'][number]) => ({
  ...{ stream, id: row.request_id ?? row.refund_id },
  ...{ at: row.received_at, source: row._source },
});

t.test('a table of webhooks, as a sheet, as CSV and as a warehouse exports it', async (t) => {
  const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
  const csv = CAUGHT.map((cells) => `${cells.map(quote).join()}\n`).join('');
  const sheet = {
    ...({ kind: 'sheet', key: 'hooks', label: 'hooks', asOfMs: undefined, firstDay: 0 } as const),
    async *rows() {
      for (const [at, cells] of CAUGHT.entries()) yield { cells, number: at + 1 };
    },
  };
  const warehouse = csv
    .replace('_received_at', '_airbyte_extracted_at')
    .replace('raw_payload', '_airbyte_data');
  const parts = [sheet, partOf(csv, 7), partOf(`Webhooks\n${csv}`, 1_000)];
  for (const [index, part] of parts.entries()) {
    const anomalies = createAnomalies();
    const opening = await openPart(part, optionsFor('hooks', anomalies));
    t.match(opening.title, /capture/);
    const { order } = await opening.decide();
    const steps: Step[] = [];
    for await (const step of opening.read(undefined, order)) steps.push(step);
    const found = steps.flatMap(({ rows }) => rows.map(asTold));
    const shift = index === 2 ? 1 : 0;
    t.same(
      found,
      PAYLOAD_ROWS.map((row) => ({
        ...row,
        source: row.source.replace(/\d$/, (n) => `${Number(n) + shift}`),
      })),
    );
    t.match(anomalies.lines().join('\n'), /is of no known shape/);
    // Once more from its mark: nothing comes again.
    const again = await openPart(part, optionsFor('hooks'));
    const { mark } = steps.at(-1) as Step;
    for await (const { rows } of again.read(mark as Mark, order)) t.same(rows, []);
  }
  const opening = await openPart(
    partOf(warehouse.split('\n').slice(0, 2).join('\n'), 50),
    optionsFor('hooks'),
  );
  for await (const { rows } of opening.read(undefined, 'day-first'))
    t.same(rows.map(asTold), PAYLOAD_ROWS.slice(0, 1));
  const none = await openPart(partOf('raw_payload,x\na,b\n', 50), optionsFor('hooks'));
  await t.rejects(async () => {
    for await (const { rows } of none.read(undefined, 'day-first')) t.same(rows, []);
  }, /none of its payloads/);
});
