/** XLSX → rows of cells, in bounded memory: yauzl unpacks, saxes reads XML as it comes. */
import { SaxesParser } from 'saxes';
import type { Entry, ZipFile } from 'yauzl';
import { FileProblem } from './location.ts';

/** A row of a sheet: its cells as text, `number` as the spreadsheet shows it. */
export interface SheetRow {
  readonly cells: readonly string[];
  readonly number: number;
  /** Behind all rows: cells down to this one were merged, and only the first of them has their value. */
  readonly isMerged?: true;
}

export interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  /** The serial number of the day that its numbers of days count from. */
  readonly firstDay: number;
  /** From the first row. May be called again. */
  rows(): AsyncGenerator<SheetRow>;
}

/** All texts of a workbook together (bytes): they have to be at hand while its sheets are read. */
const MOST_TEXT_BYTES = 512 * 1024 * 1024;
const MOST_COLUMNS = 1024;
/** Of a text, a name or whatever else stands in a workbook in one piece; Excel's own cells end at 32,767. */
const MOST_PIECE_CHARS = 8 * 1024 * 1024;
const longPiece = () =>
  new FileProblem('it is an Excel workbook with a cell of more than 8 MiB: save the sheet as CSV');
/** Days from the end of 1899 to 1970. */
const SERIAL_1970 = 25_569;
/** Workbooks of the first Macs count from 1904. */
const DAYS_TO_1904 = 1462;

/** In the workbook's own order; one at least is shown. */
export async function openWorkbook(zip: ZipFile, entries: readonly Entry[]): Promise<Sheet[]> {
  const find = (name: string): Entry | undefined =>
    entries.find(({ fileName }) => fileName.toLowerCase() === name);
  const { named, firstDay } = await readContents(zip, find);
  const taken = new Set<string>();
  const listed = named.flatMap(({ path, ...sheet }) => {
    const entry = find(path);
    const place = `${sheet.isHidden} ${path}`;
    // Two names of one sheet would give each of its rows twice.
    if (!entry || taken.has(place)) return [];
    taken.add(place);
    return [{ ...sheet, entry }];
  });
  const any = entries
    .filter(({ fileName }) => /^xl\/worksheets\/[^/]+\.xml$/i.test(fileName))
    .map((entry) => ({ name: '', isHidden: false, entry }));
  const sheets = listed.some(({ isHidden }) => !isHidden) ? listed : any.slice(0, 1);
  if (sheets.length === 0) throw new FileProblem('it is an Excel workbook without a sheet');
  const [shared, styles] = [find('xl/sharedstrings.xml'), find('xl/styles.xml')];
  let texts: Texts | undefined;
  const dates = styles ? await readDateStyles(zip, styles) : [];
  return sheets.map(({ entry, ...sheet }) => ({
    ...sheet,
    firstDay,
    async *rows() {
      if (shared) texts ??= await readTexts(zip, shared);
      yield* readRows(zip, entry, { texts, dates, firstDay });
    },
  }));
}

type Attributes = Readonly<Record<string, string>>;

interface Handler {
  open(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Feeds an entry to a handler; yields after each chunk. */
async function* parse(zip: ZipFile, entry: Entry, handler: Handler): AsyncGenerator<undefined> {
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  const local = (name: string): string => name.slice(name.indexOf(':') + 1);
  let isBroken = false;
  parser.on('error', () => {
    isBroken = true;
  });
  const { open, text, close } = handler;
  /** Characters since the last tag: the parser keeps them all. */
  let kept = 0;
  parser.on('opentag', ({ name, attributes }) => {
    kept = 0;
    open(local(name), attributes);
  });
  if (text) parser.on('text', text);
  parser.on('closetag', ({ name }) => {
    kept = 0;
    close?.(local(name));
  });
  const stream = await zip.openReadStreamPromise(entry);
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    kept += String(chunk).length;
    parser.write(String(chunk));
    if (kept > MOST_PIECE_CHARS) throw longPiece();
    if (isBroken) break;
    yield;
  }
  if (!isBroken) parser.close();
  if (isBroken) throw new FileProblem('it is an Excel workbook that is damaged');
}

async function drain(steps: AsyncGenerator<undefined>): Promise<void> {
  for await (const _ of steps);
}

interface Contents {
  readonly named: readonly (Pick<Sheet, 'name' | 'isHidden'> & { readonly path: string })[];
  /** The serial number of the day that its numbers of days count from. */
  readonly firstDay: number;
}

async function readContents(
  zip: ZipFile,
  find: (name: string) => Entry | undefined,
): Promise<Contents> {
  const [workbook, relations] = [find('xl/workbook.xml'), find('xl/_rels/workbook.xml.rels')];
  const sheets: { name: string; id: string | undefined; isHidden: boolean }[] = [];
  const paths = new Map<string | undefined, string>();
  let firstDay = 0;
  const seeWorkbook: Handler = {
    open(name, { state = 'visible', date1904, name: title = '', 'r:id': id }) {
      if (name === 'workbookPr' && /^(1|true)$/.test(date1904 ?? '')) firstDay = DAYS_TO_1904;
      if (name === 'sheet') sheets.push({ name: title, id, isHidden: state !== 'visible' });
    },
  };
  const seeRelations: Handler = {
    open(name, { Id, Target = '' }) {
      const path = Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`;
      if (name === 'Relationship') paths.set(Id, path.toLowerCase());
    },
  };
  if (workbook) await drain(parse(zip, workbook, seeWorkbook));
  if (relations) await drain(parse(zip, relations, seeRelations));
  const named = sheets.map(({ id, ...sheet }) => ({ ...sheet, path: paths.get(id) ?? '' }));
  return { named, firstDay };
}

/** Texts by number, outside the heap: a large export has millions. */
interface Texts {
  get(index: number): string;
}

async function readTexts(zip: ZipFile, entry: Entry): Promise<Texts> {
  let bytes = Buffer.allocUnsafe(1 << 16);
  let ends = new Uint32Array(1 << 12);
  let [length, count, text] = [0, 0, ''];
  let [isText, isPhonetic] = [false, false];
  const keep = (): void => {
    const size = Buffer.byteLength(text);
    if (length + size > MOST_TEXT_BYTES) {
      throw new FileProblem(
        'it is an Excel workbook with more than 512 MiB of text: save the sheet as CSV',
      );
    }
    if (length + size > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, length + size));
      bytes.copy(larger, 0, 0, length);
      bytes = larger;
    }
    length += bytes.write(text, length);
    if (count === ends.length) {
      const larger = new Uint32Array(ends.length * 2);
      larger.set(ends);
      ends = larger;
    }
    ends[count] = length;
    count += 1;
  };
  await drain(
    parse(zip, entry, {
      open(name) {
        if (name === 'si') text = '';
        else if (name === 't') isText = !isPhonetic;
        else if (name === 'rPh') isPhonetic = true;
      },
      text(piece) {
        if (isText) text += piece;
        if (text.length > MOST_PIECE_CHARS) throw longPiece();
      },
      close(name) {
        if (name === 'si') keep();
        else if (name === 't') isText = false;
        else if (name === 'rPh') isPhonetic = false;
      },
    }),
  );
  return {
    get: (index) =>
      index >= 0 && index < count
        ? bytes.toString('utf8', index === 0 ? 0 : ends[index - 1], ends[index])
        : '',
  };
}

/** Formats of numbers that are dates by definition; others are known by their letters. */
const isDateId = (id: number): boolean => (id >= 14 && id <= 22) || (id >= 45 && id <= 47);

/** Whether the cells of each style are dates. */
async function readDateStyles(zip: ZipFile, entry: Entry): Promise<boolean[]> {
  const own = new Map<number, boolean>();
  const styles: boolean[] = [];
  let isCells = false;
  await drain(
    parse(zip, entry, {
      open(name, attributes) {
        const id = Number(attributes.numFmtId);
        if (name === 'numFmt') {
          const letters = (attributes.formatCode ?? '').replace(/"[^"]*"|\[[^\]]*\]|\\./g, '');
          own.set(id, /[dmyh]/i.test(letters));
        } else if (name === 'cellXfs') isCells = true;
        else if (name === 'xf' && isCells) styles.push(own.get(id) ?? isDateId(id));
      },
      close(name) {
        if (name === 'cellXfs') isCells = false;
      },
    }),
  );
  return styles;
}

/** What the cells of a workbook's sheets mean. */
interface Meaning {
  readonly texts: Texts | undefined;
  readonly dates: readonly boolean[];
  readonly firstDay: number;
}

async function* readRows(zip: ZipFile, entry: Entry, meaning: Meaning): AsyncGenerator<SheetRow> {
  let ready: SheetRow[] = [];
  let cells: string[] = [];
  let [number, at, type, isDate, text, isValue] = [0, -1, '', false, '', false];
  let [formula, isFormula] = ['', false];
  const steps = parse(zip, entry, {
    open(name, attributes) {
      if (name === 'c') {
        at = columnOf(attributes.r) ?? at + 1;
        type = attributes.t ?? 'n';
        isDate = type === 'n' && meaning.dates[Number(attributes.s ?? -1)] === true;
        text = '';
        formula = '';
      } else if (name === 'v' || name === 't') isValue = true;
      else if (name === 'f') {
        isFormula = true;
        formula = '=';
      } else if (name === 'row') {
        number = Number(attributes.r ?? number + 1);
        cells = [];
        at = -1;
      } else if (name === 'mergeCell') {
        const [from, to] = (attributes.ref ?? '')
          .split(':')
          .map((ref) => Number(ref.replace(/\D/g, '')));
        if (to && to !== from) ready.push({ cells: [], number: to, isMerged: true });
      }
    },
    text(piece) {
      if (isValue) text += piece;
      else if (isFormula) formula += piece;
      if (text.length + formula.length > MOST_PIECE_CHARS) throw longPiece();
    },
    close(name) {
      if (name === 'v' || name === 't') isValue = false;
      else if (name === 'f') isFormula = false;
      else if (name === 'c') {
        // Libraries write formulas that no program has computed yet.
        const value =
          text === '' && type === 'n' ? formula : readValue(text, type, isDate, meaning);
        if (value === '' || at >= MOST_COLUMNS) return;
        while (cells.length < at) cells.push('');
        cells[at] = value;
      } else if (name === 'row') ready.push({ cells, number });
    },
  });
  for await (const _ of steps) {
    yield* ready;
    ready = [];
  }
  yield* ready;
}

/** `AB12` → 27. */
function columnOf(reference: string | undefined): number | undefined {
  if (reference === undefined) return undefined;
  let column = 0;
  for (let at = 0; at < reference.length; at += 1) {
    const code = reference.charCodeAt(at) | 32;
    if (code < 97 || code > 122) break;
    column = column * 26 + code - 96;
  }
  return column - 1;
}

function readValue(text: string, type: string, isDate: boolean, meaning: Meaning): string {
  if (type === 's') return unspell(meaning.texts?.get(Number(text)) ?? '');
  if (type === 'b') return text === '1' ? 'true' : 'false';
  if (type !== 'n') return unspell(text);
  if (isDate) return spellSerial(Number(text) + meaning.firstDay) ?? text;
  if (!/e/i.test(text)) return text;
  // Workbooks hold 5812345678901 as 5.812345678901E12, up to where digits are lost.
  const number = Number(text);
  return Number.isInteger(number) && !Number.isSafeInteger(number)
    ? number.toExponential()
    : String(number);
}

/** Signs that XML cannot hold are spelled: `_x000D_`. */
const unspell = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([\dA-F]{4})_/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;

/** A date cell as the clock on the wall that it shows. */
function spellSerial(serial: number): string | undefined {
  const ms = Math.round((serial - SERIAL_1970) * 86_400) * 1000;
  if (!(ms > 0 && ms < 4e12)) return undefined;
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
