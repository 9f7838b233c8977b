import fc from 'fast-check';
import t from 'tap';
import { createAnomalies } from '../../../src/cdk/anomalies.ts';
import type { Json, JsonObject } from '../../../src/cdk/protocol.ts';
import { createPaginator } from '../../../src/gokwik/lists/paginate.ts';
import type { Learned, RawPage, Step } from '../../../src/gokwik/lists/position.ts';
import { STREAMS } from '../../../src/gokwik/streams/index.ts';
import type { Paging, StreamProfile } from '../../../src/gokwik/streams/stream.ts';
import { fillTexts } from '../../../src/gokwik/template.ts';
import { openTools } from '../streams/helpers/tools.ts';

const profileOf = (name: string): StreamProfile => STREAMS[name]?.profile as StreamProfile;
const rowsFrom = (from: number, count: number): { id: number }[] =>
  Array.from({ length: count }, (_, index) => ({ id: from + index }));

interface Setup {
  readonly profile: StreamProfile;
  readonly isOwn?: boolean;
  readonly learned?: Learned;
  /** A rule of the profile says that a refused page means "no rows". */
  readonly meansEmpty?: boolean;
}

/** What a server answers to these parameters (texts, as a query has them), or to a link; or it refuses. */
type Server = (
  query: Readonly<Record<string, string>>,
  link?: string,
) => JsonObject | Json[] | undefined;

/** Reads a list to its end; the ids that came, how often was asked, or why it failed. */
function readAll(
  { profile, isOwn = false, learned = {}, meansEmpty = false }: Setup,
  server: Server,
) {
  const anomalies = createAnomalies();
  const paginator = createPaginator({ stream: 'orders', profile, isOwn, learned, anomalies });
  const ids: Json[] = [];
  let asked = 0;
  let step: Step | undefined = paginator.first;
  try {
    while (step) {
      asked += 1;
      if (asked > 3000) throw new Error('it has no end');
      const query = Object.fromEntries(fillTexts(profile.query, step.values));
      const body = server(query, step.link);
      if (body === undefined && !step.isProbe && !meansEmpty) throw new Error('a page was refused');
      const answer = body === undefined ? undefined : { status: 200, headers: {}, body };
      const page: RawPage = paginator.read(answer);
      ids.push(...page.rows.map((row) => row.id ?? null));
      if (page.doubt?.error) throw page.doubt.error;
      step = page.next;
    }
  } catch (error) {
    return { ids, asked, error: error as Error & { code: string }, said: anomalies.lines() };
  }
  return { ids, asked, error: undefined, said: anomalies.lines() };
}

/* Servers as they are found, each with `count` rows in pages of at most `cap`. */

interface Shop {
  readonly count: number;
  /** The server never gives more at once, whatever is asked for. */
  readonly cap: number;
}

const slice = ({ count, cap }: Shop, from: number, limit: number) =>
  rowsFrom(from, Math.max(0, Math.min(count - from, cap, limit)));
const limitOf = (query: Readonly<Record<string, string>>): number => Number(query.limit ?? 100);
const numbered = (shop: Shop, query: Readonly<Record<string, string>>, first = 1) => {
  const size = Math.min(shop.cap, limitOf(query));
  // Servers take a page before the first for the first.
  const page = Math.max(0, Number(query.page ?? first) - first);
  return { rows: slice(shop, page * size, size), pages: Math.ceil(shop.count / size), page };
};
const cursored = (shop: Shop, query: Readonly<Record<string, string>>) => {
  const from = Number(query.cursor ?? 0);
  const rows = slice(shop, from, limitOf(query));
  const at = from + rows.length;
  return { rows, next: at < shop.count ? String(at) : undefined, more: at < shop.count };
};

const SPEAKING: Readonly<Record<string, (shop: Shop) => Server>> = {
  'next_cursor and has_more': (shop) => (query) => {
    const { rows, next, more } = cursored(shop, query);
    return { data: rows, next_cursor: next ?? null, has_more: more };
  },
  'nextCursor alone, gone at the end': (shop) => (query) => {
    const { rows, next } = cursored(shop, query);
    return { data: rows, meta: { nextCursor: next ?? '' } };
  },
  'pageInfo, whose cursor is always there': (shop) => (query) => {
    const { rows, more } = cursored(shop, query);
    const endCursor = String(Number(query.cursor ?? 0) + rows.length);
    return { data: { orders: rows, pageInfo: { endCursor, hasNextPage: more } } };
  },
  'next_page_token, "none" at the end': (shop) => (query) => {
    const { rows, next } = cursored(shop, query);
    return { data: rows, pagination: { next_page_token: next ?? 'none' } };
  },
  'numbered, with total_pages': (shop) => (query) => {
    const { rows, pages, page } = numbered(shop, query);
    return { data: rows, meta: { page: page + 1, total_pages: pages } };
  },
  'numbered, of which the last page says that it is it': (shop) => (query) => {
    const { rows, pages, page } = numbered(shop, query);
    return { data: rows, paging: { is_last: page + 1 >= pages ? 1 : 0 } };
  },
  'numbered, and a text tells how many': (shop) => (query) => {
    const { rows } = numbered(shop, query);
    return { data: rows, message: `Showing ${rows.length} of ${shop.count} orders` };
  },
  'numbered, and a text tells which page of how many': (shop) => (query) => {
    const { rows, pages, page } = numbered(shop, query);
    return { data: rows, meta: { page: `${page + 1} / ${pages}` } };
  },
  'numbered, with a count that may be of the page': (shop) => (query) => ({
    data: numbered(shop, query).rows,
    recordCount: shop.count,
  }),
  'numbered, the next one as a number': (shop) => (query) => {
    const { rows, pages, page } = numbered(shop, query);
    return { data: rows, pagination: { next: page + 1 < pages ? page + 2 : null } };
  },
  'the cursor of this page before the next': (shop) => (query) => {
    const { rows, next } = cursored(shop, query);
    return { cursor: query.cursor ?? 'c', data: rows, next_cursor: next ?? null };
  },
  'signs around the list, however deep': (shop) => (query) => {
    const { rows, pages, page } = numbered(shop, query);
    return { data: { orders: rows, list_info: { has_more_rows: page + 1 < pages } } };
  },
  'numbered from 0, with its number': (shop) => (query) => {
    const { rows, pages, page } = numbered(shop, query, 0);
    return { data: rows, meta: { currentPage: page, totalPages: pages } };
  },
  'numbered, with a count of rows': (shop) => (query) => ({
    data: numbered(shop, query).rows,
    total_count: shop.count,
  }),
  'numbered, with hasMore': (shop) => (query) => {
    const { rows, pages, page } = numbered(shop, query);
    return { data: rows, hasMore: page + 1 < pages };
  },
  'numbered from 0, with hasMore alone': (shop) => (query) => {
    const { rows, pages, page } = numbered(shop, query, 0);
    return { data: rows, hasMore: page + 1 < pages };
  },
  'numbered from 0, with total_pages alone': (shop) => (query) => {
    const { rows, pages } = numbered(shop, query, 0);
    return { data: rows, meta: { total_pages: pages } };
  },
  'numbered from 1, with hasMore, and there is no page 0': (shop) => (query) => {
    if (query.page === '0') return undefined;
    const { rows, pages, page } = numbered(shop, query);
    return { data: rows, hasMore: page + 1 < pages };
  },
  'numbered, with next_page': (shop) => (query) => {
    const { rows, pages, page } = numbered(shop, query);
    return { data: rows, next_page: page + 1 < pages ? page + 2 : null };
  },
  'links.next': (shop) => (_, link) => {
    const from = Number(new URLSearchParams(link?.split('?')[1]).get('from') ?? 0);
    const rows = slice(shop, from, 100);
    const at = from + rows.length;
    return { data: rows, links: { next: at < shop.count ? `/v1/order/list?from=${at}` : null } };
  },
};
const SILENT: Readonly<Record<string, (shop: Shop) => Server>> = {
  'numbered, and says nothing': (shop) => (query) => ({ data: numbered(shop, query).rows }),
  'numbered from 0, and says nothing': (shop) => (query) => ({
    data: numbered(shop, query, 0).rows,
  }),
  'numbered from 1, says nothing, and there is no page 0': (shop) => (query) =>
    query.page === '0' ? undefined : { data: numbered(shop, query).rows },
};

const shops = fc.record({
  count: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(99, 100, 101, 200, 250, 500)),
  cap: fc.constantFrom(1, 3, 7, 10, 50, 100, 1000),
});

for (const [name, start] of Object.entries({ ...SPEAKING, ...SILENT })) {
  t.test(`nobody described it, and all rows come: ${name}`, async () => {
    fc.assert(
      fc.property(shops, fc.constantFrom('orders', 'settlements'), (shop, stream) => {
        const profile = { ...profileOf(stream), records: ['data', 'data.orders'] };
        const learned = {};
        for (const turn of [1, 2]) {
          const { ids, error } = readAll({ profile, learned }, start(shop));
          const distinct = new Set(ids);
          const isWhole = distinct.size === shop.count;
          if (error || !isWhole) {
            throw new Error(
              `${stream}, turn ${turn}: ${distinct.size} of ${shop.count}: ${error?.message}`,
            );
          }
        }
      }),
      { numRuns: 120 },
    );
  });
}

t.test(
  'a server that ignores page numbers: all of a part is a failure, one answer is one',
  async (t) => {
    const profile = profileOf('orders');
    const deaf =
      (count: number): Server =>
      (query) => ({ data: rowsFrom(0, Math.min(count, limitOf(query))) });
    t.same(readAll({ profile }, deaf(3)).ids, [0, 1, 2]);
    for (const size of [10, 12, 36, 50, 100]) {
      const { error } = readAll({ profile }, deaf(size));
      t.match(error, { code: 'GK_PAGING', message: /nothing says whether there are more/ });
      const [, text = ''] = /(\{"streams".*\})\./.exec(error?.message ?? '') ?? [];
      const said = { profile: openTools('orders', [], JSON.parse(text)).profile, isOwn: true };
      const { ids, error: none } = readAll(said, deaf(size));
      t.same([ids.length, none], [size, undefined], `what it says to write is read: ${size}`);
    }
    const settlements = readAll({ profile: profileOf('settlements') }, deaf(4));
    t.same(
      [settlements.ids.length, settlements.error],
      [4, undefined],
      'numbers that were assumed',
    );
    t.match(settlements.said, [/taken for the whole list/]);
    t.equal(
      readAll({ profile }, () => ({ data: rowsFrom(0, 10) })).ids.length,
      10,
      'no pages at all',
    );
    const omits: Server = (query) => {
      const { rows, next } = cursored({ count: 20, cap: 100 }, query);
      return { data: rows, ...(next && { next_cursor: next }) };
    };
    t.equal(readAll({ profile }, omits).error, undefined, 'it pages where it has to');
    const learned: Learned = {};
    t.equal(readAll({ profile, learned }, deaf(3)).asked, 3);
    t.equal(readAll({ profile, learned }, deaf(2)).asked, 1, 'learned once');
    t.equal(readAll({ profile, learned }, deaf(4)).asked, 3, 'a larger list may have more');
  },
);

const own = (paging: Paging, query: Record<string, string>): Setup => ({
  profile: { ...profileOf('orders'), query, paging },
  isOwn: true,
});

t.test('described, every kind: all rows, whatever the server caps', async () => {
  const cases: [Setup, (shop: Shop) => Server][] = [
    [
      own({ kind: 'page', limit: 20, total: 'meta.pages' }, { page: '{page}', limit: '{limit}' }),
      (shop) => (query) => {
        const { rows, pages } = numbered(shop, query);
        return { data: rows, meta: { pages } };
      },
    ],
    [
      own({ kind: 'page', limit: 20, first: 0 }, { page: '{page}', limit: '{limit}' }),
      (shop) => (query) => ({ data: numbered(shop, query, 0).rows }),
    ],
    [
      own({ kind: 'offset', limit: 20 }, { skip: '{offset}', limit: '{limit}' }),
      (shop) => (query) => ({ data: slice(shop, Number(query.skip), limitOf(query)) }),
    ],
    [
      own(
        { kind: 'cursor', limit: 20, next: '@last.id', more: 'has_more' },
        { after: '{cursor}', limit: '{limit}' },
      ),
      (shop) => (query) => {
        const from = query.after === undefined ? 0 : Number(query.after) + 1;
        const rows = slice(shop, from, limitOf(query));
        return { data: rows, has_more: from + rows.length < shop.count };
      },
    ],
    [
      // A page past the end is the last one again.
      own({ kind: 'page', limit: 20, count: 'total_count' }, { page: '{page}', limit: '{limit}' }),
      (shop) => (query) => {
        const { pages, page } = numbered(shop, query);
        const at = String(Math.min(page, Math.max(0, pages - 1)) + 1);
        return { data: numbered(shop, { ...query, page: at }).rows, total_count: shop.count };
      },
    ],
  ];
  fc.assert(
    fc.property(shops, fc.constantFrom(...cases), (shop, [setup, start]) => {
      const { ids, error } = readAll(setup, start(shop));
      if (error || new Set(ids).size !== shop.count || ids.length !== shop.count) {
        throw new Error(
          `${JSON.stringify(setup.profile.paging)}: ${ids.length}, ${error?.message}`,
        );
      }
    }),
    { numRuns: 300 },
  );
});

t.test(
  'what an answer says and does not keep is a failure that says what would mend it',
  async (t) => {
    const page = own({ kind: 'page', limit: 100 }, { page: '{page}' });
    const cursor = own(
      { kind: 'cursor', limit: 100, next: 'next' },
      { cursor: '{cursor}', limit: '{limit}' },
    );
    const none = own({ kind: 'none' }, {});
    const once =
      (body: JsonObject): Server =>
      (query) =>
        query.page === undefined || query.page === '1' ? body : { ...body, data: [] };
    let answers = 0;
    const stamped =
      (pageOf: (asked: number) => number): Server =>
      (query) => {
        answers += 1;
        const rows = rowsFrom(pageOf(Number(query.page)) * 5, 5);
        return { data: rows.map(({ id }) => ({ id, gokwik_oid: `o${id}`, served: answers })) };
      };
    const cases: [string, Setup, Server, RegExp][] = [
      [
        'more without a next',
        cursor,
        () => ({ data: rowsFrom(0, 5), has_more: true }),
        /`has_more` is true/,
      ],
      [
        'pages that do not come',
        page,
        once({ data: rowsFrom(0, 5), total_pages: 3 }),
        /says 3 pages/,
      ],
      [
        'rows that do not come',
        page,
        once({ data: rowsFrom(0, 5), total: 230 }),
        /says 230 rows, and 5 came/,
      ],
      [
        'one answer, and a next page',
        none,
        () => ({ data: rowsFrom(0, 5), next_page: 2 }),
        /gives a next page/,
      ],
      [
        'an answer that is cut',
        none,
        () => ({ data: rowsFrom(0, 5), meta: { IsTruncated: true } }),
        /`meta.IsTruncated` is true/,
      ],
      [
        'a part of the list',
        none,
        () => ({ data: rowsFrom(0, 5), partial: true }),
        /`partial` is true/,
      ],
      [
        'rows that are counted, and no rows',
        none,
        () => ({ data: null, count: 5 }),
        /says 5 rows, and 0/,
      ],
      [
        'a text that tells more, and one list',
        none,
        () => ({ data: rowsFrom(0, 5), message: 'Showing 5 of 90 orders' }),
        /`message` says 90 rows, and 5 came.*"count":"-"/,
      ],
      [
        'pages in a text',
        none,
        () => ({ data: rowsFrom(0, 5), meta: { info: 'Page 1 of 3' } }),
        /`meta.info` says 3 pages, and 1 came.*"total":"-"/,
      ],
      [
        'a count that may be of the page, and is more than it',
        none,
        () => ({ data: rowsFrom(0, 5), count: 90 }),
        /`count` says 90 rows, and 5 came/,
      ],
      [
        'a first page that says that it is not the last',
        own({ kind: 'none', more: 'is_last' }, {}),
        () => ({ data: rowsFrom(0, 5), is_last: false }),
        /`is_last` is false/,
      ],
      [
        'a cursor that all rows of a page share',
        own({ kind: 'cursor', limit: 3, next: '@last.at' }, { after: '{cursor}' }),
        ({ after }) => ({ data: rowsFrom(after ? 9 : 0, 3).map((row) => ({ ...row, at: 'T' })) }),
        /`@last.at` is the same in all 3 rows/,
      ],
      ['the same page again', page, () => ({ data: rowsFrom(0, 5) }), /the same page came twice/],
      ['the same page, with new stamps', page, stamped(() => 0), /the same page came twice/],
      [
        'the last page for every number beyond',
        page,
        stamped((number) => Math.min(number, 3)),
        /If its last page comes again for every page beyond, .*"total":"meta.total_pages"/,
      ],
      ['a full page in silence', cursor, () => ({ data: rowsFrom(0, 100) }), /just the 100 rows/],
      [
        'a cursor in a circle',
        cursor,
        (query) => ({
          data: rowsFrom(Number(query.cursor ?? 9) * 10, 2),
          next: { 1: '2', 2: '1' }[query.cursor ?? ''] ?? '1',
        }),
        /was repeated/,
      ],
    ];
    for (const [name, setup, server, message] of cases) {
      const { error } = readAll(setup, server);
      t.match(error, { code: 'GK_PAGING', message }, name);
      t.match(error?.message, /\{"streams":\{"orders":\{"paging":/, name);
    }
    const nowhere = own({ kind: 'page', limit: 100, count: '-' }, { page: '{page}' });
    const all = once({ data: rowsFrom(0, 5), total: 2598 });
    t.equal(readAll(nowhere, all).error, undefined, 'a total that is none can be said to be none');
  },
);

t.test('a cursor alone, gone at the end, is followed', async (t) => {
  const shop = { count: 230, cap: 37 };
  const { ids, error } = readAll({ profile: profileOf('orders') }, (query) => {
    const { rows, next } = cursored(shop, query);
    return { data: rows, ...(next !== undefined && { cursor: next }) };
  });
  t.same([ids.length, error], [230, undefined]);
});

t.test('numbers that are not what the profile takes them for lose nothing', async (t) => {
  const page = { page: '{page}', limit: '{limit}' };
  const shop = { count: 230, cap: 20 };
  const cases: [string, Paging, (rows: JsonObject[], page: number) => JsonObject, RegExp][] = [
    ['the number of this page', { total: 'n' }, (_rows, at) => ({ n: at + 1 }), /^$/],
    ['the number of the last page, from 0', { total: 'n' }, () => ({ n: 11 }), /more pages came/],
    ['rows of this page', { count: 'n' }, (rows) => ({ n: rows.length }), /more rows came/],
  ];
  for (const [name, more, factsOf, told] of cases) {
    const setup = own({ kind: 'page', limit: 20, ...more }, page);
    const { ids, error, said } = readAll(setup, (query) => {
      const { rows, page } = numbered(shop, query);
      return { data: rows, ...factsOf(rows, page) };
    });
    t.same([new Set(ids).size, error], [230, undefined], name);
    t.match(said.join(), told, name);
  }
});

t.test('the page behind a full last one is asked for once', async (t) => {
  const learned: Learned = {};
  const setup = own({ kind: 'page', limit: 20, total: 'n' }, { page: '{page}', limit: '{limit}' });
  const exact = { count: 40, cap: 20 };
  for (const behind of ['empty', 'refused', 'the last again'] as const) {
    const once: Learned = {};
    const { ids, asked, error, said } = readAll({ ...setup, learned: once }, (query) => {
      if (query.page === '3' && behind === 'refused') return undefined;
      const page = behind === 'the last again' ? Math.min(2, Number(query.page)) : query.page;
      return { data: numbered(exact, { ...query, page: String(page) }).rows, n: 2 };
    });
    t.same([ids.length, asked, error, said], [40, 3, undefined, []], behind);
    t.ok(once.endsWhereTold, behind);
  }
  const server: Server = (query) => ({ data: numbered(exact, query).rows, n: 2 });
  readAll({ ...setup, learned }, server);
  t.equal(readAll({ ...setup, learned }, server).asked, 2);
});

t.test('numbers of one page that are the sum of all there seem to be', async (t) => {
  const shop = { count: 45, cap: 20 };
  const profile = profileOf('orders');
  // The number of pages is that of pages of the size that was asked for.
  const ofPage: Server = (query) => ({ data: numbered(shop, query).rows, total_pages: 1 });
  t.equal(new Set(readAll({ profile }, ofPage).ids).size, 45);
  for (const first of [0, 1]) {
    const whole: Server = (query) => ({
      data: numbered({ count: 20, cap: 50 }, query, first).rows,
      total_pages: 1,
    });
    const { ids, error, said } = readAll({ profile }, whole);
    t.same([ids.length, error, said], [20, undefined, []], 'told, and no other page came');
  }
  const deaf: Server = () => ({ data: rowsFrom(0, 20), total_pages: 1 });
  t.same(readAll({ profile }, deaf).error, undefined, 'nor for any other number');
  const learned: Learned = {};
  const setup = own({ kind: 'page', limit: 100, total: 'n' }, { page: '{page}', limit: '{limit}' });
  const told =
    (count: number): Server =>
    (query) => ({
      data: numbered({ count, cap: 20 }, query).rows,
      n: Math.ceil(count / 100),
    });
  t.equal(readAll({ ...setup, learned }, told(12)).ids.length, 12);
  t.equal(readAll({ ...setup, learned }, told(33)).ids.length, 33, 'a larger page may be full');
});

t.test('asked for less, what counts its own answer tells nothing', async (t) => {
  const deaf: Server = () => ({ data: rowsFrom(0, 100), total: 100 });
  t.match(readAll({ profile: profileOf('orders') }, deaf).error, { code: 'GK_PAGING' });
  const token = own(
    { kind: 'cursor', limit: 50, next: 'next' },
    { after: '{cursor}', n: '{limit}' },
  );
  const omits =
    (count: number): Server =>
    (query) => {
      const { rows, next } = cursored(
        { count, cap: 50 },
        { cursor: query.after ?? '0', limit: query.n ?? '' },
      );
      return { data: rows, ...(next !== undefined && { next }) };
    };
  for (const count of [30, 50]) {
    const { ids, error, said } = readAll(token, omits(count));
    t.same([ids.length, error, said], [count, undefined, []], 'it gives a cursor where it has to');
  }
});

t.test('a list of no usual size may be told where one of a usual size is a failure', (t) => {
  const told = (count: number) => {
    const profile = profileOf('orders');
    const paginator = createPaginator({
      ...{ stream: 'orders', profile, isOwn: false, learned: {}, anomalies: createAnomalies() },
    });
    let page: RawPage | undefined;
    for (let step: Step | undefined = paginator.first; step; step = page.next)
      page = paginator.read({ status: 200, headers: {}, body: { data: rowsFrom(0, count) } });
    return [page?.doubt?.error?.code, page?.doubt?.told];
  };
  t.match(told(37), ['GK_PAGING', /taken for the whole list/]);
  t.same(told(50), ['GK_PAGING', undefined]);
  t.same(told(9), [undefined, undefined]);
  t.end();
});

t.test('a round number of rows may be where a server stops', async (t) => {
  const { profile } = own({ kind: 'offset', limit: 250 }, { skip: '{offset}', limit: '{limit}' });
  const ends = (count: number) => {
    const paginator = createPaginator({
      ...{ stream: 'orders', profile, isOwn: true, learned: {}, anomalies: createAnomalies() },
    });
    const pageAt = (from: number) =>
      paginator.read({
        ...{ status: 200, headers: {}, body: { data: slice({ count, cap: 250 }, from, 250) } },
      });
    let last: RawPage | undefined;
    for (let step: Step | undefined = paginator.first; step; step = last.next)
      last = pageAt(Number(step.values.offset));
    return last?.doubt?.told !== undefined;
  };
  t.same([500, 999, 1000, 1001, 2500].map(ends), [false, false, true, false, true]);
});

t.test('an offset that counts pages is refused with what says so', async (t) => {
  const setup = own({ kind: 'offset', limit: 20 }, { skip: '{offset}', limit: '{limit}' });
  const shop = { count: 500, cap: 20 };
  const pages: Server = (query) => ({ data: slice(shop, Number(query.skip) * 20, 20) });
  const { error } = readAll(setup, pages);
  t.match(error, { code: 'GK_PAGING', message: /its offset may count pages/ });
  const [, text = ''] = /(\{"streams".*\})\./.exec(error?.message ?? '') ?? [];
  const { orders } = JSON.parse(text).streams;
  t.equal(readAll(own(orders.paging, orders.query), pages).ids.length, 500);
  const rows: Server = (query) => ({ data: slice(shop, Number(query.skip), 20) });
  t.same(readAll(setup, rows).ids.length, 500);
  const strict: Server = (query) => (Number(query.skip) % 20 > 0 ? undefined : rows(query));
  t.same(readAll(setup, strict).ids.length, 500, 'one that takes multiples of the limit alone');
});

t.test('what ends a list without a word of it is told', async (t) => {
  const words = (paging: Paging, server: Server) => {
    const { ids, said, error } = readAll(own(paging, { cursor: '{cursor}' }), server);
    t.equal(error, undefined);
    return { rows: ids.length, said };
  };
  const silent = words({ limit: 100, more: 'more' }, () => ({ data: rowsFrom(0, 60) }));
  t.match(silent, { rows: 60, said: [/nothing told of further pages/] });
  const misnamed = words({ kind: 'link', limit: 100, next: '@header.x-nxt' }, () => ({
    data: rowsFrom(0, 100),
  }));
  t.match(misnamed, { rows: 100, said: [/nothing at `@header.x-nxt` or elsewhere told/] });
  const stamped = (from: number, count: number) =>
    rowsFrom(from, count).map(({ id }) => ({ id, at: Math.floor(id / 2) }));
  const after: Server = ({ cursor = '-1' }) => ({
    data: stamped(Number(cursor) * 2 + 2, cursor > '2' ? 0 : 3),
  });
  t.match(words({ kind: 'cursor', limit: 3, next: '@last.at' }, after).said, [
    /same in several rows/,
  ]);
});

t.test(
  'a promise that nothing sent can keep says what to send, and how to take it away',
  async (t) => {
    const deaf: Server = () => ({ data: rowsFrom(0, 31), message: 'Showing 31 of 90 orders' });
    const { error } = readAll({ profile: profileOf('orders') }, deaf);
    t.match(error, { code: 'GK_PAGING', message: /`message` says 90 rows, and 31 came/ });
    const [, sent = '', away = ''] =
      /(\{"streams".*\})\. If .* write (\{.*\}) alone/.exec(error?.message ?? '') ?? [];
    const { query, paging } = JSON.parse(sent).streams.orders;
    const shop = { count: 90, cap: 31 };
    const served: Server = ({ page_number: page = '1' }) => ({
      data: numbered(shop, { page }).rows,
      message: 'Showing 31 of 90 orders',
    });
    t.equal(new Set(readAll(own(paging, query), served).ids).size, 90);
    t.same(readAll(own(JSON.parse(away).paging, query), deaf).ids.length, 31);
  },
);

t.test('whatever promises a next page is heard beside one that has all', async (t) => {
  const rows = rowsFrom(0, 5);
  const promises: JsonObject[] = [
    {
      links: [
        { rel: 'self', href: '/a' },
        { rel: 'next', href: '/b' },
      ],
    },
    { _links: { next: { href: '/b' } } },
    { offset: 'itr/rec' },
    { cursor: 'abc' },
    { '@odata.nextLink': '/b' },
    { '@odata.count': 9 },
    { paging: { next: { page: 2 } } },
    { pagingMetadata: { hasNext: true } },
    { meta: { NextPageUri: '/b' } },
    { payload: { NextToken: 'abc' } },
    { more_orders_url: '/b' },
    { LastEvaluatedKey: { id: { S: 'x' } } },
    { end_of_stream: false },
    { next: true },
    { timed_out: true },
    { totalDocs: 9 },
    { total: { value: 9, relation: 'eq' } },
    { recordsTotal: 5, recordsFiltered: 9 },
    { number_of_pages: 2 },
    { result_info: { total_count: 9 } },
  ];
  const none = own({ kind: 'none' }, {});
  for (const promise of promises) {
    const { error } = readAll(none, () => ({ data: rows, ...promise }));
    t.match(error, { code: 'GK_PAGING' }, JSON.stringify(promise));
  }
  const deep = own({ kind: 'none' }, {});
  const records = ['data.shop.orders.edges.*.node'];
  const edges = rows.map((node) => ({ node }));
  const orders = { edges, pageInfo: { hasNextPage: true } };
  const graph = readAll({ ...deep, profile: { ...deep.profile, records } }, () => ({
    data: { shop: { orders } },
  }));
  t.match(graph.error, { message: /`data.shop.orders.pageInfo.hasNextPage` is true/ });
  const others: JsonObject[] = [
    { links: [{ rel: 'self', href: '/a' }], offset: 0, cursor: null, next: {} },
    { data_quality: 'more', additional_discount: 900, summary: { total: 50_000 } },
    { recordsTotal: 5000, recordsFiltered: 5 },
    { offset: 100, page: 1, per_page: 5, count: 5 },
    { last_page: 1, total_amount: 50_000, total_items_sold: 77 },
  ];
  for (const other of others)
    t.equal(
      readAll(none, () => ({ data: rows, ...other })).error,
      undefined,
      JSON.stringify(other),
    );
});

t.test(
  'a part that is none says nothing of the end, and a list of links may be named',
  async (t) => {
    const shop = { count: 60, cap: 20 };
    const offset = own({ kind: 'offset', limit: 20 }, { skip: '{offset}' });
    const whole = readAll(offset, (query) => ({
      data: slice(shop, Number(query.skip), 20),
      timed_out: false,
      incomplete_results: false,
    }));
    t.same([whole.ids.length, whole.error], [60, undefined]);
    const links = readAll(own({ kind: 'link', next: 'links' }, {}), (_query, link = '/p?at=0') => {
      const at = Number(link.split('=')[1]);
      const next = at + 20 < shop.count ? [{ rel: 'next', href: `/p?at=${at + 20}` }] : [];
      return { data: slice(shop, at, 20), links: [{ rel: 'self', href: link }, ...next] };
    });
    t.same([links.ids.length, links.error], [60, undefined]);
  },
);

t.test('numbers in texts that are none of rows', async (t) => {
  const none = own({ kind: 'none' }, {});
  for (const message of [
    '3 of 1000 API calls used',
    'Settled Rs 10 of 5000',
    'Orders of 2026-11-01/2026-11-30',
    'Showing 5 of 5 orders',
    'Total amount: 5000',
    'Page 1 of 1',
  ])
    t.equal(readAll(none, () => ({ data: rowsFrom(0, 5), message })).error, undefined, message);
});

t.test('a usual size is all only where another answer of the endpoint was larger', async (t) => {
  const profile = profileOf('orders');
  // Neither the page nor the limit that is asked for changes anything: a part of a list, or all of it.
  const deaf: Server = () => ({ data: rowsFrom(0, 50) });
  t.match(readAll({ profile }, deaf).error, { code: 'GK_PAGING', message: /50 rows came/ });
  const learned: Learned = {};
  t.equal(readAll({ profile, learned }, () => ({ data: rowsFrom(0, 57) })).ids.length, 57);
  const { ids, error } = readAll({ profile, learned }, deaf);
  t.same([ids.length, error], [50, undefined]);
});

t.test(
  'a total that falls: rows moved up over the edge of a page, so all is read again',
  async (t) => {
    const profile = profileOf('shipments');
    let count = 250;
    let calls = 0;
    const server: Server = (query) => {
      calls += 1;
      if (calls === 2) count = 249;
      const page = Number(query.page) - 1;
      const meta = { total: count, total_pages: Math.ceil(count / 100) };
      return { data: rowsFrom(250 - count + page * 100, Math.min(100, count - page * 100)), meta };
    };
    const { ids, error, said } = readAll({ profile }, server);
    t.equal(error, undefined);
    t.equal(new Set(ids).size, 250, 'the one that left was read before');
    t.match(said, [/rows left its list/]);
    let restless = 300;
    const never: Server = (query) => {
      restless -= 1;
      return {
        data: rowsFrom(Number(query.page) * 1000 + restless, 100),
        meta: { total: restless, total_pages: 3 },
      };
    };
    t.match(readAll({ profile }, never).error, { code: 'GK_PAGING' }, 'not for ever');
  },
);

t.test('property: whatever is added while a list is read, no row of before is missed', async () => {
  const plan = fc.record({ count: fc.nat(60), added: fc.array(fc.nat(5), { maxLength: 12 }) });
  fc.assert(
    fc.property(plan, ({ count, added }) => {
      // Newest first: what is added pushes the others to later pages.
      let ids = Array.from({ length: count }, (_, index) => count - index);
      let fresh = 1000;
      const growths = [...added];
      const server: Server = (query) => {
        const page = Number(query.page) - 1;
        const data = ids.slice(page * 10, page * 10 + 10).map((id) => ({ id }));
        const meta = { total: ids.length, total_pages: Math.ceil(ids.length / 10) };
        for (let left = growths.shift() ?? 0; left > 0; left -= 1) ids = [fresh++, ...ids];
        return { data, meta };
      };
      const profile = {
        ...profileOf('shipments'),
        paging: { ...profileOf('shipments').paging, limit: 10 },
      };
      const { ids: got, error } = readAll({ profile }, server);
      if (error) return true; // It says so.
      return Array.from({ length: count }, (_, index) => index + 1).every((id) => got.includes(id));
    }),
  );
});

t.test('one row over the edge of a page is no loop; the same one for ever is', async (t) => {
  const profile = profileOf('returns');
  let calls = 0;
  const server =
    (most: number): Server =>
    () => {
      calls += 1;
      return { data: { list: rowsFrom(0, 1), hasNextPage: calls < most } };
    };
  t.equal(
    readAll({ profile }, server(3)).error,
    undefined,
    'it may have slipped on while it was read',
  );
  calls = 0;
  t.match(readAll({ profile }, server(99)).error, { code: 'GK_PAGING' });
});

t.test(
  'a page that means "no rows" is held against what was told, as any last page is',
  async (t) => {
    const profile = profileOf('settlements');
    const told =
      (count: number, extra: object): Server =>
      ({ page }) =>
        page === '1' ? { data: rowsFrom(0, count), ...extra } : undefined;
    const read = (server: Server, more: Partial<Setup> = {}) =>
      readAll({ profile, meansEmpty: true, ...more }, server);
    t.same(read(told(100, {})).ids.length, 100);
    t.match(read(told(100, { total: 250 })).error, {
      message: /`total` says 250 rows, and 100 came/,
    });
    t.match(read(told(100, { total_pages: 3 })).error, { message: /says 3 pages, and/ });
    // A count that only the first page gave.
    const once: Server = ({ page }) =>
      page === '1'
        ? { data: rowsFrom(0, 100), total: 250 }
        : { data: page === '2' ? [{ id: 100 }] : [] };
    t.match(read(once).error, { message: /`total` says 250 rows, and 101 came/ });
    // A list that may be a part, whose endpoint knows no page numbers.
    const silent: Server = ({ page, limit }) =>
      page === undefined ? { data: rowsFrom(0, Number(limit)) } : undefined;
    const { error } = read(silent, { profile: profileOf('orders') });
    t.match(error, { code: 'GK_PAGING', message: /nothing says whether there are more/ });
  },
);

t.test('empty pages with more to come: many are followed, not for ever', async (t) => {
  const profile = profileOf('orders');
  let turn = 0;
  const { asked, error } = readAll({ profile }, () => ({
    data: [],
    has_more: true,
    next_cursor: `c${turn++}`,
  }));
  t.equal(asked, 1001);
  t.match(error, { code: 'GK_PAGING', message: /empty pages kept coming/ });
});

t.test('nothing under a code of success: no rows at first, an error in the middle', async (t) => {
  const profile = profileOf('checkouts');
  const empty = readAll({ profile }, () => ({ statusCode: 200, data: {} }));
  t.same([empty.ids, empty.error], [[], undefined]);
  t.match(empty.said, [/taken for no rows/]);
  const middle = readAll({ profile }, ({ cursor }) =>
    cursor ? { data: {} } : { data: rowsFrom(0, 2), has_more: true, next_cursor: 'a' },
  );
  t.match(middle.error, { code: 'GK_SHAPE' });
});

t.test('entries that are no objects are dropped and counted', async (t) => {
  const { ids, said } = readAll({ profile: profileOf('orders') }, () => ({
    data: [{ id: 1 }, 7, null],
    has_more: false,
  }));
  t.same(ids, [1]);
  t.match(said, [/not an object and was dropped \(2 times\)/]);
});
