/** Google Sheets as tables: a tab is a file, and is asked for once. */
import { hash } from 'node:crypto';
import Papa from 'papaparse';
import { isJsonObject } from '../../../cdk/json.ts';
import { FileProblem, Stranger } from '../location.ts';
import { type Denial, refusedAs } from './bucket.ts';
import { type Google, type GoogleAccount, isSwitchedOff, openGoogle } from './google.ts';
import { type Content, type Query, rootOf, type Store, type Stored, type World } from './store.ts';

export const SCOPE = 'https://www.googleapis.com/auth/drive.readonly';

export interface Sheets {
  /** The titles of its tabs, without those that are charts. */
  tabs(sheet: string, signal: AbortSignal): Promise<string[]>;
  /** A tab as CSV. @throws Stranger for one without a cell */
  read(sheet: string, tab: string, signal: AbortSignal): Promise<Buffer>;
}

export function createSheets(google: Google, account: GoogleAccount): Sheets {
  const { endpoint = 'https://sheets.googleapis.com' } = account;
  const base = `${rootOf(endpoint)}/v4/spreadsheets`;
  const explain =
    (sheet: string) =>
    (refused: Denial): Error | undefined => {
      const isShared = refused.status !== 403 && refused.status !== 404;
      if (isShared || isSwitchedOff(refused)) return undefined;
      const why = `the sheet is not there, or not shared with ${google.email}. Share it with this address as a viewer`;
      return refusedAs(account, why, `gsheet://${sheet}`, refused);
    };
  return {
    async tabs(sheet, signal) {
      const url = `${base}/${encodeURIComponent(sheet)}?fields=sheets.properties(title,sheetType)`;
      const { sheets } = await google.getJson(
        { what: `gsheet://${sheet}`, url, explain: explain(sheet) },
        signal,
      );
      return (Array.isArray(sheets) ? sheets : []).flatMap((one) => {
        const { title, sheetType } =
          isJsonObject(one) && isJsonObject(one.properties) ? one.properties : {};
        return typeof title === 'string' && (sheetType ?? 'GRID') === 'GRID' ? [title] : [];
      });
    },
    async read(sheet, tab, signal) {
      const range = encodeURIComponent(`'${tab.replaceAll("'", "''")}'`);
      // Numbers as they are, not as they are shown: an id of a dozen digits would come rounded.
      const url = `${base}/${encodeURIComponent(sheet)}/values/${range}?valueRenderOption=UNFORMATTED_VALUE&dateTimeRenderOption=FORMATTED_STRING`;
      const { values } = await google.getJson(
        { what: `gsheet://${sheet}/${tab}`, url, explain: explain(sheet) },
        signal,
      );
      const rows = (Array.isArray(values) ? values : []).map((row) =>
        Array.isArray(row) ? row.map(textOf) : [],
      );
      if (!rows.some((row) => row.some((cell) => cell !== ''))) {
        throw new Stranger('it is a tab without a cell');
      }
      // Empty cells at the end of a row are not sent.
      const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
      for (const row of rows) while (row.length < width) row.push('');
      return Buffer.from(`${Papa.unparse(rows, { newline: '\n' })}\n`);
    },
  };
}

const textOf = (cell: unknown): string =>
  typeof cell === 'boolean' ? String(cell).toUpperCase() : String(cell ?? '');

/** One sheet as a store: it has no moment that its readers see, so each tab is asked for. */
export function openSheet(sheet: string, account: GoogleAccount, world: World): Store {
  const sheets = createSheets(openGoogle(account, SCOPE, world), account);
  async function* list({ matches }: Query, signal: AbortSignal): AsyncGenerator<Stored[]> {
    const tabs = await sheets.tabs(sheet, signal);
    yield tabs
      .filter((tab) => matches(tab.replaceAll('/', '-')))
      .map((path) => ({ path, size: undefined, modifiedMs: undefined }));
  }
  return {
    async find(path, signal) {
      if (path === '') return undefined;
      const tabs = await sheets.tabs(sheet, signal);
      if (tabs.includes(path)) return { path, size: undefined, modifiedMs: undefined };
      throw new FileProblem(`it has no such tab. It has ${tabs.join(', ')}`);
    },
    list,
    async open({ path }, _, signal, known): Promise<Content | undefined> {
      const bytes = await sheets.read(sheet, path, signal);
      const tag = hash('sha1', bytes);
      return tag === known?.tag ? undefined : { body: once(bytes), size: bytes.length, tag };
    },
  };
}

export async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
}
