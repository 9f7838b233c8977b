/** How the pages of a list follow each other, as its answer and its request say it. Pure. */
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { LEAST_SIZE, USUAL_SIZES } from '../lists/numbering.ts';
import { isPageNumber, type Signs } from '../lists/signs.ts';
import { requestOf } from '../profile.ts';
import { STREAMS } from '../streams/index.ts';
import type { Paging, StreamProfile } from '../streams/stream.ts';
import { placeholdersOf } from '../template.ts';
import type { Seen } from './look.ts';
import { partOf } from './names.ts';

const isAddress = (value: unknown): boolean => /^(https?:\/\/|\/|\?)/.test(String(value));

export function pagingOf(
  { stream, profile, isPaged, list, answer }: Seen,
  signs: Signs,
  [key]: readonly string[],
  questions: string[],
): JsonObject {
  if (isPaged) return { paging: profile.paging as JsonObject };
  const sends = new Set(placeholdersOf(requestOf(profile)).map(({ name }) => name));
  const { limit, first } = profile.paging;
  const rows = list.rows.length;
  const as = (kind: string, more: Paging): JsonObject => ({
    paging: {
      kind,
      ...(limit !== undefined && sends.has('limit') && { limit }),
      ...(first === 0 && { first }),
      ...more,
    } as JsonObject,
  });
  const more = signs.more && { more: signs.more.path };
  const ends: Paging = {
    ...more,
    ...(signs.total && { total: signs.total.path }),
    ...(signs.count && signs.count.value > rows && { count: signs.count.path }),
  };
  const next = signs.next ?? (sends.has('cursor') ? cursorIn(answer.body, '') : undefined);
  const isLink =
    next !== undefined &&
    (next.value === undefined ? /ur[li]|link|href/i.test(next.path) : isAddress(next.value));
  const isNumber = next && isPageNumber(next.path, next.value, signs.page?.value ?? 1);
  const isToken = next?.value !== undefined && !isLink && !isNumber;
  const isCounted = signs.more ?? signs.total ?? signs.count ?? signs.page;
  const link = isLink ? next.path : answer.headers.link && '@header.link';
  if (sends.has('cursor') && next && !isLink && (isToken || !sends.has('page')))
    return as('cursor', { next: next.path, ...more });
  // All is told, or nothing, and the rest was assumed: `read` finds out what the endpoint makes of it.
  const isAll = signs.count?.value === rows && !signs.more && !signs.total && !signs.page;
  const isAssumed = profile.paging === STREAMS[stream]?.profile.paging;
  if ((isAll || !isCounted) && !next && !link && isAssumed) {
    if (!isAll && rows >= LEAST_SIZE) {
      questions.push(
        `Is this the whole list? ${rows} rows came, and nothing says whether there are more. If no other page comes either, read asks for less time, and fails where that has as many. Ask which parameters page this list; if one answer has everything, write "paging": {"kind": "none", "limit": ${limit ?? 100}}.`,
      );
    }
    return {};
  }
  if (sends.has('page') && (isCounted || !link)) return as('page', ends);
  if (sends.has('offset') && !link) return as('offset', ends);
  if (link) return as('link', { next: link });
  if (sends.has('cursor') && key !== undefined) {
    questions.push(
      `Does the next page begin after the last row's \`${key}\`? No cursor came with the answer, so the profile says so.`,
    );
    return as('cursor', { next: `@last.${key}`, ...ends });
  }
  return guessPaging(profile, signs, ends, isToken ? next.path : undefined, rows, questions);
}

/** Where an answer has a cursor under the name that requests have for one; beside its rows. */
function cursorIn(value: unknown, path: string): Signs['next'] {
  if (!isJsonObject(value)) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const place = path === '' ? name : `${path}.${name}`;
    const isCursor = partOf(name) === 'cursor' && typeof inner !== 'object';
    if (isCursor && typeof inner !== 'boolean') return { path: place, value: inner };
    const deeper = path === '' ? cursorIn(inner, name) : undefined;
    if (deeper) return deeper;
  }
  return undefined;
}

/** Nothing that is sent asks for a page. What is guessed here fails aloud where it is wrong. */
function guessPaging(
  { query, json, paging }: StreamProfile,
  signs: Signs,
  ends: Paging,
  cursor: string | undefined,
  rows: number,
  questions: string[],
): JsonObject {
  const { more, total, count, page } = signs;
  const isWhole =
    more?.value === false ||
    total?.value === 1 ||
    (count?.value === rows && !USUAL_SIZES.has(rows));
  const isPromised =
    cursor !== undefined ||
    more?.value === true ||
    (total?.value ?? 0) > 1 ||
    (count?.value ?? 0) > rows;
  if (!isPromised && (isWhole || !USUAL_SIZES.has(rows))) {
    questions.push(
      `Is one answer the whole list? ${rows} rows came and nothing says that there are more.`,
    );
    return { paging: { kind: 'none', ...(paging.limit !== undefined && { limit: paging.limit }) } };
  }
  const kind = cursor === undefined ? 'page' : 'cursor';
  const name = (cursor ?? page?.path)?.split('.').at(-1) ?? 'page';
  const why = isPromised
    ? 'The answer says that there are more rows'
    : `Just ${rows} rows came, and nothing says whether there are more`;
  questions.push(
    `Which parameter asks for the next page? ${why}, and the request has none that asks for them. The profile guesses \`${name}\`; a wrong guess fails the sync, it loses nothing. Ask which parameters page this list, and how many rows a page may have.`,
  );
  const asks = { [name]: `{${kind}}` };
  return {
    ...(json ? { json: { ...json, ...asks } as Json } : { query: { ...query, ...asks } as Json }),
    paging: {
      kind,
      limit: paging.limit ?? rows,
      ...(cursor === undefined ? ends : { next: cursor }),
    } as JsonObject,
  };
}

export const describeSigns = ({ more, next, total, count, page }: Signs): string[] =>
  [
    more && `\`${more.path}\` says that there are ${more.value ? 'more' : 'no more'}`,
    next && `\`${next.path}\` gives ${describeNext(next.value)}`,
    total && `\`${total.path}\` gives the number of pages`,
    count && `\`${count.path}\` gives a number of rows`,
    page && `\`${page.path}\` gives the number of this page`,
  ].filter((sign) => sign !== undefined);

function describeNext(value: unknown): string {
  if (value === undefined) return 'no next page';
  return isAddress(value) ? 'the address of the next page' : 'the next page';
}
