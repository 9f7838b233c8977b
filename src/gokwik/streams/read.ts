import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { Page, ReadContext, Window } from '../../cdk/source.ts';
import type { RawPage } from '../paginate.ts';
import type { Mapped, Mapper } from '../records/mapper.ts';
import { windowValues } from '../request.ts';
import type { StreamTools } from './pages.ts';
import type { StreamProfile } from './stream.ts';

/** A stream with its own endpoint, or a child that leaves with its parent's rows. */
export interface MappedStream {
  readonly name: string;
  readonly profile: StreamProfile;
  readonly mapper: Mapper;
}

/** The raw pages of one window. */
export type Fetch = (
  values: ReturnType<typeof windowValues>,
  context: ReadContext,
) => AsyncGenerator<RawPage>;

/**
 * Reads one window of a list endpoint: the rows of the parent and of its children, page by page. No row
 * is left out for its stamps: servers filter by other moments than the cursor, and no other window may
 * return it.
 */
export async function* readList(
  parent: MappedStream,
  children: readonly MappedStream[],
  window: Window,
  selected: ReadonlySet<string>,
  fetch: Fetch,
  tools: StreamTools,
  context: ReadContext,
): AsyncGenerator<Page> {
  const { name, profile, mapper } = parent;
  const wanted = children.filter((child) => selected.has(child.name));
  const bounds = windowValues(window, profile, tools.settings.startMs);
  for await (const page of fetch(bounds, context)) {
    const parentRows: JsonObject[] = [];
    const childRows = wanted.map(({ name: stream }) => ({ stream, rows: [] as JsonObject[] }));
    for (const raw of page.rows) {
      const mapped = mapper.map(raw);
      parentRows.push(mapped.row);
      for (const [index, child] of wanted.entries()) {
        childRows[index]?.rows.push(...mapChildren(raw, mapped, child, tools));
      }
    }
    // Of each of several lists, or of rows that are not all wanted, it would be no number of ours.
    const isOurs = page.expected !== undefined && !profile.each && !profile.only;
    const expected = isOurs ? { expected: page.expected } : {};
    const parentPart = { stream: name, rows: parentRows, ...expected };
    yield [...(selected.has(name) ? [parentPart] : []), ...childRows];
  }
}

function mapChildren(
  raw: JsonObject,
  parent: Mapped,
  child: MappedStream,
  { anomalies }: StreamTools,
): JsonObject[] {
  const list = child.profile.records.map((field) => raw[field]).find(Array.isArray) ?? [];
  return list.flatMap((item, position) => {
    if (isJsonObject(item)) return [child.mapper.mapChild(item, parent, position).row];
    anomalies.add(child.name, 'an entry of the list was not an object and was dropped');
    return [];
  });
}
