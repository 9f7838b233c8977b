import { isDeepStrictEqual } from 'node:util';
import type { Anomalies } from '../../cdk/anomalies.ts';
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import type { Page, ReadContext, Window } from '../../cdk/source.ts';
import { findLists, unfold } from '../lists/lists.ts';
import { readSigns } from '../lists/signs.ts';
import { pathsOf, valueAt } from '../path.ts';
import type { Mapped, Mapper } from '../records/mapper.ts';
import { parseInstant } from '../records/time.ts';
import { isBlank } from '../records/values.ts';
import { besideMs, windowValues } from '../request.ts';
import type { Settings } from '../settings.ts';
import { createCoverage, isCounted } from './coverage.ts';
import type { Endpoint, Fetch, StreamTools } from './pages.ts';
import { CHANGED, type StreamProfile } from './stream.ts';

/** A stream with its own endpoint, or a child that leaves with its parent's rows. */
export interface MappedStream extends Endpoint {
  readonly mapper: Mapper;
  /** For rows that are only looked at: what is odd in them was counted, or will be. */
  readonly quiet?: Mapper;
}

/** Rows mapped before they are printed: what lives shortly costs the garbage collector nothing. */
const AT_ONCE = 50;

const ONE_KEY =
  'two rows of one page have one key and differ, of which a destination that removes duplicates keeps one; if they are two things, give `key` in api_profile more fields';

/**
 * Reads one window of a list endpoint: the rows of the parent and of its children, page by page. No row
 * is left out for its stamps, since servers filter by other moments than the cursor, and no other window
 * may return it; but for those of a day that is only asked for beside the run's range.
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
  const { stream: name, profile, mapper } = parent;
  const wanted = children.filter((child) => selected.has(child.stream));
  const moreMs = besideMs(profile);
  const coverage = createCoverage(
    {
      ...{ stream: name, profile, window, fetch },
      get mapper() {
        return parent.quiet ?? mapper;
      },
    },
    tools,
    context,
  );
  const bounds = windowValues(window, profile, tools.settings.startMs);
  for await (const page of fetch(bounds, context)) {
    coverage.begin(page);
    const isOurs = page.expected !== undefined && isCounted(profile);
    const expected = isOurs ? { expected: page.expected } : {};
    const byKey = new Map<string, JsonObject>();
    for (let at = 0; at === 0 || at < page.rows.length; at += AT_ONCE) {
      const parentRows: JsonObject[] = [];
      const childRows = wanted.map(({ stream }) => ({ stream, rows: [] as JsonObject[] }));
      for (const raw of page.rows.slice(at, at + AT_ONCE)) {
        const mapped = mapper.map(raw);
        coverage.note(mapped);
        if (isBeside(mapped, tools.settings, moreMs)) {
          const what =
            'a row of the day before `start_date` or after `end_date`, which is asked for as well, was left out';
          tools.anomalies.add(name, what);
          continue;
        }
        const other = byKey.get(mapped.key);
        if (other && !isDeepStrictEqual(other, raw)) tools.anomalies.add(name, ONE_KEY);
        byKey.set(mapped.key, raw);
        parentRows.push(mapped.row);
        for (const [index, child] of wanted.entries()) {
          childRows[index]?.rows.push(...mapChildren(raw, mapped, child, profile, tools));
        }
      }
      const parentPart = { stream: name, rows: parentRows, ...expected };
      yield [...(selected.has(name) ? [parentPart] : []), ...childRows];
    }
    if (coverage.mayBePart(page)) return;
  }
  await coverage.check();
}

/**
 * Whether a row belongs to the range before or after the run's own. Days are asked for with one more at
 * either end, since servers disagree about zones and bounds: such a row came by that alone, unless a
 * moment of it lies in the range.
 */
function isBeside(
  { cursorMs, row }: Mapped,
  { startMs, endMs }: Settings,
  moreMs: number,
): boolean {
  const end = endMs ?? Number.POSITIVE_INFINITY;
  const isIn = (ms: number | undefined): boolean => ms !== undefined && ms >= startMs && ms < end;
  if (cursorMs === undefined || isIn(cursorMs)) return false;
  const isNear = cursorMs >= startMs - moreMs && cursorMs < end + moreMs;
  return isNear && !CHANGED.some((field) => isIn(parseInstant(row[field], 'Z')));
}

function mapChildren(
  raw: JsonObject,
  parent: Mapped,
  child: MappedStream,
  profile: StreamProfile,
  { anomalies }: StreamTools,
): JsonObject[] {
  const list = childrenIn(raw, child, profile, anomalies);
  return list.flatMap((item, position) => {
    if (isJsonObject(item)) return [child.mapper.mapChild(item, parent, position).row];
    anomalies.add(child.stream, 'an entry of the list was not an object and was dropped');
    return [];
  });
}

/** The list inside a row, where the profile of the row says that it is: as a list, in a text, or with its pages. */
function childrenIn(
  raw: JsonObject,
  { stream, profile: { records } }: MappedStream,
  { fields = {} }: StreamProfile,
  anomalies: Anomalies,
): readonly Json[] {
  const paths = records.flatMap((name) => pathsOf(name, fields[name]));
  const found = paths.find((path) => !isBlank(valueAt(raw, path)));
  if (found === undefined) return [];
  const inner = unfold(valueAt(raw, found));
  if (Array.isArray(inner)) return inner;
  const { more, next } = readSigns({ status: 200, headers: {}, body: inner });
  if (more?.value ?? next?.value)
    anomalies.add(stream, 'the list inside a row says that there are more than came with the row');
  const [list] = findLists(inner);
  if (!list && !isDeepStrictEqual(inner, {}))
    anomalies.add(stream, `what stands at \`${found}\` of a row is no list, and was not read`);
  return list?.rows ?? [];
}
