import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { Page, ReadContext, Window } from '../../cdk/source.ts';
import type { Mapped, Mapper } from '../records/mapper.ts';
import { parseInstant } from '../records/time.ts';
import { windowBounds } from '../request.ts';
import { fetchPages, type StreamTools } from './pages.ts';
import type { StreamProfile } from './stream.ts';

/** A stream with its own endpoint, or a child that leaves with its parent's rows. */
export interface MappedStream {
  readonly name: string;
  readonly profile: StreamProfile;
  readonly mapper: Mapper;
}

/** Reads one window of a list endpoint: the rows of the parent and of its children, page by page. */
export async function* readList(
  parent: MappedStream,
  children: readonly MappedStream[],
  window: Window,
  selected: ReadonlySet<string>,
  tools: StreamTools,
  context: ReadContext,
): AsyncGenerator<Page> {
  const { settings, anomalies } = tools;
  const { name, profile, mapper } = parent;
  const bounds = windowBounds(window, profile.time, settings.startMs);
  const wanted = children.filter((child) => selected.has(child.name));
  for await (const page of fetchPages(name, profile, bounds, tools, context)) {
    const parentRows: JsonObject[] = [];
    const childRows = wanted.map(({ name: stream }) => ({ stream, rows: [] as JsonObject[] }));
    for (const raw of page.rows) {
      const mapped = mapper.map(raw);
      if (isLaterThan(window, mapped, profile)) {
        anomalies.add(name, 'a row lay past its window and was left to the next one');
        continue;
      }
      parentRows.push(mapped.row);
      for (const [index, child] of wanted.entries()) {
        childRows[index]?.rows.push(...mapChildren(raw, mapped, child, tools));
      }
    }
    yield [...(selected.has(name) ? [{ stream: name, rows: parentRows }] : []), ...childRows];
  }
}

/**
 * A server may ignore the upper bound; a later window returns such a row. Only a row that was created
 * past the window is left to it, since nothing of a row is earlier than its creation: whichever
 * moment the server really filters by, the row belongs past the window. By its last change alone a
 * row could be dropped by every window of a server that filters by creation. Rows before the window
 * and rows without a moment are kept, and the newest window keeps everything (I5).
 */
export function isLaterThan(window: Window, { row }: Mapped, { time }: StreamProfile): boolean {
  const createdMs = parseInstant(row.created_at, time.zone);
  return !window.open && createdMs !== undefined && createdMs >= window.toMs;
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
