import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STREAMS } from '../streams/index.ts';
import { utc } from '../world/time.ts';
import type { World } from '../world/world.ts';
import { type CaptureForm, cartPayload, paymentPayload } from './captures.ts';
import {
  COLUMNS,
  type Column,
  quote,
  type Report,
  reportFacts,
  type Spelling,
  spellRow,
} from './columns.ts';
import { writeText, zipFile } from './pack.ts';
import { type ExportRange, rowsOf } from './rows.ts';

/** A file, or a folder of files, that a connector can read into a stream. */
export interface ExportFile {
  readonly stream: 'orders' | 'settlements' | 'abandoned_checkouts' | 'payments' | 'refunds';
  readonly path: string;
  readonly format: string;
}

export interface ExportOptions extends Partial<ExportRange> {
  /** Put before file names, so that several exports can lie in one folder. */
  readonly prefix?: string;
  readonly pack?: 'none' | 'gzip' | 'zip';
  /** As other dashboards and years have it: other headers, line ends and times. Default false. */
  readonly older?: boolean;
  /** Of abandoned-cart captures. Default `lines`. */
  readonly form?: CaptureForm;
}

const FORMATS = {
  orders: 'orders_export',
  settlements: 'settlement_report',
  abandoned_checkouts: 'abandoned_report',
} as const;

/** A dashboard of another year lacks this column. */
const MISSING_WHEN_OLDER = 'RTO Remark';

/** Writes every export and capture of a merchant into a folder. */
export async function writeExports(
  world: World,
  folder: string,
  nowMs: number,
  options: ExportOptions = {},
): Promise<ExportFile[]> {
  const { prefix = '', form = 'lines', pack = 'none' } = options;
  const range = { atMs: nowMs, ...options };
  await mkdir(folder, { recursive: true });
  const files: ExportFile[] = [];
  for (const report of ['orders', 'settlements', 'abandoned_checkouts'] as const) {
    const end = pack === 'gzip' ? '.csv.gz' : '.csv';
    const path = join(folder, `${prefix}${report}${end}`);
    await writeText(path, reportLines(world, report, range, options), pack === 'gzip');
    const placed = pack === 'zip' ? await zipFile(path) : path;
    files.push({ stream: report, path: placed, format: FORMATS[report] });
  }
  const captured = await writeCarts(world, join(folder, `${prefix}carts`), range, form);
  files.push({ stream: 'abandoned_checkouts', path: captured, format: 'abandoned_webhook' });
  const payments = join(folder, `${prefix}payment-events.jsonl`);
  await writeText(payments, paymentLines(world, range), false);
  for (const stream of ['payments', 'refunds'] as const) {
    files.push({ stream, path: payments, format: 'payment_webhook' });
  }
  const written: ExportFile[] = [];
  for (const file of files) {
    // A receiver makes its file with the first payload.
    if ((await stat(file.path)).size === 0) continue;
    // A file is as old as what it says.
    await utimes(file.path, range.atMs / 1000, range.atMs / 1000);
    written.push(file);
  }
  return written;
}

function* reportLines(
  world: World,
  report: Report,
  range: ExportRange,
  { older = false }: ExportOptions,
): Generator<string> {
  const spelling: Spelling = {
    delimiter: ',',
    newline: older ? '\n' : '\r\n',
    sheet: older && report === 'orders',
  };
  const columns = columnsOf(report, older);
  const header = columns.map(({ name, older: other }) => spellHeader(name, other, older));
  // Excel marks UTF-8 so.
  yield `${older ? '' : '\ufeff'}${header.map((name) => quote(name, spelling)).join(',')}${spelling.newline}`;
  let row = 0;
  let last = '';
  for (const { plan, facts } of rowsOf(world, STREAMS[report], range)) {
    row += 1;
    last = spellRow(reportFacts(report, world, plan, facts, row), columns, row, spelling);
    yield last;
  }
  // Reports have been seen to hold a row twice; a settlement's counts as another row there.
  if (report !== 'settlements') yield last;
}

export function columnsOf(report: Report, older: boolean): Column[] {
  const columns = [...COLUMNS[report]];
  if (!older) return columns;
  const kept = columns.filter(({ name }) => name !== MISSING_WHEN_OLDER);
  const added: Column = { name: 'Store Credit Used', field: 'currency', kind: 'text' };
  // In another order, with a column that nobody knows.
  return report === 'orders' ? [...kept.slice(3), added, ...kept.slice(0, 3)] : kept;
}

const spellHeader = (name: string, other: string | undefined, older: boolean): string =>
  older ? ` ${(other ?? name).toUpperCase().replace(/ /g, '  ')} ` : name;

async function writeCarts(
  world: World,
  base: string,
  range: ExportRange,
  form: CaptureForm,
): Promise<string> {
  if (form === 'folder') {
    await mkdir(base, { recursive: true });
    let number = 0;
    for (const payload of cartPayloads(world, range)) {
      number += 1;
      const text = JSON.stringify(payload, null, 2);
      await writeFile(join(base, `${String(number).padStart(6, '0')}.json`), text);
    }
    return base;
  }
  const path = `${base}.${form === 'lines' ? 'jsonl' : 'json'}`;
  await writeText(path, cartTexts(world, range, form), false);
  return path;
}

function* cartTexts(world: World, range: ExportRange, form: CaptureForm): Generator<string> {
  if (form === 'lines') {
    for (const payload of cartPayloads(world, range)) yield `${JSON.stringify(payload)}\n`;
    return;
  }
  yield form === 'wrapped' ? '{"carts":[' : '[\n';
  let comma = '';
  for (const payload of cartPayloads(world, range)) {
    yield comma + JSON.stringify(payload);
    comma = ',\n';
  }
  yield form === 'wrapped' ? ']}' : ']\n';
}

/** What was sent when the cart was left, what was sent since, and some of it twice. */
function* cartPayloads(world: World, range: ExportRange): Generator<object> {
  for (const { plan, facts } of rowsOf(world, STREAMS.abandoned_checkouts, range)) {
    const isDotted = plan.index % 3 === 1;
    const { abandonedMs = 0 } = plan;
    if (abandonedMs < Number(facts.updated_at)) {
      const early = {
        ...range,
        atMs: abandonedMs,
        fromMs: plan.createdMs,
        toMs: plan.createdMs + 1,
      };
      for (const first of rowsOf(world, STREAMS.abandoned_checkouts, early)) {
        if (first.plan.index === plan.index) yield cartPayload(first.facts, isDotted);
      }
    }
    yield cartPayload(facts, isDotted);
    if (plan.index % 7 === 0) yield cartPayload(facts, isDotted);
  }
}

function* paymentLines(world: World, range: ExportRange): Generator<string> {
  for (const { facts } of rowsOf(world, STREAMS.payments, range)) {
    yield `${JSON.stringify(paymentPayload('transaction', sendMoney(facts)))}\n`;
  }
  for (const { facts } of rowsOf(world, STREAMS.refunds, range)) {
    const { payment_id, ...rest } = sendMoney(facts);
    const refund = { ...rest, transaction_payment_id: payment_id };
    yield `${JSON.stringify(paymentPayload('refund', refund))}\n`;
  }
}

function sendMoney(facts: object): Record<string, unknown> {
  const row: Record<string, unknown> = { ...facts };
  row.amount = (Number(row.amount) / 100).toFixed(2);
  for (const name of ['created_at', 'updated_at']) {
    if (typeof row[name] === 'number') row[name] = utc(row[name]);
  }
  return row;
}
