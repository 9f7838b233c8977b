import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Range } from '../world/lifecycle.ts';
import type { World } from '../world/world.ts';
import { type CartVariant, cartCaptures } from './captures.ts';
import { csvLine, csvRow, type Spelling, sheetRow } from './cells.ts';
import { paymentCaptures } from './events.ts';
import { type Keeping, keep } from './keep.ts';
import { workbook, writeText, zip } from './pack.ts';
import { type Look, type Report, type ReportRow, reportOf } from './reports.ts';

/** A file, or a folder of files, that a connector can read into a stream. */
export interface ExportFile {
  readonly stream:
    | 'orders'
    | 'settlements'
    | 'abandoned_checkouts'
    | 'payments'
    | 'refunds'
    | 'checkout_funnel_daily';
  readonly path: string;
  readonly format: string;
}

export interface ExportOptions extends Partial<Range>, Look, Keeping {
  /** Put before file names, so that several exports can lie in one folder. */
  readonly prefix?: string;
  /** Of reports. `xlsx`: the orders export as a workbook, the others as they are. */
  readonly pack?: 'none' | 'gzip' | 'zip' | 'xlsx';
  /** Default: orders, settlements, abandoned carts. */
  readonly reports?: readonly Report[];
  /** Of abandoned-cart captures. `wrapped` is for the flat variant. Default `lines`. */
  readonly form?: 'lines' | 'list' | 'wrapped' | 'folder';
  /** Which abandoned-cart webhook the merchant gets. Default `flat`. */
  readonly carts?: CartVariant;
}

const REPORTS_BY_DEFAULT: readonly Report[] = ['orders', 'settlements', 'abandoned_checkouts'];

/** Writes every export and capture of a merchant into a folder. */
export async function writeExports(
  world: World,
  folder: string,
  nowMs: number,
  options: ExportOptions = {},
): Promise<ExportFile[]> {
  const { prefix = '', reports = REPORTS_BY_DEFAULT } = options;
  const range = { atMs: nowMs, ...options };
  await mkdir(folder, { recursive: true });
  const files: ExportFile[] = [];
  for (const report of reports) {
    const { stream, format } = reportOf(report);
    const base = join(folder, `${prefix}${report}`);
    files.push({ stream, path: await writeReport(world, base, report, range, options), format });
  }
  const carts = await writeCarts(world, join(folder, `${prefix}carts`), range, options);
  files.push({ stream: 'abandoned_checkouts', path: carts, format: 'abandoned_webhook' });
  const payments = join(folder, `${prefix}payment-events.jsonl`);
  await writeText(payments, paymentLines(world, range, options), false);
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

async function writeReport(
  world: World,
  base: string,
  report: Report,
  range: Range,
  options: ExportOptions,
): Promise<string> {
  const { pack = 'none' } = options;
  if (pack === 'xlsx' && report === 'orders') {
    const columns = reportOf(report).columns(options);
    const rows = [...repeated(world, report, range, options)];
    const header = columns.map(({ name }) => name);
    const sheet = [header, ...rows.map(({ facts }) => sheetRow(facts, columns))];
    await writeFile(`${base}.xlsx`, workbook(sheet));
    return `${base}.xlsx`;
  }
  const lines = reportLines(world, report, range, options);
  if (pack === 'zip') {
    const content = Buffer.from([...lines].join(''));
    const name = `${base.slice(base.lastIndexOf('/') + 1)}.csv`;
    await writeFile(`${base}.csv.zip`, zip([{ name, content }]));
    return `${base}.csv.zip`;
  }
  const path = `${base}.csv${pack === 'gzip' ? '.gz' : ''}`;
  await writeText(path, lines, pack === 'gzip');
  return path;
}

/** The rows of a report, those that come twice included. */
function* repeated(world: World, report: Report, range: Range, look: Look): Generator<ReportRow> {
  const { rows, repeats } = reportOf(report);
  let last: ReportRow | undefined;
  for (const row of rows(world, range, look)) {
    yield row;
    if (row.twice) yield row;
    last = row;
  }
  if (repeats && last !== undefined) yield last;
}

function* reportLines(world: World, report: Report, range: Range, look: Look): Generator<string> {
  const { columns, time = 'report', olderTime = time } = reportOf(report);
  const { older = false } = look;
  const spelling: Spelling = { newline: older ? '\n' : '\r\n', time: older ? olderTime : time };
  const header = columns(look);
  // Excel marks UTF-8 so.
  yield (older ? '' : '\ufeff') +
    csvLine(
      header.map(({ name }) => name),
      spelling,
    );
  let row = 0;
  for (const { facts } of repeated(world, report, range, look)) {
    row += 1;
    yield csvRow(facts, header, row, spelling);
  }
}

async function writeCarts(
  world: World,
  base: string,
  range: Range,
  options: ExportOptions,
): Promise<string> {
  const { form = 'lines' } = options;
  if (form === 'folder') {
    await rm(base, { recursive: true, force: true });
    await mkdir(base, { recursive: true });
    let number = 0;
    for (const payload of cartPayloads(world, range, options)) {
      number += 1;
      const text = JSON.stringify(payload, null, 2);
      await writeFile(join(base, `${String(number).padStart(6, '0')}.json`), text);
    }
    return base;
  }
  const path = `${base}.${form === 'lines' ? 'jsonl' : 'json'}`;
  await writeText(path, cartTexts(world, range, options), false);
  return path;
}

function* cartTexts(world: World, range: Range, options: ExportOptions): Generator<string> {
  const { form = 'lines' } = options;
  const [head, between, tail] = FORMS[form];
  yield head;
  let comma = '';
  for (const payload of cartPayloads(world, range, options)) {
    yield comma + JSON.stringify(payload) + (form === 'lines' ? '\n' : '');
    comma = between;
  }
  yield tail;
}

const FORMS = {
  lines: ['', '', ''],
  list: ['[\n', ',\n', ']\n'],
  wrapped: ['{"carts":[', ',\n', ']}'],
  folder: ['', '', ''],
} as const;

function* cartPayloads(world: World, range: Range, options: ExportOptions) {
  let turn = 0;
  for (const capture of cartCaptures(world, range, options.carts ?? 'flat')) {
    yield keep(capture, turn, options);
    turn += 1;
  }
}

function* paymentLines(world: World, range: Range, options: ExportOptions) {
  for (const [turn, capture] of paymentCaptures(world, range).entries()) {
    yield `${JSON.stringify(keep(capture, turn, options))}\n`;
  }
}
