import type { JsonObject } from '../../cdk/protocol.ts';
import type { Page, ReadContext, Window } from '../../cdk/source.ts';
import { matches, valueAt } from '../path.ts';
import type { Mapped } from '../records/mapper.ts';
import { isAskable, rowValues, windowValues } from '../request.ts';
import { fetchPages, type StreamTools } from './pages.ts';
import type { Fetch, MappedStream } from './read.ts';
import type { StreamProfile } from './stream.ts';

/** How a stream is asked for by the rows of another. */
type Per = NonNullable<StreamProfile['per']>;

/**
 * Reads a stream that has no list: one request for each row of its parent in the window that can
 * have some (refunds: orders that are not plain COD), or for `batch` of them, a bounded number at once.
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
  const { name, profile, per, mapper } = stream;
  const bounds = windowValues(window, parent.profile, tools.settings.startMs);
  for await (const page of fetchParents(bounds, context)) {
    const parents = page.rows
      .map((raw) => parent.mapper.map(raw))
      .filter((mapped) => qualifies(mapped, name, per, tools));
    const batches = cut(parents, per.batch ?? 1);
    const rows: JsonObject[][] = batches.map(() => []);
    await forEachAtOnce(batches, tools.settings.concurrency, async (batch, index) => {
      const values = rowValues(
        batch.map(({ row }) => row),
        per.fields,
      );
      for await (const { rows: found } of fetchPages(
        { stream: name, profile },
        values,
        tools,
        context,
      )) {
        for (const raw of found) {
          const own = parentOf(raw, batch, per);
          rows[index]?.push((own ? mapper.mapRelated(raw, own) : mapper.map(raw)).row);
        }
      }
    });
    yield [{ stream: name, rows: rows.flat() }];
  }
}

/** Whose row it is. Of several that were asked about at once, the one whose values it repeats. */
function parentOf(raw: JsonObject, batch: readonly Mapped[], { fields }: Per): Mapped | undefined {
  if (batch.length === 1) return batch[0];
  const said = new Set(Object.values(raw).filter(isAskable).map(String));
  return batch.find(({ row }) => fields.every((field) => said.has(String(row[field]))));
}

function qualifies(
  { row }: Mapped,
  name: string,
  { only, fields, stream }: Per,
  tools: StreamTools,
): boolean {
  if (only && !matches(only, (path) => valueAt(row, path))) return false;
  const missing = fields.some((field) => !isAskable(row[field]));
  if (missing)
    tools.anomalies.add(name, `a row of ${stream} without the id to ask by was not asked about`);
  return !missing;
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
