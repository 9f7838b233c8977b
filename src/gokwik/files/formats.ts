/** What a text is, by its beginning: a table, a capture, or a sentence on why it is neither. */
import { recogniseJson } from './captures.ts';
import type { FormOptions, Recognised } from './forms.ts';
import { FileProblem, Stranger } from './location.ts';
import { recogniseCsv } from './tables.ts';

/** Reports and captures give India's time where they give no offset. */
export const ZONE = '+05:30';

/** @param isAll whether `head` is the whole text. Throws FileProblem, Stranger. */
export function recognise(head: Buffer, isAll: boolean, options: FormOptions): Recognised {
  const mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const text = head.subarray(mark);
  refuseOthers(text);
  const first = text.find((byte) => byte > 0x20);
  if (first === undefined && isAll) throw new FileProblem('it is empty');
  if (first === 0x7b || first === 0x5b) {
    if (/^\s*[[{]\s*(\/[/*]|')/.test(text.toString('latin1', 0, 1024)))
      throw new FileProblem(NO_JSON);
    // Settings of desktops begin with a bracket too.
    if (!/^\s*(\{\s*(["}]|$)|\[\s*([[\]{"]|$))/.test(text.toString('latin1', 0, 1024))) {
      throw new Stranger('it is neither a table nor JSON');
    }
    return recogniseJson(text, mark, first === 0x5b, options);
  }
  if (/^\s*\/[/*]/.test(text.toString('latin1', 0, 64))) throw new FileProblem(NO_JSON);
  return recogniseCsv(text, mark, isAll, options);
}

const NO_JSON =
  'it is not JSON, but what looks like it: take comments out, and let names and texts stand in double quotes';

/** What people take for an export, each with what to do. */
const OTHERS: readonly (readonly [RegExp, typeof FileProblem, string])[] = [
  [/^%pdf/, Stranger, 'it is a PDF, not an export'],
  [
    /^<\?xml.*urn:schemas-microsoft-com:office:spreadsheet/,
    FileProblem,
    'it is an Excel workbook in XML: save it as .xlsx or as CSV',
  ],
  [
    /^(<\?xml[^>]*>\s*)?<error>/,
    FileProblem,
    'it is the refusal of a link that has expired: ask for the report again, and download it at once',
  ],
  [
    /^(<\?xml[^>]*>\s*)?<(!doctype|html|head|body|meta|table)\b/,
    FileProblem,
    'it is a web page, probably that of a log-in: download it anew while you are logged in. If it holds the table, save it as .xlsx or as CSV',
  ],
  [/^<[?a-z]/, Stranger, 'it is XML, not an export'],
];

function refuseOthers(head: Buffer): void {
  if (head[0] === 0xd0 && head[1] === 0xcf) refuseCompound(head);
  const start = head.toString('latin1', 0, 1024).replace(/\s+/g, ' ').trimStart().toLowerCase();
  for (const [pattern, Problem, why] of OTHERS) if (pattern.test(start)) throw new Problem(why);
  if (head.subarray(0, 512).includes(0)) throw new Stranger('it is no text');
}

/** The container of the old Office, in which Windows keeps other things (`Thumbs.db`) too. */
function refuseCompound(head: Buffer): never {
  const has = (name: string): boolean => head.includes(name, 0, 'utf16le');
  const isBook = has('Workbook') || has('Book') || has('EncryptedPackage');
  if (has('Root Entry') && !isBook) throw new Stranger('it is no table, but a file of Windows');
  throw new FileProblem(
    'it is an old Excel workbook (.xls), or one with a password: save it as .xlsx without a password, or as CSV',
  );
}
