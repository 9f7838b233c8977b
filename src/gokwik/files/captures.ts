/** Captures of webhooks: JSON values, one a line or several in a text, and the rows that they hold. */
import { tryJson } from '../../http/json.ts';
import { formatInstant } from '../records/time.ts';
import { ENDLESS, isDeeper, MOST_LEVELS } from '../records/values.ts';
import type { Form, FormOptions, Found, Recognised } from './forms.ts';
import { FUTURE } from './grid.ts';
import { FileProblem, Stranger } from './location.ts';
import { readPayloads, versionOf, WEBHOOKS } from './webhooks.ts';

/** Of a JSON file that must be parsed as a whole: a list, or one payload over several lines. */
export const MOST_WHOLE_BYTES = 64 * 1024 * 1024;

export const CAPTURE = {
  title: 'a capture of webhooks',
  streams: Object.values(WEBHOOKS).flat(),
};

export function recogniseJson(
  text: Buffer,
  mark: number,
  isList: boolean,
  options: FormOptions,
): Recognised {
  const isLines = holdsLines(text, isList);
  return {
    begins: mark,
    firstNumber: 1,
    isWhole: !isLines,
    open: () => (isLines ? linesForm(options) : wholeForm(options)),
    // At the end: of what begins with a spread, V8 makes a shape anew for each object, larger than itself.
    ...CAPTURE,
  };
}

/** Whether its first line holds all of what begins in it; a list alone in its line is a list. */
function holdsLines(text: Buffer, isList: boolean): boolean {
  const begins = text.findIndex((byte) => byte > 0x20);
  const end = text.indexOf(0x0a, begins);
  if (end === -1 || (isList && isBlank(text.subarray(end)))) return false;
  const { values, rest } = splitValues(text.subarray(begins, end));
  return values.length > 0 && isBlank(rest);
}

/** Values that stand one after another, with nothing or a comma between them. */
export function splitValues(bytes: Buffer): {
  readonly values: readonly Buffer[];
  readonly rest: Buffer;
} {
  const values: Buffer[] = [];
  let [from, depth, isQuoted] = [0, 0, false];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isQuoted) {
      if (byte === 0x5c) at += 1;
      else isQuoted = byte !== 0x22;
    } else if (byte === 0x22) isQuoted = true;
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth > 0) continue;
      values.push(bytes.subarray(from, at + 1));
      from = at + 1;
    } else if (depth === 0 && from === at && (byte <= 0x20 || byte === 0x2c)) from += 1;
  }
  return { values, rest: bytes.subarray(from) };
}

/** One value, or a list of several that follow each other; undefined: it is no JSON, or not all of it. */
export function parseValues(bytes: Buffer): unknown {
  const value = tryJson(bytes);
  if (value !== undefined) return value;
  const { values, rest } = splitValues(bytes);
  const read = values.map(tryJson);
  return isBlank(rest) && !read.includes(undefined) ? read : undefined;
}

const NO_RECEIPT = 'a payload does not say when it was received; the moment of its file stands in';

/** The rows of JSON values of one file. */
export function createValueReader({ name, zone, asOfMs, count }: FormOptions) {
  let [known, taken] = [0, 0];
  return {
    read(value: unknown, number: number, isLine: boolean): Found[] {
      const payloads = readPayloads(value);
      taken += payloads.length;
      return payloads.flatMap((payload, index): Found[] => {
        const { kind, stream, receivedMs } = payload;
        const { _received_at: _, ...row } = payload.row;
        if (kind) known += 1;
        const endless = (): void => count(stream ?? 'files', ENDLESS);
        if (isDeeper(row, MOST_LEVELS, endless)) {
          const what = `is nested deeper than ${MOST_LEVELS} levels`;
          count('files', `a payload in ${name} ${what} and was left out`);
          return [];
        }
        if (!stream) {
          const what = kind ? 'belongs to no stream' : 'is of no known shape';
          count('files', `a payload in ${name} ${what} and was left out`);
          return [];
        }
        const place = isLine ? number : number + index;
        const { updated_at, isOfFile, isFuture } = versionOf(payload, place, zone, asOfMs);
        if (isOfFile) count(stream, NO_RECEIPT);
        if (isFuture) count(stream, FUTURE);
        const received_at = receivedMs === undefined ? null : formatInstant(receivedMs);
        const _source = `${name}:${place}`;
        return [{ stream, row: Object.assign(row, { updated_at, received_at, _source }) }];
      });
    },
    finish(): void {
      if (known > 0 || taken === 0) return;
      throw new Stranger(
        'none of its payloads is one of an abandoned-cart webhook (an id and `drop_stage`), a payment webhook (`entity`, `event` and `data`), an order callback or a shipment webhook',
      );
    },
  };
}

function wholeForm(options: FormOptions): Form {
  const { read, finish } = createValueReader(options);
  return {
    take(bytes, isLast, number) {
      if (!isLast) return { rows: [], consumed: 0, counted: 0 };
      const value = parseValues(bytes);
      if (value === undefined) throw new FileProblem('it is not JSON, or not all of it');
      const rows = read(value, number, false);
      return { rows, consumed: bytes.length, counted: rows.length };
    },
    finish,
  };
}

function linesForm(options: FormOptions): Form {
  const { read, finish } = createValueReader(options);
  return {
    take(bytes, isLast, number) {
      const rows: Found[] = [];
      let [from, counted] = [0, 0];
      const take = (line: Buffer, isTail: boolean): void => {
        if (isBlank(line)) return;
        const value = parseValues(line);
        if (value !== undefined) rows.push(...read(value, number + counted, true));
        else if (isTail) {
          throw new FileProblem(
            'it ends in the middle of a line, as if it was still being written',
          );
        } else options.count('files', `a line of ${options.name} is not JSON and was left out`);
      };
      for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, from)) {
        take(bytes.subarray(from, end), false);
        counted += 1;
        from = end + 1;
      }
      if (isLast) take(bytes.subarray(from), true);
      return { rows, consumed: from, counted };
    },
    finish,
  };
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte <= 0x20);
