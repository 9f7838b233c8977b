import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import t from 'tap';
import { openMerchant, postAll } from './helpers/merchant.ts';
import { TOKEN } from './helpers/receiver.ts';
import { installTools } from './helpers/tools.ts';

/*
 * The Apps Scripts of deploy/webhook/sheet and deploy/mail, against doubles of the services that they
 * call, made after Google's reference. That proves what the scripts do with what the services answer;
 * it does not prove that Google's services answer so, nor permissions, quotas, triggers and the status
 * that a web app's caller sees: no one but Google runs Apps Script.
 */

const ROOT = resolve(import.meta.dirname, '../..');
const DEPLOY = join(ROOT, 'deploy');

type Script = Readonly<Record<string, (...given: unknown[]) => unknown>>;

/** The functions of a script, each call a run of its own, as Apps Script has it. */
function load(path: string, services: object): Script {
  const text = readFileSync(join(DEPLOY, path), 'utf8');
  const names = [...text.matchAll(/^function (\w+)/gm)].map(([, name = '']) => name);
  const run =
    (name: string) =>
    (...given: unknown[]) => {
      const context = createContext({ ...services });
      runInContext(text, context);
      return (context[name] as (...args: unknown[]) => unknown)(...given);
    };
  return Object.fromEntries(names.map((name) => [name, run(name)]));
}

const propertiesOf = (values: Record<string, string>) => ({
  getScriptProperties: () => ({ getProperty: (name: string) => values[name] ?? null }),
});

/** A sheet that takes what is typed: numbers, formulas, texts behind an apostrophe. */
function createSheet() {
  const rows: string[][] = [];
  const typed = (text: string): string => {
    if (text.length > 50_000) throw new Error('a cell takes 50,000 characters');
    if (text.startsWith("'")) return text.slice(1);
    if (text.startsWith('=')) return '#ERROR!';
    return /^[\d.]+$/.test(text) ? String(Number(text)) : text;
  };
  const sheet = {
    getLastRow: () => rows.length,
    appendRow: (cells: string[]) => rows.push(cells.map(typed)),
  };
  const quote = (cell = ''): string => `"${cell.replaceAll('"', '""')}"`;
  return {
    rows,
    app: { getActiveSpreadsheet: () => ({ getSheets: () => [sheet] }) },
    /** As Google writes it: every row as wide as the widest. */
    csv: () => {
      const width = Math.max(...rows.map((cells) => cells.length));
      return rows
        .map((cells) => Array.from({ length: width }, (_, at) => quote(cells[at])).join(','))
        .join('\r\n');
    },
  };
}

function openWebApp(properties: Record<string, string>) {
  const sheet = createSheet();
  const { doPost } = load('webhook/sheet/Code.js', {
    PropertiesService: propertiesOf(properties),
    SpreadsheetApp: sheet.app,
    HtmlService: { createHtmlOutput: (text: string) => ({ text }) },
    Utilities: {
      DigestAlgorithm: { SHA_256: 'sha256' },
      computeDigest: (name: string, text: string) => [
        ...new Int8Array(createHash(name).update(text).digest()),
      ],
    },
  });
  const post = (token: string, contents: string) =>
    doPost?.({ parameter: { token }, ...(contents && { postData: { contents } }) });
  return { sheet, post };
}

t.test('a web app to a Sheet, read as it was meant', async (t) => {
  const { payloads, expectTruth } = await openMerchant(t, 60);
  const { sheet, post } = openWebApp({ RECEIVER_TOKEN: TOKEN });
  await postAll(t, payloads, async (body) => {
    t.same(post(TOKEN, body), { text: '' });
    return 200;
  });
  const path = join(mkdtempSync(join(tmpdir(), 'gokwik-sheet-')), 'webhooks.csv');
  writeFileSync(path, sheet.csv());
  await expectTruth(path);
});

t.test('what is long, empty or looks like a formula is kept as it came', async (t) => {
  const { sheet, post } = openWebApp({ RECEIVER_TOKEN: TOKEN });
  const long = JSON.stringify({ request_id: 'r1', note: '1'.repeat(120_000) });
  for (const body of ['=IMPORTDATA("x")', '', '007', long]) post(TOKEN, body);
  post('another', '{"request_id":"r2"}');
  post('', '{"request_id":"r2"}');
  post(TOKEN, 'x'.repeat(1_000_001));
  const [header, ...rows] = sheet.rows;
  t.same(header?.slice(0, 3), ['_received_at', 'raw_payload', 'raw_payload_2']);
  t.same(
    rows.map(([, ...cells]) => cells.join('')),
    ['=IMPORTDATA("x")', '', '007', long],
  );
  t.ok(rows.every(([at = '']) => Math.abs(Date.parse(at) - Date.now()) < 60_000));
  t.ok((rows.at(-1)?.length ?? 0) <= (header?.length ?? 0));
  for (const properties of [{}, { RECEIVER_TOKEN: 'short' }]) {
    const closed = openWebApp(properties as Record<string, string>);
    t.throws(() => closed.post('', '{}'), /RECEIVER_TOKEN must have 16 random/);
    t.same(closed.sheet.rows, []);
  }
});

interface Blob {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}
const blobOf = (blob: Blob) => ({
  getName: () => blob.name,
  getContentType: () => blob.type,
  copyBlob: () => blobOf(blob),
  setName: (name: string) => blobOf({ ...blob, name }),
  text: blob.text,
});

interface Mail {
  readonly id: string;
  readonly from: string;
  readonly body?: string;
  readonly attachments?: readonly Blob[];
}

/** @param answers what a link gives: a report, or a status; 0: no answer. */
function openMailbox(mails: readonly Mail[], answers: ReadonlyMap<string, Blob | number>) {
  const files = new Map<string, string>();
  const asked: string[] = [];
  const folder = {
    getFilesByName: (name: string) => ({ hasNext: () => files.has(name) }),
    createFile: (blob: ReturnType<typeof blobOf>) => files.set(blob.getName(), blob.text),
  };
  const triggers: string[] = [];
  const messages = mails.map(({ id, from, body = '', attachments = [] }) => ({
    ...{ getId: () => id, getFrom: () => from, getBody: () => body },
    getDate: () => new Date('2026-11-28T03:30:00Z'),
    getAttachments: () => attachments.map(blobOf),
  }));
  const script = load('mail/Code.js', {
    PropertiesService: propertiesOf({ FOLDER_ID: 'f', SENDER: 'reports.example' }),
    DriveApp: { getFolderById: (id: string) => (id === 'f' ? folder : undefined) },
    GmailApp: {
      search: (query: string) => {
        asked.push(query);
        return [{ getMessages: () => messages }];
      },
    },
    ScriptApp: {
      getProjectTriggers: () => [...triggers],
      deleteTrigger: (name: string) => triggers.splice(triggers.indexOf(name), 1),
      newTrigger: (name: string) => ({
        timeBased: () => ({ everyHours: () => ({ create: () => triggers.push(name) }) }),
      }),
    },
    UrlFetchApp: {
      fetch: (address: string) => {
        asked.push(address);
        const answer = answers.get(address) ?? 404;
        if (answer === 0) throw new Error(`DNS error: ${address}`);
        const blob = typeof answer === 'number' ? { name: '', type: 'text/xml', text: '' } : answer;
        return {
          getResponseCode: () => (typeof answer === 'number' ? answer : 200),
          getBlob: () => blobOf(blob),
        };
      },
    },
  });
  return { script, files, asked, triggers };
}

t.test('mailed reports go into a folder, each once, before their links end', async (t) => {
  const base = 'https://bucket.s3.ap-south-1.amazonaws.com/reports';
  const signed = (name: string) => `${base}/${name}?X-Amz-Expires=604800&X-Amz-Signature=abc`;
  const inMail = (address: string) => `<a href="${address.replaceAll('&', '&amp;')}">Download</a>`;
  const report = (text: string): Blob => ({ name: 'x', type: 'text/csv', text });
  const sender = 'GoKwik <no-reply@reports.example>';
  const mails: Mail[] = [
    {
      id: 'm1',
      from: sender,
      body: `${inMail(signed('orders.csv'))} ${inMail(signed('orders.csv'))}`,
    },
    { id: 'm2', from: sender, attachments: [report('a'), { ...report('b'), name: 'carts.xlsx' }] },
    {
      id: 'm3',
      from: 'reports.example <x@elsewhere.example>',
      body: inMail(signed('foreign.csv')),
    },
    {
      id: 'm4',
      from: sender,
      body: inMail('https://elsewhere.example/orders.csv?X-Amz-Signature=abc'),
    },
    { id: 'm5', from: sender, body: inMail('https://amazonaws.com.elsewhere.example/orders.csv') },
    {
      id: 'm6',
      from: sender,
      body: inMail('https://elsewhere.example\\@x.amazonaws.com/orders.csv'),
    },
  ];
  const answers = new Map<string, Blob | number>([[signed('orders.csv'), report('orders')]]);
  const { script, files, asked, triggers } = openMailbox(mails, answers);
  script.install?.();
  script.install?.();
  t.same(triggers, ['keepReports']);
  const kept = new Map([
    ['2026-11-28-m1-0-orders.csv', 'orders'],
    ['2026-11-28-m2-0-carts.xlsx', 'b'],
  ]);
  t.same(files, kept);
  const links = asked.filter((text) => text.startsWith('https:'));
  t.same(links, [signed('orders.csv')], 'once, and of nobody else');
  t.match(asked[0], /^from:\(reports\.example\) newer_than:7d$/);
});

t.test('a link that does not give a report is told without its address', async (t) => {
  const base = 'https://bucket.s3.amazonaws.com/settlements.csv?X-Amz-Signature=abc';
  const body = `<a href="${base}1">a</a><a href="${base}2">b</a><a href="${base}0">0</a><a href="https://x.amazonaws.com/%E0.csv">e</a><a href="${base}3">c</a>`;
  const mails = [{ id: 'm1', from: 'no-reply@mail.reports.example', body }];
  const page: Blob = { name: 'x', type: 'text/html; charset=utf-8', text: '<html>' };
  const whole: Blob = { name: 'x', type: 'text/csv', text: 'whole' };
  const answers = new Map<string, Blob | number>([
    [`${base}1`, 403],
    [`${base}2`, page],
    [`${base}0`, 0],
    [`${base}3`, whole],
  ]);
  const { script, files } = openMailbox(mails, answers);
  t.throws(() => script.keepReports?.(), {
    message:
      'Not kept: link 1 of the mail of 2026-11-28 (HTTP 403); link 2 of the mail of 2026-11-28 (a page, no report); link 3 of the mail of 2026-11-28 (no answer, or more than 50 MB); link 4 of the mail of 2026-11-28 (HTTP 404)',
  });
  t.same([...files.values()], ['whole'], 'the others are kept');
});

t.test('their types are those of the services', (t) => {
  const modules = installTools();
  const check = (file: string, folder: string, types: string): string => {
    const options = ['--noEmit', '--allowJs', '--checkJs', '--skipLibCheck', '--target', 'es2022'];
    const from = ['--lib', 'es2022', '--typeRoots', join(modules, folder), '--types', types];
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    try {
      const args = [tsc, ...options, ...from, join(DEPLOY, file)];
      return execFileSync(process.execPath, args, { encoding: 'utf8', cwd: tmpdir() });
    } catch (error) {
      return String((error as { stdout?: unknown }).stdout ?? error);
    }
  };
  t.equal(check('webhook/sheet/Code.js', '@types', 'google-apps-script'), '');
  t.equal(check('mail/Code.js', '@types', 'google-apps-script'), '');
  t.equal(check('webhook/worker/worker.js', '@cloudflare', 'workers-types'), '');
  t.end();
});
