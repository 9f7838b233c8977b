/** Webhook captures as JSON: one payload a line, a list, a wrapper, or one alone. */
import type { JsonObject } from '../../cdk/protocol.ts';
import { parseInstant } from '../records/time.ts';
import { createAge } from './age.ts';
import { expectKind, type Form, type FormOptions } from './form.ts';
import { parseValue, recognisePayload, rowOf, unwrap } from './payloads.ts';
import { FileProblem } from './problem.ts';
import type { JsonShape } from './shapes.ts';

/** Of a file that must be parsed as a whole: a list, or one payload over several lines. */
const MOST_WHOLE_BYTES = 64 * 1024 * 1024;

/** @param mark length of the byte order mark before `text`. */
export function jsonForm(text: Buffer, mark: number, isList: boolean, options: FormOptions): Form {
  const lineEnd = text.indexOf(0x0a);
  const isLines = !isList && lineEnd !== -1 && parseValue(text.subarray(0, lineEnd)) !== undefined;
  let known: JsonShape | undefined;
  let others: JsonShape | undefined;
  let taken = 0;
  const { stream, name, anomalies, zone } = options;
  const ageOf = createAge(options.asOfMs);

  function take(bytes: Buffer, number: number): JsonObject[] {
    const value = parseValue(bytes);
    if (value === undefined) {
      if (!isLines) throw new FileProblem('it is not JSON, or not all of it');
      anomalies.add(stream, `a line of ${name} is not JSON and was left out`);
      return [];
    }
    const payloads = unwrap(value);
    taken += payloads.length;
    return payloads.flatMap((payload, index): JsonObject[] => {
      const shape = recognisePayload(payload);
      if (!shape) {
        anomalies.add(stream, `a payload in ${name} is of no known shape and was left out`);
        return [];
      }
      // A receiver may write all webhooks into one file.
      if (!shape.streams.includes(stream)) {
        others = shape;
        return [];
      }
      expectKind(shape.kind, shape.title, shape.streams, options);
      known = shape;
      const place = isLines ? number : number + index;
      const row = rowOf(payload, stream, `${name}:${place}`);
      if (!row) return [];
      const createdMs = parseInstant(row.created_at, zone);
      if (createdMs !== undefined) row.updated_at ??= ageOf(createdMs);
      return [row];
    });
  }

  return {
    title: 'webhook payloads',
    begins: mark,
    firstNumber: 1,
    take(bytes, isLast, number) {
      if (!isLines) {
        if (bytes.length > MOST_WHOLE_BYTES) {
          throw new FileProblem(
            'it is one JSON value of more than 64 MiB: write one payload a line',
          );
        }
        const rows = isLast ? take(bytes, number) : [];
        return { rows, consumed: isLast ? bytes.length : 0, counted: rows.length };
      }
      const rows: JsonObject[] = [];
      let from = 0;
      let counted = 0;
      for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, from)) {
        const line = bytes.subarray(from, end);
        if (!isBlank(line)) rows.push(...take(line, number + counted));
        counted += 1;
        from = end + 1;
      }
      const tail = bytes.subarray(from);
      if (isLast && !isBlank(tail)) {
        if (parseValue(tail) === undefined) {
          throw new FileProblem(
            'it ends in the middle of a line, as if it was still being written',
          );
        }
        rows.push(...take(tail, number + counted));
      }
      return { rows, consumed: from, counted };
    },
    finish() {
      if (known || taken === 0) return;
      if (others) expectKind(others.kind, others.title, others.streams, options);
      else {
        throw new FileProblem(
          'none of its payloads is one of an abandoned-cart webhook (with `request_id` and `drop_stage`) or of a payment webhook (with `entity`, `event` and `data`)',
        );
      }
    },
  };
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte <= 0x20);
