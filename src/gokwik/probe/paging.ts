/** How the pages of a list follow each other, as its answer and its request say it. Pure. */
import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { USUAL_SIZES } from '../paginate.ts';
import { requestOf } from '../profile.ts';
import type { Signs } from '../signs.ts';
import { STREAMS } from '../streams/index.ts';
import type { Paging, StreamProfile } from '../streams/stream.ts';
import { placeholdersOf } from '../template.ts';
import type { Seen } from './look.ts';
import { partOf } from './names.ts';

const USUAL_PAGE = 100;

const isAddress = (value: unknown): boolean => /^(https?:\/\/|\/|\?)/.test(String(value));

/** How the pages follow each other: what the request can send, and what the answer says. */
export function pagingOf(
  { stream, profile, isPaged, list, answer }: Seen,
  signs: Signs,
  keys: readonly string[],
  questions: string[],
): JsonObject {
  const sends = new Set(placeholdersOf(requestOf(profile)).map(({ name }) => name));
  const { limit, first } = profile.paging;
  const size = {
    ...(limit !== undefined && sends.has('limit') && { limit }),
    ...(first === 0 && { first }),
  };
  if (isPaged) return { paging: profile.paging as JsonObject };
  const count =
    signs.count && signs.count.value > list.rows.length ? { count: signs.count.path } : {};
  const ends: Paging = {
    ...(signs.more && { more: signs.more.path }),
    ...(signs.total && { total: signs.total.path }),
    ...count,
  };
  const next = signs.next ?? (sends.has('cursor') ? cursorIn(answer.body, '') : undefined);
  const isLink =
    next !== undefined &&
    (isAddress(next.value) || (next.value === undefined && /ur[li]|link|href/i.test(next.path)));
  const isToken = next?.value !== undefined && !isLink && !/page$|page_?number$/i.test(next.path);
  const isCounted =
    signs.more !== undefined ||
    signs.total !== undefined ||
    signs.count !== undefined ||
    signs.page !== undefined;
  const link = isLink && next ? next.path : answer.headers.link ? '@header.link' : undefined;
  if (sends.has('cursor') && next && !isLink && (isToken || !sends.has('page'))) {
    return {
      paging: {
        kind: 'cursor',
        ...size,
        next: next.path,
        ...(signs.more && { more: signs.more.path }),
      },
    };
  }
  // Nothing is told, and all was assumed: `read` finds out what the endpoint makes of it.
  const isSilent = !isCounted && next === undefined && link === undefined;
  if (isSilent && profile.paging === STREAMS[stream]?.profile.paging) {
    const { length } = list.rows;
    if (USUAL_SIZES.has(length)) {
      questions.push(
        `Is this the whole list? Just ${length} rows came, as many as pages often have, and nothing says whether there are more, so read refuses it. Ask which parameters page this list; if one answer has everything, write "paging": {"kind": "none"}.`,
      );
    }
    return {};
  }
  if (sends.has('page') && (isCounted || link === undefined))
    return { paging: { kind: 'page', ...size, ...ends } };
  if (sends.has('offset') && link === undefined)
    return { paging: { kind: 'offset', ...size, ...ends } };
  if (link !== undefined) return { paging: { kind: 'link', ...size, next: link } };
  if (sends.has('cursor') && keys[0] !== undefined) {
    questions.push(
      `Does the next page begin after the last row's \`${keys[0]}\`? No cursor came with the answer, so the profile says so.`,
    );
    return { paging: { kind: 'cursor', ...size, next: `@last.${keys[0]}`, ...ends } };
  }
  return guessPaging(
    profile,
    signs,
    ends,
    isToken && next ? next.path : undefined,
    list.rows.length,
    questions,
  );
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
  const isWhole =
    signs.more?.value === false ||
    (signs.count?.value === rows && !USUAL_SIZES.has(rows)) ||
    signs.total?.value === 1;
  const isPromised =
    cursor !== undefined ||
    signs.more?.value === true ||
    (signs.total?.value ?? 0) > 1 ||
    (signs.count?.value ?? 0) > rows;
  if (!isPromised && (isWhole || !USUAL_SIZES.has(rows))) {
    questions.push(
      `Is one answer the whole list? ${rows} rows came and nothing says that there are more.`,
    );
    return { paging: { kind: 'none', ...(paging.limit !== undefined && { limit: paging.limit }) } };
  }
  const what = cursor === undefined ? 'page' : 'cursor';
  const name = cursor?.split('.').at(-1) ?? signs.page?.path.split('.').at(-1) ?? 'page';
  const why = isPromised
    ? 'The answer says that there are more rows'
    : `Just ${rows} rows came, and nothing says whether there are more`;
  questions.push(
    `Which parameter asks for the next page? ${why}, and the request has none that asks for them. The profile guesses \`${name}\`; a wrong guess fails the sync, it loses nothing. Ask which parameters page this list, and how many rows a page may have.`,
  );
  const asks = { [name]: `{${what}}` };
  return {
    ...(json ? { json: { ...json, ...asks } as Json } : { query: { ...query, ...asks } as Json }),
    paging: {
      kind: what,
      limit: paging.limit ?? (rows || USUAL_PAGE),
      ...(cursor !== undefined && { next: cursor }),
      ...(cursor === undefined ? ends : {}),
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
