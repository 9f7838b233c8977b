/** The body of an answer: an object, whose rows stay text until they are printed. */
import { parseJson } from '../http/json.ts';
import { type Scan, scanJson } from '../http/scan.ts';
import { valueAt } from './paginate.ts';
import { entriesOf, memberOf } from './records/raw.ts';

/**
 * Bytes → body, whose list of rows at the first of `paths` that holds one is of `ScannedRow`s.
 * Throws as `parseJson` does, which reads whatever a scan is not for.
 */
export function parseBody(bytes: Buffer, paths: readonly string[]): unknown {
  const scan = scanJson(bytes);
  if (scan === undefined) return parseJson(bytes);
  for (const path of paths) {
    const at = placeOf(scan, path);
    const rows = at === undefined ? undefined : entriesOf(scan, at);
    if (at === undefined || rows === undefined) continue;
    if (rows.includes(undefined)) break;
    const before = bytes.toString('utf8', 0, scan.spans[at]);
    const body: unknown = JSON.parse(`${before}[]${bytes.toString('utf8', scan.spans[at + 1])}`);
    const list = valueAt(body, path);
    // A name that stands twice may have led elsewhere.
    if (!Array.isArray(list) || list.length > 0) break;
    for (const row of rows) list.push(row);
    return body;
  }
  return parseJson(bytes);
}

function placeOf(scan: Scan, path: string): number | undefined {
  let at: number | undefined = 0;
  for (const step of path.split('.')) {
    at = at === undefined ? undefined : memberOf(scan, at, step);
  }
  return at;
}
