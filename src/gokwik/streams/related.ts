import type { JsonObject } from '../../cdk/protocol.ts';
import type { Page, ReadContext, Window } from '../../cdk/source.ts';
import { matches, valueAt } from '../path.ts';
import type { Mapped } from '../records/mapper.ts';
import { isAskable, rowValues, windowValues } from '../request.ts';
import { createCoverage } from './coverage.ts';
import { type Fetch, fetchPages, type StreamTools, tellUnknown } from './pages.ts';
import type { MappedStream } from './read.ts';
import type { StreamProfile } from './stream.ts';

/** How a stream is asked for by the rows of another. */
type Per = NonNullable<StreamProfile['per']>;

/** A window is to take so long (s) while others are read at the same time: then progress is saved. */
const WINDOW_SECONDS = 40;

/**
 * Reads a stream that has no list: one request for each row of its parent in the window that can
 * have some (refunds: orders that are not plain COD), or for `batch` of them, a bounded number at once.
 * Before any of them, it is seen how many there are: a window of too many is given back to be cut.
 *
 * @param parent its mapper must neither count anomalies nor hide personal data: its rows are asked
 *   about, not printed.
 */
export async function* readRelated(
  stream: MappedStream & { readonly per: Per },
  parent: MappedStream,
  window: Window,
  fetchParents: Fetch,
  tools: StreamTools,
  context: ReadContext,
): AsyncGenerator<Page> {
  const { stream: name, per, mapper } = stream;
  const bounds = windowValues(window, parent.profile, tools.settings.startMs);
  const { concurrency, requestsPerSecond } = tools.settings;
  const size = per.batch ?? 1;
  const most = Math.max(1, Math.ceil((requestsPerSecond * WINDOW_SECONDS) / concurrency)) * size;

  async function ask(parents: readonly Mapped[]): Promise<Page> {
    const askable = parents.filter((mapped) => hasId(mapped, name, per, tools));
    const batches = cut(askable, size);
    const rows: JsonObject[][] = batches.map(() => []);
    await forEachAtOnce(batches, concurrency, async (batch, index) => {
      const values = rowValues(
        batch.map(({ row }) => row),
        per.fields,
      );
      const pages = fetchPages(stream, values, tools, context);
      for await (const { rows: found, doubt } of pages) {
        if (doubt?.error) throw doubt.error;
        for (const raw of found) {
          const own = parentOf(raw, batch, per);
          rows[index]?.push((own ? mapper.mapRelated(raw, own) : mapper.map(raw)).row);
        }
      }
    });
    return [{ stream: name, rows: rows.flat() }];
  }

  const listed = { ...parent, stream: name, window, fetch: fetchParents };
  const coverage = createCoverage(listed, tools, context);
  let parents: Mapped[] = [];
  let isWhole = context.cut === undefined;
  for await (const page of fetchParents(bounds, context)) {
    coverage.begin(page);
    const { only } = per;
    const mapped = page.rows.map((raw) => parent.mapper.map(raw));
    const rows = mapped.map(({ row }) => row);
    if (only) tellUnknown(only, rows, (what) => tools.anomalies.add(name, `\`per.only\` ${what}`));
    for (const one of mapped) {
      coverage.note(one);
      if (!only || matches(only, (path) => valueAt(one.row, path))) parents.push(one);
    }
    if (coverage.mayBePart(page)) return;
    if (!isWhole && parents.length <= most) continue;
    if (!isWhole && context.cut?.()) return;
    isWhole = true;
    yield await ask(parents);
    parents = [];
  }
  yield await ask(parents);
  await coverage.check();
}

/** Whose row it is. Of several that were asked about at once, the one whose values it repeats. */
function parentOf(raw: JsonObject, batch: readonly Mapped[], { fields }: Per): Mapped | undefined {
  if (batch.length === 1) return batch[0];
  const said = new Set(Object.values(raw).filter(isAskable).map(String));
  return batch.find(({ row }) => fields.every((field) => said.has(String(row[field]))));
}

function hasId(
  { row }: Mapped,
  name: string,
  { fields, stream }: Per,
  tools: StreamTools,
): boolean {
  const has = fields.every((field) => isAskable(row[field]));
  if (!has)
    tools.anomalies.add(name, `a row of ${stream} without the id to ask by was not asked about`);
  return has;
}

function cut<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** Runs `task` for each item, `width` at once; the first failure ends it after those in flight. */
async function forEachAtOnce<T>(
  items: readonly T[],
  width: number,
  task: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  let failed = false;
  const work = async (): Promise<void> => {
    try {
      for (const [index, item] of queue) {
        if (failed) return;
        await task(item, index);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const results = await Promise.allSettled(Array.from({ length: width }, work));
  const broken = results.find((result) => result.status === 'rejected');
  if (broken) throw broken.reason;
}
