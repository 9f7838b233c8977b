import { clear, createDraft, type Draft } from '../../cdk/draft.ts';
import type { Page, ReadContext, Row, Rows, Window } from '../../cdk/source.ts';
import { release } from '../../http/release.ts';
import type { Anomalies } from '../anomalies.ts';
import type { StreamProfile } from '../profile.ts';
import type { Mapped, Mapper } from '../records/mapper.ts';
import { listIn, type RawRow } from '../records/raw.ts';
import { parseInstant } from '../records/time.ts';
import { windowBounds } from '../request.ts';
import { fetchPages, type StreamTools } from './fetch.ts';

/** Rows mapped before they are printed: few, so that a large page is not in memory twice (I8). */
const ROWS_AT_ONCE = 25;

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
  const bounds = windowBounds(window, parent.profile.time, settings.startMs);
  const wanted = children.filter((child) => selected.has(child.name));
  const { name, profile, mapper } = parent;
  const pages = fetchPages(name, profile, bounds, tools, context, mapper.takesScans);
  const draft = createDraft();
  for await (const page of pages) {
    for (let at = 0; at < page.rows.length; at += ROWS_AT_ONCE) {
      yield mapRows(page.rows.slice(at, at + ROWS_AT_ONCE));
      clear(draft);
    }
  }
  release(draft.bytes);

  function mapRows(raws: readonly RawRow[]): Page {
    const parentRows: Row[] = [];
    const childRows = wanted.map((child): Rows & { rows: Row[] } => ({
      stream: child.name,
      rows: [],
    }));
    for (const raw of raws) {
      const printed = parent.mapper.print(raw, draft, wanted.length > 0);
      if (isLaterThan(window, printed, parent.profile)) {
        anomalies.add(parent.name, 'a row lay past its window and was left to the next one');
        continue;
      }
      parentRows.push(JSON.parse(String(printed.text)));
      for (const [index, child] of wanted.entries()) {
        mapChildren(raw, printed, child, childRows[index]?.rows ?? [], anomalies, draft);
      }
    }
    const rows = selected.has(parent.name) ? [{ stream: parent.name, rows: parentRows }] : [];
    return [...rows, ...childRows];
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
  raw: RawRow,
  parent: Mapped,
  child: MappedStream,
  rows: Row[],
  anomalies: Anomalies,
  draft: Draft,
): void {
  for (const field of child.profile.records) {
    const list = listIn(raw, field);
    if (list === undefined) continue;
    for (const [position, item] of list.entries()) {
      if (item !== undefined) {
        rows.push(JSON.parse(String(child.mapper.printChild(item, parent, position, draft).text)));
      } else {
        anomalies.add(child.name, 'an entry of the list was not an object and was dropped');
      }
    }
    return;
  }
}
