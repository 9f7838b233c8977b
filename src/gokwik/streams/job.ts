/** Reports that are made on request: asked for, waited for, and read as a file. */
import { ConfigError, SystemError, TransientError } from '../../cdk/errors.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { ReadContext } from '../../cdk/source.ts';
import { sleep } from '../../http/abort.ts';
import { capped, gather, peek } from '../../http/body.ts';
import type { HttpResponse } from '../../http/http.ts';
import { type Bytes, gunzip, isGzip, isZip, partsOf } from '../files/content.ts';
import { FileProblem } from '../files/location.ts';
import type { FileTools } from '../files/reader.ts';
import { findRows } from '../lists/lists.ts';
import type { RawPage } from '../lists/position.ts';
import { compileKeyCheck } from '../lists/unkeyed.ts';
import { answerAt, matches } from '../path.ts';
import type { Values } from '../template.ts';
import { askedOf, type Endpoint, keepWanted, type StreamTools, send } from './pages.ts';
import type { Job } from './stream.ts';
import { missingRows, parseWhole, readTable } from './table.ts';

/** Waits between polls grow from the first to the longest; after the last one a job has failed (ms). */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const MOST_MS = 30 * 60_000;
/** Of a file that is one JSON value. */
const MOST_BYTES = 64 * 1024 * 1024;

export async function* readJob(
  endpoint: Endpoint & { readonly job: Job },
  values: Values,
  tools: StreamTools & { readonly files: FileTools },
  context: ReadContext,
): AsyncGenerator<RawPage> {
  const { stream, profile, job } = endpoint;
  const asked = askedOf(endpoint, tools.settings);
  const created = await send(asked, job.create, values, tools, context);
  const id = idOf(stream, job, created);
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
  const download = await downloader.open(address, {}, context.signal).catch((error: unknown) => {
    throw error instanceof ConfigError ? notGiven(stream, error) : error;
  });
  if (!download) return;
  const { settings, now } = tools;
  const checkKeys = compileKeyCheck({ stream, profile, settings, learned: {}, now });
  for await (const rows of rowsOf(download.body, endpoint, tools)) {
    const wanted = keepWanted(rows, endpoint, tools.anomalies);
    checkKeys(wanted);
    yield { rows: wanted, next: undefined };
  }

  async function waitFor(
    { done: isDone, failed }: Job,
    poll: () => Promise<HttpResponse>,
  ): Promise<HttpResponse> {
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
        const paths = Object.keys(isDone);
        const last = paths.map((path) => `\`${path}\` was ${JSON.stringify(at(path) ?? null)}`);
        const said = asked.quotes ? ` (${last.join(', ')})` : '';
        throw new TransientError(
          'GK_JOB_SLOW',
          `Stream ${stream}: its report was not ready after ${MOST_MS / 60_000} minutes${said}. Run the sync again later, or ask for less time at once with \`max_days\`.`,
          { stream },
        );
      }
      await sleep(waitMs, context.signal);
    }
  }
}

/** What the job that was asked for is known by. */
export function idOf(stream: string, job: Job, created: HttpResponse): string | number {
  const id = answerAt(created, job.id);
  if (typeof id === 'string' || typeof id === 'number') return id;
  throw misplaced(stream, `the answer to its job has no id at ${job.id}`, 'id');
}

/** Its address is the server's, and the next run gets another one. */
const notGiven = (stream: string, { message }: ConfigError): TransientError =>
  new TransientError(
    'GK_JOB_FILE',
    `Stream ${stream}: its report was made, and its file is not to be had. ${message} Run the sync again later, which asks for a new one; if it goes on, look at \`job.file\` in api_profile.`,
    { stream },
  );

const misplaced = (stream: string, what: string, key: string): SystemError =>
  new SystemError(
    'GK_JOB',
    `Stream ${stream}: ${what}. Set \`job.${key}\` in api_profile to where it stands.`,
    { stream },
  );

/** The texts in a report's file, unpacked. It comes once: its address may be good for one answer. */
async function* textsOf(bytes: Bytes): AsyncGenerator<Bytes> {
  const packed = await peek(bytes, 4);
  const { head, whole } = isGzip(packed.head) ? await peek(gunzip(packed.whole), 4) : packed;
  if (!isZip(head)) {
    yield whole;
    return;
  }
  const file = { key: '', label: 'it', modifiedMs: undefined, path: undefined, hideName: String };
  for await (const part of partsOf({ ...file, open: () => whole, head: async () => head })) {
    if (part.kind === 'sheet') throw new FileProblem('it is a workbook: ask for CSV');
    yield part.open();
  }
}

async function* rowsOf(
  bytes: Bytes,
  endpoint: Endpoint,
  tools: StreamTools,
): AsyncGenerator<readonly JsonObject[]> {
  try {
    for await (const text of textsOf(bytes)) yield* rowsIn(text, endpoint, tools);
  } catch (error) {
    throw error instanceof FileProblem ? missingRows(endpoint.stream, error) : error;
  }
}

async function* rowsIn(
  text: Bytes,
  { stream, profile }: Endpoint,
  { anomalies }: StreamTools,
): AsyncGenerator<readonly JsonObject[]> {
  const { format = 'csv' } = profile;
  if (format !== 'json') {
    yield* readTable(text, stream, { ...profile, format }, anomalies);
    return;
  }
  const tooLarge = () =>
    new SystemError(
      'GK_TOO_LARGE',
      `Stream ${stream}: the file of its report is one JSON value of more than 64 MiB. Ask for less time at once with \`max_days\`, or for CSV or one object a line with \`format\`.`,
      { stream },
    );
  const value = parseWhole(await gather(capped(text, MOST_BYTES, tooLarge)), 'it');
  yield findRows(stream, profile, value, { anomalies, isFirst: true });
}
