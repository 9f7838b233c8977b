import type { JsonObject } from '../../cdk/protocol.ts';
import type { Page, ReadContext, Window } from '../../cdk/source.ts';
import type { Mapped } from '../records/mapper.ts';
import { placeholdersOf, rowPlaceholders, windowBounds } from '../request.ts';
import { fetchPages, type StreamTools } from './pages.ts';
import { isLaterThan, type MappedStream } from './read.ts';

/**
 * Reads a stream that has no list: one request for each row of its parent in the window that can
 * have some (refunds: orders that are not plain COD), a bounded number at once.
 *
 * @param parent its mapper must neither count anomalies nor hide personal data: its rows are asked
 *   about, not printed. Its name is that of the stream that asks, so that requests count there.
 */
export async function* readRelated(
  stream: MappedStream,
  parent: MappedStream,
  window: Window,
  tools: StreamTools,
  context: ReadContext,
): AsyncGenerator<Page> {
  const bounds = windowBounds(window, parent.profile.time, tools.settings.startMs);
  for await (const page of fetchPages(parent.name, parent.profile, bounds, tools, context)) {
    const parents = page.rows
      .map((raw) => parent.mapper.map(raw))
      .filter(
        (mapped) =>
          !isLaterThan(window, mapped, parent.profile) && qualifies(mapped, stream, tools),
      );
    const rows: JsonObject[][] = parents.map(() => []);
    await forEachAtOnce(parents, tools.settings.concurrency, async (mapped, index) => {
      const placeholders = rowPlaceholders(mapped.row);
      const pages = fetchPages(stream.name, stream.profile, placeholders, tools, context);
      for await (const { rows: found } of pages) {
        for (const raw of found) rows[index]?.push(stream.mapper.mapRelated(raw, mapped).row);
      }
    });
    yield [{ stream: stream.name, rows: rows.flat() }];
  }
}

function qualifies({ row }: Mapped, { name, profile }: MappedStream, tools: StreamTools): boolean {
  const { where } = profile;
  if (where?.not.includes(String(row[where.field] ?? ''))) return false;
  const missing = placeholdersOf(profile.query).some((field) => isEmpty(row[field]));
  if (missing) tools.anomalies.add(name, 'an order without the id to ask by was not asked about');
  return !missing;
}

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '';

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
