import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import Papa from 'papaparse';
import t, { type Test } from 'tap';
import { fromBuffer } from 'yauzl';
import type { ExportOptions, ExportTruth, Simulator, StreamName } from '../src/index.ts';
import { DAY_MS, indiaDate, NOW_MS, type Row, start } from './helpers/client.ts';
import { means } from './helpers/meaning.ts';

/** Reports and captures are what real ones are known to be, and say what is true. */

/** As read in public code that handles real files. */
const HEADERS = {
  orders:
    'Order Number,Merchant Order ID,Shopify Order Name,Created At,Payment At,Utm Source,Utm Medium,Utm Campaign,Utm Term,Utm Content,Grand Total,Total Discount,Cod Charges,MRP Total,Payment Method,Payment Status,Merchant Order Status,Order Shipment Status,RTO Risk,RTO Score,RTO Remark,AWB Number,Customer Type - Gokwik,Customer Type - Merchant,Billing City,Billing State,Billing Pincode,Shipping Pincode,Customer Name,Customer Phone,Coupon Code,Landing Page,Product Name',
  settlements:
    'S. No.,Transaction Type,Payment Id,Order Id,Amount,Currency,Tax,Fee,Additional Fees,Additional Tax,gokwik Deduction,Debit,Credit,Payment Method,Transaction Date,Transaction RRN,Merchant Order Id,Platform Order Id,Shopify Transaction Id,Settlement UTR,Settlement Date,Settled By,Payment Mode,Bank Code,Card Network',
  abandoned_checkouts:
    'ID,Created At,Updated At,Customer Name,Customer Address,Phone Number,Email ID,Line items,Variant title,Abandoned Cart Link,Amount,Discount Total,Drop Stage,Drop Off Reasons,Comment,Utm Source,Utm Campaign,Utm Medium,Discount Code,Origin Referrer,Landing Page,Store Source,Store Platform,Automatic Discount Code,Customer Type - Gokwik,Customer Type - Merchant,MRP Total,Platform,Risk Flag',
  transactions:
    'Status,Order Number,Amount,Payment ID,Platform order number,Created At,Payment Mode,Payment Method,Payer vpa,Card Last 4 Digits,Payment Provider',
  checkout_funnel_daily:
    'Date,Sales Channel,Checkout Started,Address Landed,Payment Step Reached,Payment Method Selected,Sessions Converted',
};
type Report = keyof typeof HEADERS;
const REPORTS = Object.keys(HEADERS) as Report[];

function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'gokwik-exports-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

const table = (text: string): string[][] =>
  Papa.parse<string[]>(text, { skipEmptyLines: true }).data;

/** What a cell says, however its report spells it. */
function told(cell: string): string {
  const bare = cell.replace(/^'/, '').replace(/^(\d+),(\d{3}\.\d\d)$/, '$1$2');
  const dashed = /^(\d\d)-(\d\d)-(\d{4}) (\d\d):(\d\d)$/.exec(bare);
  if (dashed === null) return bare === 'na' ? '' : bare;
  const [, day, month, year, hour = '', minute] = dashed;
  const half = Number(hour) < 12 ? 'AM' : 'PM';
  return `${day}/${month}/${year} ${Number(hour) % 12}:${minute} ${half}`;
}

t.test('reports have the headers and the rows that they should', async (t) => {
  const simulator = await start(t, { orders: 500, seed: 13 });
  const looks: ExportOptions[] = [{}, { older: true, marketing: true }, { uploaded: true }];
  for (const look of looks) {
    const folder = folderOf(t);
    await simulator.exports(folder, { ...look, reports: REPORTS });
    for (const report of REPORTS) {
      const text = readFileSync(join(folder, `${report}.csv`), 'utf8');
      const [header = [], ...lines] = table(text.replace(/^\ufeff/, ''));
      if (Object.keys(look).length === 0) t.equal(header.join(), HEADERS[report], report);
      const strange = header.map((name) => /store +credit +used|upload date/i.test(name));
      const rows = lines.map((cells) => cells.filter((_, at) => !strange[at]));
      const truths = [...simulator.reportTruth(report, look)];
      t.ok(truths.length > 50, `${report}: ${truths.length} rows`);
      const seen = new Map(rows.map((cells) => [cells.map(told).join('\u0000'), cells]));
      t.equal(seen.size, truths.length, `${report}: as many, those that come twice apart`);
      const odd = [...seen.values()].flatMap((cells, at) => {
        const values = Object.values(truths[at]?.fields ?? {});
        return cells.flatMap((cell, place) =>
          means(told(cell), values[place]) ? [] : [`${header[place]}: ${cell}, ${values[place]}`],
        );
      });
      t.same(odd.slice(0, 5), [], `${report} says the truth`);
      t.equal(new Set(truths.map(({ key }) => key)).size, truths.length, `${report}: keys`);
    }
  }
});

t.test('settlements: 0 for nothing, refunds in their ways; keys are the API’s', async (t) => {
  const simulator = await start(t, { orders: 900, seed: 4 });
  const folder = folderOf(t);
  await simulator.exports(folder);
  const text = readFileSync(join(folder, 'settlements.csv'), 'utf8');
  const rows = Papa.parse<Record<string, string>>(text, {
    header: true,
    skipEmptyLines: true,
  }).data;
  const refunds = rows.filter((row) => row['Transaction Type'] === 'Refund');
  const others = rows.filter((row) => row['Transaction Type'] !== 'Refund');
  t.ok(others.every((row) => row.Debit === '0' && row['Settlement Date']));
  t.ok(refunds.every((row) => row.Credit === '0' && row['Settlement UTR']));
  t.same([...new Set(refunds.map((row) => row['Payment Mode']))].sort(), ['na', 'upi-ba']);
  const undated = refunds.filter((row) => row['Settlement Date'] === '').length / refunds.length;
  t.ok(undated > 0.5 && undated < 1, `${undated} of refunds without a date`);
  for (const form of [/^#\d+$/, /^KWIK/, /^GKMREF/, /^D\d+$/, /^'?\d{13}$/]) {
    t.ok(
      rows.some((row) => form.test(row['Platform Order Id'] ?? '')),
      `an order goes by ${form}`,
    );
  }
  // Neither the case of the type nor 0 for an amount that is none is in a key.
  const keyOf = (row: Record<string, string>): string => {
    const [debit, credit] = [row.Debit, row.Credit].map((cell) => Number(told(cell ?? '')) || '');
    const utr = row['Settlement UTR'] ?? row['UTR Number'];
    const type = row['Transaction Type']?.toLowerCase();
    const rrn = row['Transaction RRN']?.replace("'", '');
    return [utr, row['Payment Id'], type, rrn, debit, credit].join(':');
  };
  const api = [...simulator.truth('settlements', {}, 'files')].map(({ key }) => key).sort();
  for (const [at, look] of [{}, { older: true }, { uploaded: true }].entries()) {
    await simulator.exports(folder, { ...look, prefix: `${at}-` });
    const cells = readFileSync(join(folder, `${at}-settlements.csv`), 'utf8');
    const own = Papa.parse<Record<string, string>>(cells, { header: true, skipEmptyLines: true });
    t.same(own.data.map(keyOf).sort(), api, 'the API’s keys');
    const truths = [...simulator.reportTruth('settlements', look)].map(({ key }) => key);
    t.same(truths.sort(), api);
  }
});

t.test('the funnel counts what the sessions did', async (t) => {
  const simulator = await start(t, { orders: 700, seed: 6 });
  const steps: Record<string, Set<unknown>> = {};
  const note = (step: string, at: unknown, id: unknown) => {
    const day = indiaDate(Date.parse(String(at)));
    steps[`${day} ${step}`] = (steps[`${day} ${step}`] ?? new Set()).add(id);
  };
  const created = new Map<unknown, unknown>();
  for (const { fields } of simulator.truth('checkouts')) {
    created.set(fields.request_id, fields.created_at);
  }
  const names: Record<string, string> = {
    'checkout-ready': 'checkout_started',
    'user-login-successful': 'address_landed',
    navigation_payment_options: 'payment_step_reached',
  };
  for (const { fields } of simulator.truth('checkout_events')) {
    const step = names[String(fields.name)];
    if (step !== undefined) note(step, created.get(fields.request_id), fields.request_id);
  }
  for (const { fields } of simulator.truth('orders')) {
    const isPlaced = fields.platform_order_id !== null;
    if (isPlaced) note('sessions_converted', created.get(fields.request_id), fields.request_id);
  }
  const counts: Record<string, number> = {};
  for (const marketing of [false, true]) {
    for (const { fields } of simulator.reportTruth('checkout_funnel_daily', { marketing })) {
      for (const step of [...Object.values(names), 'sessions_converted']) {
        const name = `${marketing} ${fields.date} ${step}`;
        counts[name] = (counts[name] ?? 0) + Number(fields[step]);
      }
    }
  }
  const odd = Object.entries(counts).filter(([name, count]) => {
    const [, day, step] = name.split(' ');
    // Sessions of today are still on their way: events are known when a session is saved.
    return day !== indiaDate(NOW_MS) && count !== (steps[`${day} ${step}`]?.size ?? 0);
  });
  t.same(odd.slice(0, 5), []);
  t.ok(Object.keys(counts).length > 600);
});

/** The keys of `data`, of which the last ones may be missing. */
const DOCUMENTED = {
  transaction:
    'hmac paymentId merchantId merchantReferenceId currency method provider amount rewardTransaction',
  refund:
    'hmac amount auto merchantId merchantReferenceId paymentId provider refundId transactionPaymentId rewardRefund refundRequestDescription',
};
const MAY_BE = ['gatewayReferenceId', 'customerReferenceId', 'description'];

interface Payload {
  readonly entity: string;
  readonly event: string;
  readonly data: Row;
}

const readLines = (path: string): Row[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

t.test(
  'payment events are as documented: no status, no time, twice and out of order',
  async (t) => {
    const simulator = await start(t, { orders: 900, seed: 8 });
    const folder = folderOf(t);
    await simulator.exports(folder);
    const events = readLines(join(folder, 'payment-events.jsonl')) as unknown as Payload[];
    const texts = events.map((event) => JSON.stringify(event));
    for (const entity of ['transaction', 'refund'] as const) {
      const own = events.filter((event) => event.entity === entity);
      const odd = own.filter(({ data }) => {
        const names = Object.keys(data).filter((name) => !MAY_BE.includes(name));
        return names.join(' ') !== DOCUMENTED[entity];
      });
      t.same(odd, [], entity);
      const names = [...new Set(own.map(({ event }) => event))].sort();
      const known =
        entity === 'refund'
          ? ['refund.initiated', 'refund.pending', 'refund.successful']
          : ['transaction.auto_refund', 'transaction.failure', 'transaction.successful'];
      t.same(names, known);
    }
    const twice = texts.length - new Set(texts).size;
    t.ok(twice > texts.length / 20, `${twice} of ${texts.length} come twice`);
    const order = ['refund.initiated', 'refund.pending', 'refund.successful'];
    const last = new Map<unknown, number>();
    let early = 0;
    for (const { event, data } of events) {
      if (!order.includes(event)) continue;
      const turn = order.indexOf(event);
      if (turn < (last.get(data.refundId) ?? 0)) early += 1;
      last.set(data.refundId, turn);
    }
    t.ok(early > 3, `${early} refund events come after a later one`);
    t.ok(events.some(({ entity }) => entity === 'order'));
    t.ok(events.some(({ entity }) => entity === 'shipment'));

    // What the API says of the same payments; news of the last two days may still be on its way.
    const MEANT: Record<string, readonly string[]> = {
      captured: ['successful'],
      refunded: ['successful'],
      partially_refunded: ['successful'],
      failed: ['failure', 'auto_refund'],
      Completed: ['successful'],
      Pending: ['initiated', 'pending'],
    };
    for (const stream of ['payments', 'refunds'] as const) {
      const truths = new Map<string, ExportTruth>();
      for (const truth of simulator.captureTruth(stream)) truths.set(truth.key, truth);
      let compared = 0;
      for (const { key, fields, cursorMs, createdMs } of simulator.truth(stream)) {
        if (Math.max(cursorMs, createdMs) > NOW_MS - 2 * DAY_MS) continue;
        // What nobody pays brings no event.
        if (fields.status === 'pending') continue;
        const truth = truths.get(key);
        compared += 1;
        const meant = MEANT[String(fields.status)] ?? [];
        if (
          meant.includes(String(truth?.fields.status)) &&
          truth?.fields.amount === fields.amount
        ) {
          continue;
        }
        t.fail(`${stream} ${key}: ${fields.status}, told ${JSON.stringify(truth?.fields)}`);
      }
      t.ok(compared > 20, `${stream}: ${compared}`);
    }
  },
);

/** Takes a payload out of what a receiver made of it. */
function unwrap(kept: Row): Row {
  const parse = (value: unknown): Row =>
    typeof value === 'string' ? JSON.parse(value) : (value as Row);
  if ('body' in kept) return parse(kept.body);
  if ('event' in kept && '_id' in kept) return parse(kept.event);
  if ('_airbyte_data' in kept) return parse(kept._airbyte_data);
  if ('raw_payload' in kept) return parse(kept.raw_payload);
  const data = kept.data as Row | undefined;
  return data && 'body' in data ? parse(data.body) : kept;
}

function readCarts(folder: string): Row[] {
  const [name = ''] = readdirSync(folder).filter((file) => file.startsWith('carts'));
  const path = join(folder, name);
  if (statSync(path).isDirectory()) {
    return readdirSync(path).map((file) => JSON.parse(readFileSync(join(path, file), 'utf8')));
  }
  if (name.endsWith('.jsonl')) return readLines(path);
  const value = JSON.parse(readFileSync(path, 'utf8'));
  return Array.isArray(value) ? value : value.carts;
}

t.test('carts: every variant in every keeping has the keys that its truth has', async (t) => {
  const simulator = await start(t, { orders: 200, seed: 2 });
  const variants = ['flat', 'batch', 'carts', 'links', 'data'] as const;
  const keepings = ['plain', 'n8n', 'gateway', 'data', 'packed', 'warehouse', 'raw'] as const;
  const forms = ['lines', 'list', 'folder', 'wrapped'] as const;
  for (const [at, kept] of keepings.entries()) {
    for (const [turn, carts] of variants.entries()) {
      const form = carts === 'flat' && kept === 'plain' ? 'wrapped' : forms[(at + turn) % 3];
      const folder = folderOf(t);
      const options = { carts, kept, form: form ?? 'lines', received: at === 1 };
      await simulator.exports(folder, options);
      const rows = readCarts(folder);
      t.equal(
        rows.every((row) => '_received_at' in row),
        at === 1,
        'the moment of receipt',
      );
      const keys = new Set<unknown>();
      for (const row of rows) {
        const payload = unwrap(row);
        const inner = (payload.data ?? payload) as Row;
        const [cart = inner] = (payload.carts ?? []) as Row[];
        keys.add(payload.request_id ?? cart.request_id ?? cart.cart_id ?? cart.id);
      }
      const truths = [...simulator.captureTruth('abandoned_checkouts', options)];
      t.same([...keys].sort(), truths.map(({ key }) => key).sort(), `${carts}, ${kept}, ${form}`);
      t.ok(rows.length > keys.size, 'some came twice');
      const text = JSON.stringify(rows);
      t.notMatch(text, /recovered/);
      if (carts === 'carts') {
        t.notMatch(text, /request_id/);
        t.match(text, /is_abandoned\\*":false/);
      }
      if (carts === 'links') t.match(text, /abc_link.*checkout_stage.*price\\*":\d{5}\b/);
    }
  }
  checkFlat(t, simulator);
});

/** A flat capture says what the API says, but for what only the API knows. */
function checkFlat(t: Test, simulator: Simulator): void {
  const api = new Map<string, Row>();
  for (const { key, fields } of simulator.truth('abandoned_checkouts' as StreamName)) {
    const { recovered_at: _, recovered_moid: __, ...known } = fields;
    api.set(key, known);
  }
  const truths = [...simulator.captureTruth('abandoned_checkouts')];
  t.equal(truths.length, api.size);
  for (const { key, fields } of truths) t.same(fields, api.get(key));
}

t.test('a workbook holds the cells of the export', async (t) => {
  const simulator = await start(t, { orders: 100 });
  const folder = folderOf(t);
  const [file] = await simulator.exports(folder, { pack: 'xlsx' });
  t.match(file, { stream: 'orders', path: /orders\.xlsx$/ });
  const parts = await unzip(readFileSync(file?.path ?? ''));
  const texts = [...(parts['xl/sharedStrings.xml'] ?? '').matchAll(/<t [^>]*>([^<]*)</g)];
  const names = texts.map(([, text]) => text);
  t.equal(names.slice(0, 33).join(), HEADERS.orders);
  const sheet = parts['xl/worksheets/sheet1.xml'] ?? '';
  const truths = [...simulator.reportTruth('orders')];
  t.equal(sheet.match(/<row /g)?.length, truths.length + 2, 'the header, and the last row twice');
  for (const [at, { fields }] of truths.entries()) {
    const cell = (column: string) => {
      const [, tail, value] =
        new RegExp(`r="${column}${at + 2}"([^>]*)><v>([^<]*)`).exec(sheet) ?? [];
      return tail?.includes('t="s"') ? names[Number(value)] : value;
    };
    if (cell('B') !== fields.platform_order_id || Number(cell('K')) !== fields.total) {
      t.fail(`row ${at}: ${cell('B')}, ${cell('K')}`);
    }
  }
});

async function unzip(content: Buffer): Promise<Record<string, string>> {
  const parts: Record<string, string> = {};
  const zip = await new Promise<import('yauzl').ZipFile>((done, fail) =>
    fromBuffer(content, { lazyEntries: true }, (error, file) => (error ? fail(error) : done(file))),
  );
  await new Promise<void>((done, fail) => {
    zip.on('end', done).on('error', fail);
    zip.on('entry', (entry) =>
      zip.openReadStream(entry, async (error, stream) => {
        if (error) return fail(error);
        parts[entry.fileName] = (await buffer(stream)).toString();
        zip.readEntry();
      }),
    );
    zip.readEntry();
  });
  return parts;
}
