/** From the beginning of a text to a parser of its rows, or to a sentence on why there is none. */
import { csvForm } from './csvform.ts';
import type { Form, FormOptions } from './form.ts';
import { jsonForm } from './jsonform.ts';
import { FileProblem } from './problem.ts';

/** @param isAll whether `head` is the whole text. */
export function recognise(head: Buffer, isAll: boolean, options: FormOptions): Form {
  const mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  refuseOthers(head);
  const text = head.subarray(mark);
  const first = text.find((byte) => byte > 0x20);
  if (first === undefined && isAll) throw new FileProblem('it is empty');
  if (first === 0x7b || first === 0x5b) return jsonForm(text, mark, first === 0x5b, options);
  return csvForm(text, mark, isAll, options);
}

/** What people take for an export, each with what to do. */
function refuseOthers(head: Buffer): void {
  const start = head.toString('latin1', 0, 512).trimStart().toLowerCase();
  if (head[0] === 0xff && head[1] === 0xfe) {
    throw new FileProblem('it is written in UTF-16: save it as CSV in UTF-8');
  }
  if (head[0] === 0xd0 && head[1] === 0xcf) {
    throw new FileProblem('it is an Excel workbook: save the sheet as CSV');
  }
  if (start.startsWith('%pdf')) throw new FileProblem('it is a PDF, not an export');
  if (/^(<!doctype|<html|<\?xml|<head|<body)/.test(start)) {
    throw new FileProblem(
      'it is a web page, probably that of a log-in: download it anew while you are logged in',
    );
  }
}
