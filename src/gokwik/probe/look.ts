/** The rows of an answer, whatever its shape. Pure, but for the clock. */
import { fieldSchemas, isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import type { SourceContext } from '../../cdk/source.ts';
import type { HttpResponse } from '../../http/http.ts';
import { saysNo, wordsOfFailure } from '../lists/failure.ts';
import { findLists, type List, namesOf } from '../lists/lists.ts';
import { describesPaging } from '../profile.ts';
import { profileOf, type Settings } from '../settings.ts';
import { schemaOf } from '../streams/columns.ts';
import { STREAMS } from '../streams/index.ts';
import type { StreamProfile } from '../streams/stream.ts';
import type { Values } from '../template.ts';
import { matchColumns } from './names.ts';
import { readTraits, type Trait } from './traits.ts';

export interface Seen {
  readonly stream: string;
  /** As the answers were asked for. */
  readonly profile: StreamProfile;
  readonly settings: Settings;
  /** Whether the merchant said how the pages follow each other. */
  readonly isPaged: boolean;
  /** Page 2 came as the suggested profile asks for it. */
  readonly isProven?: boolean;
  readonly list: List;
  /** Of the first page, and the rows and names of all that came. */
  readonly answer: HttpResponse;
  readonly rows: readonly JsonObject[];
  readonly traits: readonly Trait[];
}

export interface Session {
  readonly config: JsonObject;
  readonly settings: Settings;
  readonly context: SourceContext;
  readonly signal: AbortSignal;
}

/** The rows of an answer, wherever they are. Undefined: there are none. */
export function look(
  stream: string,
  settings: Settings,
  answer: HttpResponse,
  { context, settings: own }: Session,
): Seen | undefined {
  const profile = profileOf(stream, settings);
  const list = bestList(stream, settings, answer.body, context.now());
  if (!list || list.rows.length === 0) return undefined;
  const { rows } = list;
  const { paging } = profileOf(stream, own);
  const isSaid = own.profile.ownPaging.has(stream) && describesPaging(paging);
  const isPaged = isSaid && paging.kind !== 'none';
  const traits = readTraits(rows, context.now());
  return { stream, profile, settings, isPaged, list, answer, rows, traits };
}

/** The list whose entries look most like rows of this stream; outer ones before those inside them. */
export function bestList(
  stream: string,
  settings: Settings,
  body: unknown,
  nowMs: number,
): List | undefined {
  const { records } = profileOf(stream, settings);
  const schema = schemaOf(stream, settings);
  const columns = fieldSchemas(schema);
  const rate = (list: List): number => {
    const rows = list.rows.slice(0, 20);
    if (rows.length === 0) return -1;
    const traits = readTraits(rows, nowMs).filter(({ kind }) => kind !== 'empty');
    const ours =
      traits.filter(({ path }) => Object.hasOwn(columns, path)).length +
      (STREAMS[stream] ? matchColumns({ schema, rows, traits }).size : 0);
    const plain = traits.filter(
      ({ path, kind }) => !path.includes('.') && kind !== 'object' && kind !== 'list',
    ).length;
    const isSaid = records.includes(list.path) ? 3 : 0;
    return 2 * ours + Math.min(plain, 8) + isSaid - 3 * list.path.split('*').length;
  };
  const rated = findLists(body).map((list) => ({ list, rate: rate(list) }));
  return rated.sort((a, b) => b.rate - a.rate)[0]?.list;
}

/** An answer without rows: the lists that are empty, or the names that it has. */
export function describeEmpty(body: unknown, { from, to }: Values): string {
  const isTimed = from !== undefined || to !== undefined;
  const lists = findLists(body).map(({ path }) => path);
  const names = namesOf(body);
  // The values that these quote are words of a state, and no row's.
  const no = isJsonObject(body) ? (saysNo(body) ?? wordsOfFailure(body, false)) : undefined;
  if (no !== undefined)
    return `It is an answer that failed: ${no}. Mend the request or its credentials, or ask for an example of a good answer.`;
  if (lists.length > 0) {
    const when = ' for the time that was asked for. Give an `end_date` at which there were some';
    return `The list at ${lists.join(', ')} is empty${isTimed ? when : ''}, so nothing can be said about its rows.`;
  }
  const named = names.length > 0 ? `it has ${names.join(', ')}` : 'it has no names';
  const has = Array.isArray(body) ? 'it is a list of something else' : named;
  return `The answer holds no list of objects: ${has}. Ask the account manager for the endpoint that lists rows, or for an example of its answer.`;
}
