/** Reports that are made on request: asked for, waited for, and read as a file. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SystemError, TransientError } from '../../cdk/errors.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { ReadContext } from '../../cdk/source.ts';
import { sleep } from '../../http/abort.ts';
import { capped, gather } from '../../http/body.ts';
import { parseJson } from '../../http/json.ts';
import { findRows } from '../envelope.ts';
import type { FileTools } from '../files/reader.ts';
import type { RawPage } from '../paginate.ts';
import { type Answer, answerAt, matches } from '../path.ts';
import type { Values } from '../template.ts';
import { askedOf, keepWanted, type Source, type StreamTools, send } from './pages.ts';
import type { Job } from './stream.ts';
import { createTable } from './table.ts';

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
  tools: StreamTools & { readonly files: FileTools },
  context: ReadContext,
): AsyncGenerator<RawPage> {
  const { stream, profile, job } = source;
  const asked = askedOf(source, tools.settings);
  const created = await send(asked, job.create, values, tools, context);
  const id = answerAt(created, job.id);
  if (typeof id !== 'string' && typeof id !== 'number') {
    throw misplaced(stream, `the answer to its job has no id at ${job.id}`, 'id');
  }
  // What the job says of itself is no failure of the request, whatever words it uses.
  const own = [job.done, ...(job.failed ? [job.failed] : [])];
  const rules = own.map((when) => ({ when, means: 'ok' as const }));
  const polled = {
    ...asked,
    profile: { ...profile, answers: [...(profile.answers ?? []), ...rules] },
  };
  const done = await waitFor(job, () =>
    send(polled, job.poll, { ...values, job: id }, tools, context),
  );
  const file = answerAt(done, job.file);
  if (typeof file !== 'string' || !URL.canParse(file, `${asked.host.url}/`)) {
    throw misplaced(stream, `the finished job gives no address of a file at ${job.file}`, 'file');
  }
  const downloader = await tools.files.openDownloader();
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

const misplaced = (stream: string, what: string, key: string): SystemError =>
  new SystemError(
    'GK_JOB',
    `Stream ${stream}: ${what}. Set \`job.${key}\` in api_profile to where it stands.`,
    { stream },
  );

async function* rowsOf(
  bytes: AsyncIterable<Buffer>,
  source: Source,
  { anomalies }: StreamTools,
): AsyncGenerator<JsonObject> {
  const { stream, profile } = source;
  const text = unpacked(bytes);
  const { format = 'csv' } = profile;
  if (format !== 'json') {
    const table = createTable(stream, { ...profile, format }, anomalies);
    for await (const chunk of text) yield* table.take(chunk, false);
    yield* table.take(Buffer.alloc(0), true);
    return;
  }
  const tooLarge = () =>
    new SystemError(
      'GK_TOO_LARGE',
      `Stream ${stream}: the file of its report is one JSON value of more than 64 MiB. Ask for less time at once with \`max_days\`, or for CSV or one object a line with \`format\`.`,
      { stream },
    );
  const value = parseJson(await gather(capped(text, MOST_BYTES, tooLarge)));
  yield* findRows(stream, profile, value, { anomalies, isFirst: true });
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
