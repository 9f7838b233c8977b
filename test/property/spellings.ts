import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { workbook, zip } from '../../simulator/src/exports/pack.ts';
import { createAnomalies } from '../../src/cdk/anomalies.ts';
import type { Json, JsonObject } from '../../src/cdk/protocol.ts';
import { readLocation } from '../../src/gokwik/files/location.ts';
import { createFileReader } from '../../src/gokwik/files/reader.ts';
import { compileMapper } from '../../src/gokwik/records/mapper.ts';
import { STREAMS } from '../../src/gokwik/streams/index.ts';
import { ON_DISK } from '../gokwik/files/helpers/files.ts';

/* One truth, written in every spelling, separator, encoding, order of dates, wrapper and duplicate
 * that is known: what is read is one and the same table. The writers know nothing of the readers. */

/** The newest row of each key, as a destination keeps it that compares cursors. */
async function readAll(stream: string, folder: string): Promise<Map<string, JsonObject>> {
  const declaration = STREAMS[stream];
  if (!declaration) throw new Error(`no stream ${stream}`);
  const { schema, profile } = declaration;
  const mapper = compileMapper({
    ...{ stream, schema, pii: undefined, anomalies: createAnomalies() },
    profile: { ...profile, ...profile.with_files },
  });
  const reader = createFileReader([stream], {
    sources: [
      {
        ...{ stream: undefined, format: undefined, shape: undefined, skipsBroken: false },
        location: readLocation(folder, { field: 'files', allowPrivate: false }),
      },
    ],
    mapperOf: () => mapper,
    anomalies: createAnomalies(),
    hideName: (name) => name,
    ...ON_DISK,
    log: { info() {}, warn() {}, debug() {} },
  });
  const run = reader.open(new Map([[stream, undefined]]));
  const table = new Map<string, JsonObject>();
  for await (const page of run.pages(new AbortController().signal)) {
    for (const row of page.flatMap(({ rows }) => rows)) {
      const before = table.get(String(row.record_key));
      const isNewer = !before || String(before.updated_at) <= String(row.updated_at);
      if (isNewer) table.set(String(row.record_key), row);
    }
  }
  const failure = run.failure(stream);
  if (failure) throw failure;
  return table;
}

interface Order {
  readonly id: string;
  /** Minutes since the end of 2025 in India. */
  readonly made: number;
  readonly paise: number;
  readonly method: 'cod' | 'upi' | 'partial prepaid' | 'pp-cod';
  readonly name: string;
  readonly city: string;
}

const CLASSES = {
  cod: 'cod',
  upi: 'prepaid',
  'partial prepaid': 'partial_cod',
  'pp-cod': 'partial_cod',
} as const;

const START_MS = Date.UTC(2026, 0, 1);
const INDIA_MS = 19_800_000;

const order = fc.record<Order>({
  id: fc.integer({ min: 5_000_000_000_000, max: 5_999_999_999_999 }).map(String),
  made: fc.integer({ min: 0, max: 250 * 1440 }),
  paise: fc.integer({ min: 100, max: 9_999_999 }),
  method: fc.constantFrom<Order['method']>('cod', 'upi', 'partial prepaid', 'pp-cod'),
  name: fc.constantFrom('Asha', 'Zoë Rao', 'O"Brien, Ravi', 'आशा', 'line\nbreak', "D'Souza"),
  city: fc.constantFrom('Pune', '', 'NA', 'New  Delhi'),
});
/** Of a whole file: a day past the twelfth is there, which tells the order of its dates. */
const orders = fc
  .uniqueArray(order, { minLength: 1, maxLength: 12, selector: ({ id }) => id })
  .map((some) => some.map((one, at) => (at === 0 ? { ...one, made: 20 * 1440 + 443 } : one)));

const pad = (value: number): string => String(value).padStart(2, '0');
type DateStyle = 'report' | 'sheet' | 'dashed' | 'american' | 'iso' | 'packed' | 'named' | 'short';

function spellDate(made: number, style: DateStyle): string {
  const wall = new Date(START_MS + made * 60_000);
  const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth() + 1, wall.getUTCDate()];
  const [hour, minute] = [wall.getUTCHours(), wall.getUTCMinutes()];
  const half = `${hour % 12 || 12}:${pad(minute)} ${hour < 12 ? 'AM' : 'PM'}`;
  const clock = `${pad(hour)}:${pad(minute)}`;
  switch (style) {
    case 'report':
      return `${day}/${month}/${year} ${half}`;
    case 'sheet':
      return `${pad(day)}/${pad(month)}/${year} ${pad(hour % 12 || 12)}:${pad(minute)} ${hour < 12 ? 'AM' : 'PM'}`;
    case 'dashed':
      return `${pad(day)}-${pad(month)}-${year} ${clock}`;
    case 'american':
      return `${month}/${day}/${year} ${half}`;
    case 'iso':
      return `${year}-${pad(month)}-${pad(day)} ${clock}:00`;
    case 'packed':
      return `${year}${pad(month)}${pad(day)}${pad(hour)}${pad(minute)}00`;
    case 'short':
      return `${day}/${month}/${year % 100} ${clock}`;
    case 'named':
      return `${wall.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' })} ${day}, ${year} ${half}`;
  }
}

const ID_STYLES: ((id: string) => string)[] = [
  (id) => id,
  (id) => `'${id}`,
  (id) => `="${id}"`,
  (id) => `${id}.0`,
  (id) => ` ${id}\u00a0`,
  (id) => Number(id).toLocaleString('en-IN'),
];
const MONEY_STYLES: ((paise: number) => string)[] = [
  (paise) => (paise / 100).toFixed(2),
  (paise) => (paise / 100).toLocaleString('en-IN', { minimumFractionDigits: 2 }),
  (paise) => `₹ ${(paise / 100).toLocaleString('en-IN', { minimumFractionDigits: 2 })}`,
  (paise) => `Rs. ${(paise / 100).toFixed(2)}`,
];

const COLUMNS =
  'Order Number,Merchant Order ID,Created At,Grand Total,Payment Method,Customer Name,Billing City,Payment Status,Merchant Order Status,RTO Risk,Product Name,AWB Number,Coupon Code'.split(
    ',',
  );

const look = fc.record({
  date: fc.constantFrom<DateStyle>(
    ...(['report', 'sheet', 'dashed', 'american', 'iso', 'packed', 'named', 'short'] as const),
  ),
  id: fc.constantFrom(...ID_STYLES),
  money: fc.constantFrom(...MONEY_STYLES),
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  newline: fc.constantFrom('\n', '\r\n', '\r'),
  encoding: fc.constantFrom('utf8', 'utf8 with a mark', 'utf16le', 'utf16be', 'windows'),
  hint: fc.boolean(),
  title: fc.boolean(),
  total: fc.boolean(),
  again: fc.boolean(),
  blank: fc.boolean(),
  quoted: fc.boolean(),
  columns: fc.shuffledSubarray(COLUMNS, { minLength: COLUMNS.length }),
  pack: fc.constantFrom('none', 'gzip', 'zip', 'xlsx'),
});
type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

function tableOf(rows: readonly Order[], how: Look): string[][] {
  const cellsOf = ({ id, made, paise, method, name, city }: Order, at: number): string[] => {
    const cells: Record<string, string> = {
      'Order Number': String(at + 1),
      'Merchant Order ID': how.id(id),
      'Created At': spellDate(made, how.date),
      'Grand Total': how.money(paise),
      'Payment Method': method,
      'Customer Name': name,
      'Billing City': city,
      'RTO Risk': 'nil',
      'Product Name': 'Kurta | Saree',
    };
    return how.columns.map((column) => cells[column] ?? '');
  };
  const header = [...how.columns];
  const body = rows.map(cellsOf);
  const middle = Math.ceil(body.length / 2);
  const total = how.columns.map((column) => (column === 'Grand Total' ? '2598.00' : ''));
  return [
    ...(how.title ? [['GoKwik orders'], ['made for a shop']] : []),
    header,
    ...body.slice(0, middle),
    ...(how.again ? [header] : []),
    ...(how.blank ? [how.columns.map(() => '')] : []),
    ...body.slice(middle),
    ...(how.total ? [total] : []),
  ];
}

function textOf(rows: readonly (readonly string[])[], how: Look): Buffer {
  const { delimiter, newline, encoding } = how;
  const quote = (cell: string): string =>
    how.quoted || /["\r\n,;\t|]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  const lines = rows.map((cells) => cells.map(quote).join(delimiter) + newline);
  const text = (how.hint ? `sep=${delimiter}\r\n` : '') + lines.join('');
  switch (encoding) {
    case 'utf16le':
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 'utf16be':
      return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    case 'windows':
      // What the character set does not have stays in UTF-8, cell by cell.
      return Buffer.concat(
        [...text].map((sign) => Buffer.from(sign, sign === 'ë' ? 'latin1' : 'utf8')),
      );
    default:
      return Buffer.from(`${encoding === 'utf8' ? '' : '\ufeff'}${text}`);
  }
}

function fileOf(rows: readonly Order[], how: Look): [name: string, content: Buffer] {
  const cells = tableOf(rows, how);
  if (how.pack === 'xlsx') return ['orders.xlsx', workbook(cells)];
  const text = textOf(cells, how);
  if (how.pack === 'gzip') return ['orders.csv.gz', gzipSync(text)];
  if (how.pack === 'zip') return ['orders.zip', zip([{ name: 'a/orders.csv', content: text }])];
  return ['orders.csv', text];
}

function layDown(files: readonly (readonly [string, Buffer])[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'spellings-'));
  for (const [index, [name, content]] of files.entries()) {
    const path = join(folder, `${index}-${name}`);
    writeFileSync(path, content);
    const moment = Date.UTC(2026, 9, 1) / 1000 + index * 86_400;
    utimesSync(path, moment, moment);
  }
  return folder;
}

t.test('orders are the same table in every spelling, and in overlapping exports', async (t) => {
  await fc.assert(
    fc.asyncProperty(orders, fc.array(look, { minLength: 1, maxLength: 3 }), async (all, looks) => {
      const table = await readAll('orders', layDown(looks.map((how) => fileOf(all, how))));
      const found = [...table].map(([key, row]) => ({
        key,
        created_at: row.created_at,
        total: row.total,
        payment_class: row.payment_class,
        customer_name: row.customer_name,
        city: (row.billing_address as JsonObject | null)?.city ?? null,
      }));
      const truth = all.map(({ id, made, paise, method, name, city }) => ({
        key: id,
        created_at: new Date(START_MS + made * 60_000 - INDIA_MS)
          .toISOString()
          .replace('.000Z', 'Z'),
        total: paise / 100,
        payment_class: CLASSES[method],
        customer_name: name,
        city: city === '' || city === 'NA' ? null : city,
      }));
      const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
      t.same(found.sort(byKey), truth.sort(byKey));
    }),
    { numRuns: 150 },
  );
});

const WRAPPERS: ((payload: JsonObject) => Json)[] = [
  (payload) => payload,
  (payload) => [payload],
  (payload) => ({ headers: { host: 'h' }, body: payload }),
  (payload) => ({ headers: { host: 'h' }, body: JSON.stringify(payload) }),
  (payload) => ({ data: { body: payload } }),
  (payload) => ({ _id: 'x', event: payload }),
  (payload) => ({ _airbyte_raw_id: 'x', _airbyte_data: JSON.stringify(payload) }),
  (payload) => ({ id: 1, raw_payload: JSON.stringify(payload) }),
];

const LIVES = {
  transaction: [['failure'], ['successful'], ['failure', 'auto_refund'], ['failure', 'successful']],
  refund: [['initiated'], ['initiated', 'successful'], ['initiated', 'pending', 'failure']],
} as const;

for (const entity of ['transaction', 'refund'] as const) {
  const stream = entity === 'refund' ? 'refunds' : 'payments';
  const life = fc.record({
    events: fc.constantFrom<readonly string[]>(...LIVES[entity]),
    /** Minutes: how late each receipt is, which is less than a sender tries. */
    late: fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 6, maxLength: 6 }),
    wraps: fc.array(fc.constantFrom(...WRAPPERS), { minLength: 6, maxLength: 6 }),
    twice: fc.boolean(),
  });
  t.test(`${stream} end as their last event says, in whatever order it came`, async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('lines', 'list', 'file'),
        fc.infiniteStream(fc.integer()),
        async (lives, form, mixer) => {
          const captures = lives.flatMap(({ events, late, wraps, twice }, id) =>
            events.flatMap((event, at) => {
              const data =
                entity === 'refund'
                  ? { refundId: `f${id}`, transactionPaymentId: `p${id}`, paymentId: `own${id}` }
                  : { paymentId: `p${id}` };
              const payload = {
                entity,
                event: `${entity}.${event}`,
                data: { ...data, amount: '12.50' },
              };
              const receipts = [late[at] ?? 0, ...(twice ? [late[at + 3] ?? 0] : [])];
              return receipts.map((minutes) => {
                const at_ = START_MS + (at * 30 + minutes) * 60_000;
                const wrapped = (wraps[at] ?? WRAPPERS[0])?.(payload);
                const _received_at = new Date(at_).toISOString();
                return Array.isArray(wrapped)
                  ? [{ ...payload, _received_at }]
                  : { ...(wrapped as JsonObject), _received_at };
              });
            }),
          );
          const mixed = captures
            .map((value) => ({ value, by: Number(mixer.next().value) }))
            .sort((a, b) => a.by - b.by)
            .map(({ value }) => value);
          const files: [string, Buffer][] =
            form === 'file'
              ? mixed.map((value, at) => [
                  `${at}.json`,
                  Buffer.from(JSON.stringify(value, null, 2)),
                ])
              : form === 'list'
                ? [['all.json', Buffer.from(JSON.stringify(mixed))]]
                : [
                    [
                      'all.jsonl',
                      Buffer.from(mixed.map((value) => `${JSON.stringify(value)}\n`).join('')),
                    ],
                  ];
          const table = await readAll(stream, layDown(files));
          const truth = lives.map(({ events }, id) => [
            entity === 'refund' ? `f${id}` : `p${id}`,
            `p${id}`,
            events.at(-1),
            12.5,
          ]);
          t.same(
            [...table.values()]
              .map((row) => [row.record_key, row.payment_id, row.status, row.amount])
              .sort(),
            truth.sort(),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
}
