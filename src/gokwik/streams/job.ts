/** Reports that are made on request: asked for, waited for, and read as a file. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import Papa from 'papaparse';
import { SystemError, TransientError } from '../../cdk/errors.ts';
import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { ReadContext } from '../../cdk/source.ts';
import { sleep } from '../../http/abort.ts';
import type { Downloader } from '../../http/download.ts';
import { parseJson } from '../../http/json.ts';
import { findRows } from '../envelope.ts';
import type { RawPage } from '../paginate.ts';
import { type Answer, answerAt, matches } from '../path.ts';
import type { Values } from '../template.ts';
import { askedOf, keepWanted, type Source, type StreamTools, send } from './pages.ts';
import type { Job } from './stream.ts';

/** Waits between polls grow from the first to the longest; after the last one a job has failed (ms). */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const MOST_MS = 30 * 60_000;
const ROWS_AT_ONCE = 500;
/** Of a file that is one JSON value. */
const MOST_BYTES = 64 * 1024 * 1024;

export async function* readJob(
  source: Source & { readonly job: Job },
  values: Values,
  tools: StreamTools & { readonly openDownloader: () => Promise<Downloader> },
  context: ReadContext,
): AsyncGenerator<RawPage> {
  const { stream, profile, job } = source;
  const asked = askedOf(source, tools.settings);
  const created = await send(asked, job.create, values, tools, context);
  const id = answerAt(created, job.id);
  if (typeof id !== 'string' && typeof id !== 'number') {
    throw new SystemError(
      'GK_JOB',
      `Stream ${stream}: the answer to its job has no id at ${job.id}. Set \`job.id\` in api_profile to where it stands.`,
      { stream },
    );
  }
  const done = await waitFor(job, () =>
    send(asked, job.poll, { ...values, job: id }, tools, context),
  );
  const file = answerAt(done, job.file);
  if (typeof file !== 'string' || !URL.canParse(file, `${asked.host.url}/`)) {
    throw new SystemError(
      'GK_JOB',
      `Stream ${stream}: the finished job gives no address of a file at ${job.file}. Set \`job.file\` in api_profile to where it stands.`,
      { stream },
    );
  }
  const downloader = await tools.openDownloader();
  const address = new URL(file, `${asked.host.url}/`).href;
  const download = await downloader.open(address, {}, context.signal);
  if (!download) return;
  let rows: JsonObject[] = [];
  for await (const row of rowsOf(download.body, source, tools)) {
    rows.push(row);
    if (rows.length < ROWS_AT_ONCE) continue;
    yield { rows: keepWanted(rows, profile), next: undefined };
    rows = [];
  }
  yield { rows: keepWanted(rows, profile), next: undefined };

  async function waitFor(
    { done: isDone, failed }: Job,
    poll: () => Promise<Answer>,
  ): Promise<Answer> {
    const untilMs = tools.now() + MOST_MS;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
      const answer = await poll();
      const at = (path: string) => answerAt(answer, path);
      if (matches(isDone, at)) return answer;
      if (failed && matches(failed, at)) {
        throw new TransientError(
          'GK_JOB_FAILED',
          `Stream ${stream}: its report could not be made there. Run the sync again later; if it goes on, report it to the API's support.`,
          { stream },
        );
      }
      if (tools.now() + waitMs > untilMs) {
        throw new TransientError(
          'GK_JOB_SLOW',
          `Stream ${stream}: its report was not ready after ${MOST_MS / 60_000} minutes. Run the sync again later, or ask for less time at once with \`max_days\`.`,
          { stream },
        );
      }
      await sleep(waitMs, context.signal);
    }
  }
}

async function* rowsOf(
  bytes: AsyncIterable<Buffer>,
  { stream, profile }: Source,
  { anomalies }: StreamTools,
): AsyncGenerator<JsonObject> {
  const text = Readable.from(unpacked(bytes));
  const { format = 'csv' } = profile;
  if (format === 'csv') {
    const table = Papa.parse(Papa.NODE_STREAM_INPUT, {
      header: true,
      skipEmptyLines: 'greedy',
      transformHeader: (name: string) => name.replace(/^\ufeff/, '').trim(),
    });
    text.on('error', (error) => table.destroy(error));
    for await (const row of text.pipe(table)) if (isJsonObject(row)) yield row;
    return;
  }
  if (format === 'ndjson') {
    for await (const line of createInterface({
      input: text,
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      if (line.trim() === '') continue;
      const row = parseJson(Buffer.from(line));
      if (isJsonObject(row)) yield row;
      else anomalies.add(stream, 'a line of its file was not an object and was dropped');
    }
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of text as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      throw new SystemError(
        'GK_TOO_LARGE',
        `Stream ${stream}: the file of its report is one JSON value of more than 64 MiB. Ask for less time at once with \`max_days\`, or for CSV or one object a line with \`format\`.`,
        { stream },
      );
    }
    chunks.push(chunk);
  }
  const options = { anomalies, isFirst: true };
  yield* findRows(stream, profile, parseJson(Buffer.concat(chunks)), options);
}

/** Gzip is known by its first two bytes, whatever the file is called. */
async function* unpacked(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = bytes[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const whole = (async function* () {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
  const isPacked = first.value[0] === 0x1f && first.value[1] === 0x8b;
  if (!isPacked) yield* whole;
  else yield* Readable.from(whole).pipe(createGunzip()) as AsyncIterable<Buffer>;
}
