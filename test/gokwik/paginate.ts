import t from 'tap';
import { SystemError } from '../../src/cdk/errors.ts';
import { createAnomalies } from '../../src/gokwik/anomalies.ts';
import { createPaginator, isHollow, valueAt } from '../../src/gokwik/paginate.ts';
import { DEFAULT_PROFILE } from '../../src/gokwik/profile.ts';
import type { StreamProfile } from '../../src/gokwik/streams/stream.ts';

const profileOf = (name: string): StreamProfile => DEFAULT_PROFILE.streams[name] as StreamProfile;

function open(name: string, changes: Partial<StreamProfile> = {}) {
  const anomalies = createAnomalies();
  const profile = { ...profileOf(name), ...changes };
  return { paginator: createPaginator(name, profile, anomalies), anomalies };
}

const rows = (from: number, count: number): { id: number }[] =>
  Array.from({ length: count }, (_, index) => ({ id: from + index }));

t.test('cursor: more and next are found at the top and inside data', async (t) => {
  const { paginator } = open('orders');
  t.same(paginator.first, { limit: '100' });
  const top = paginator.read({ data: rows(0, 2), has_more: true, next_cursor: 'a' });
  t.same(top.next, { limit: '100', cursor: 'a' });
  const inside = paginator.read({ data: { orders: rows(2, 2), has_more: 'true', next_cursor: 7 } });
  t.same(inside.next, { limit: '100', cursor: '7' });
  t.equal(paginator.read({ data: rows(4, 1), has_more: false, next_cursor: 'b' }).next, undefined);
});

t.test('cursor: without has_more the cursor decides; more without a cursor is told', async (t) => {
  const { paginator, anomalies } = open('orders');
  t.same(paginator.read({ data: rows(0, 2), next_cursor: 'a' }).next, {
    limit: '100',
    cursor: 'a',
  });
  t.equal(paginator.read({ data: rows(2, 2), next_cursor: '' }).next, undefined);
  t.equal(paginator.read({ data: rows(4, 2), has_more: true, next_cursor: null }).next, undefined);
  t.match(anomalies.lines(), [/`has_more` was true without `next_cursor`/]);
});

t.test('a cursor that comes again, at once or later, ends in an error', async (t) => {
  const { paginator } = open('orders');
  const page = (id: number, next_cursor: string) => ({
    data: rows(id, 2),
    has_more: true,
    next_cursor,
  });
  paginator.read(page(0, 'a'));
  paginator.read(page(2, 'b'));
  t.throws(() => paginator.read(page(4, 'a')), { code: 'GK_PAGING' });
});

t.test('pages that come again, at once or in turn, end in an error', async (t) => {
  const turns = [rows(0, 100), rows(100, 100)];
  for (const pages of [
    [0, 0],
    [0, 1, 0],
  ]) {
    const { paginator } = open('settlements');
    const read = () => {
      for (const page of pages) paginator.read({ data: turns[page] });
    };
    t.throws(read, { code: 'GK_PAGING' }, `${pages}`);
  }
});

t.test('one row over the edge of a page is no loop; the same one for ever is', async (t) => {
  const { paginator } = open('returns');
  const page = { data: { list: rows(0, 1), hasNextPage: true } };
  t.same(paginator.read(page).next, { page: '2' });
  t.same(paginator.read(page).next, { page: '3' }, 'it may have slipped on while it was read');
  paginator.read(page);
  t.throws(() => paginator.read(page), { code: 'GK_PAGING' });
});

t.test('empty pages with more to come: many are followed, not for ever', async (t) => {
  const { paginator } = open('orders');
  const empty = (turn: number) => ({ data: [], has_more: true, next_cursor: `c${turn}` });
  const followed = Array.from({ length: 1000 }, (_, turn) => paginator.read(empty(turn)).next);
  t.notOk(followed.includes(undefined));
  t.throws(() => paginator.read(empty(1000)), { code: 'GK_PAGING' });
});

t.test('numbered: until a page is short', async (t) => {
  const { paginator } = open('settlements');
  t.same(paginator.first, { page: '1', limit: '100' });
  t.same(paginator.read({ data: rows(0, 100) }).next, { page: '2', limit: '100' });
  t.equal(paginator.read({ data: rows(100, 99) }).next, undefined);
});

t.test('numbered with a total: read anew from every page; without one, until short', async (t) => {
  const { paginator } = open('shipments');
  const meta = (total_pages: number) => ({ meta: { total_pages } });
  t.ok(paginator.read({ data: rows(0, 100), ...meta(2) }).next);
  t.same(paginator.read({ data: rows(100, 100), ...meta(3) }).next, { page: '3', per_page: '100' });
  t.equal(paginator.read({ data: rows(200, 5), ...meta(3) }).next, undefined);
  const other = open('shipments').paginator;
  t.ok(other.read({ data: rows(0, 100) }).next);
  t.equal(other.read({ data: rows(100, 3) }).next, undefined);
});

t.test(
  'a total that falls: rows moved up over the edge of a page, so all is read again',
  async (t) => {
    const { paginator, anomalies } = open('shipments', {});
    const page = (from: number, total_pages: number) => ({
      data: rows(from, 100),
      meta: { total_pages },
    });
    t.ok(paginator.read(page(0, 3)).next);
    t.same(paginator.read(page(101, 2)).next, { page: '1', per_page: '100' });
    t.same(
      paginator.read(page(0, 2)).next,
      { page: '2', per_page: '100' },
      'the first page is no repeat',
    );
    t.equal(paginator.read(page(100, 2)).next, undefined);
    t.match(anomalies.lines(), [/rows left its list/]);

    const restless = open('shipments').paginator;
    const fall = () => {
      for (let from = 0; from < 2000; from += 200) {
        restless.read(page(from, 3));
        restless.read(page(from + 100, 2));
      }
    };
    t.throws(fall, { code: 'GK_PAGING' }, 'not for ever');

    const counted = open('shipments').paginator;
    const told = (from: number, total: number) => ({
      data: rows(from, 100),
      meta: { total, total_pages: 3 },
    });
    counted.read(told(0, 250));
    t.same(
      counted.read(told(101, 249)).next,
      { page: '1', per_page: '100' },
      'one row less, the pages as many as before',
    );
    counted.read(told(1, 249));
    t.same(counted.read(told(101, 251)).next, { page: '3', per_page: '100' }, 'rows may be added');
  },
);

t.test('nothing under a code of success: no rows at first, an error in the middle', async (t) => {
  const { paginator, anomalies } = open('checkouts');
  t.same(paginator.read({ statusCode: 200, data: {} }), { rows: [], next: undefined });
  t.match(anomalies.lines(), [/taken for no rows/]);
  const other = open('checkouts').paginator;
  other.read({ data: rows(0, 2), has_more: true, next_cursor: 'a' });
  t.throws(() => other.read({ data: {} }), { code: 'GK_SHAPE' });
  t.ok(isHollow({ data: null }));
  for (const body of [{ data: [] }, {}, null, { data: { orders: [] } }]) t.notOk(isHollow(body));
});

t.test('an unknown shape names the keys and no value', async (t) => {
  const { paginator } = open('orders');
  try {
    paginator.read({ result: 'a private value', data: { items: 'a hidden one' } });
    t.fail('it must throw');
  } catch (error) {
    t.ok(error instanceof SystemError);
    const { code, detail = '', message } = error as SystemError;
    t.equal(code, 'GK_SHAPE');
    t.match(detail, /keys: result, data; keys of data: items/);
    t.notMatch(detail + message, /private|hidden/);
  }
});

t.test('entries that are no objects are dropped and counted', async (t) => {
  const { paginator, anomalies } = open('orders');
  t.same(paginator.read({ data: [{ id: 1 }, 7, null] }).rows, [{ id: 1 }]);
  t.match(anomalies.lines(), [/not an object and was dropped \(2 times\)/]);
});

t.test('paths do not reach into prototypes', async (t) => {
  t.equal(valueAt({ data: {} }, 'data.constructor'), undefined);
  t.equal(valueAt({}, '__proto__.toString'), undefined);
});
