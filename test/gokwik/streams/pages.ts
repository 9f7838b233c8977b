import t from 'tap';
import { fetchPages } from '../../../src/gokwik/streams/pages.ts';
import { openTools, type Serve } from './helpers/tools.ts';

/** Reads all pages of a stream of this profile. */
async function read(name: string, answers: readonly unknown[] | Serve, api_profile: object = {}) {
  const { profile, tools, context, asked, hidden, said } = openTools(name, answers, api_profile);
  const rows: unknown[] = [];
  for await (const page of fetchPages({ stream: name, profile }, {}, tools, context)) {
    rows.push(...page.rows);
  }
  return { rows, asked, hidden, said: said() };
}

t.test('nothing under a code of success is a slip until it is said twice', async (t) => {
  const slip = await read('orders', [{ data: {} }, { data: [{ moid: 1 }], has_more: false }]);
  t.same(slip.rows, [{ moid: 1 }]);
  t.equal(slip.asked[0]?.url, slip.asked[1]?.url, 'the same page is asked for');
  t.same(slip.said, []);
  const none = await read('orders', [{ data: {} }, { data: {} }]);
  t.same(none.rows, []);
  t.equal(none.asked.length, 2);
  t.match(none.said, [/taken for no rows/]);
});

t.test('in the middle of a list it is asked about once more, and then an error', async (t) => {
  const first = { data: [{ moid: 1 }], has_more: true, next_cursor: 'a' };
  const { rows } = await read('orders', [first, { data: {} }, { data: [{ moid: 2 }] }]);
  t.same(rows, [{ moid: 1 }, { moid: 2 }]);
  await t.rejects(read('orders', [first, { data: {} }, { data: {} }]), { code: 'GK_SHAPE' });
});

t.test('of one order among many, nothing is believed at once', async (t) => {
  const { rows, asked } = await read('refunds', [{ success: true, data: {} }]);
  t.same(rows, []);
  t.equal(asked.length, 1);
});

t.test('what a search refuses behind many rows is asked for in less time', async (t) => {
  const part = { query: { skip: '{offset}' }, paging: { kind: 'offset', limit: 500 } };
  const refuses = (most: number): Serve => {
    return ({ url }) => {
      const skip = Number(new URL(url).searchParams.get('skip'));
      if (skip >= most) return { body: { statusCode: 400, message: 'Result window is too large' } };
      return { body: { rows: Array.from({ length: 500 }, (_, at) => ({ id: skip + at })) } };
    };
  };
  const { profile, tools, context } = openTools('mine', refuses(1500), oms(part));
  let doubt: Error | undefined;
  for await (const page of fetchPages({ stream: 'mine', profile }, {}, tools, context))
    doubt = page.doubt?.error;
  t.match(doubt, { code: 'GK_IN_BODY_400', message: /1500 rows of this list came.*\{to\}/ });
  await t.rejects(read('mine', refuses(500), oms(part)), { code: 'GK_IN_BODY_400' });
});

const oms = (part: object, auth: object = {}): object => ({
  hosts: { oms: { url: 'https://oms.example.com', auth } },
  streams: { mine: { host: 'oms', path: '/rows', records: ['rows'], key: ['id'], ...part } },
});

t.test('a login, once; and again when its token is no good any more', async (t) => {
  const auth = {
    headers: { authorization: 'Bearer {token}' },
    login: { path: '/login', json: {}, token: 'data.token' },
  };
  let logins = 0;
  const serve: Serve = ({ url, headers }, turn) => {
    if (url.endsWith('/login')) {
      logins += 1;
      return { body: { data: { token: `t${logins}` } } };
    }
    if (turn === 2) return { status: 401, body: {} };
    const page = Number(new URL(url).searchParams.get('page'));
    return { body: { rows: page < 3 ? [{ id: page, by: headers.authorization }] : [] } };
  };
  const paged = { query: { page: '{page}' }, paging: { kind: 'page', first: 1 } };
  const { rows, hidden } = await read('mine', serve, oms(paged, auth));
  t.same(rows, [
    { id: 1, by: 'Bearer t1' },
    { id: 2, by: 'Bearer t2' },
  ]);
  t.same(hidden, ['t1', 't2'], 'tokens are secrets');
  const inHeader = { ...auth, login: { ...auth.login, token: '@header.x-token' } };
  const headed: Serve = ({ url, headers }) =>
    url.endsWith('/login')
      ? { body: {}, headers: { 'x-token': 't9' } }
      : { body: { rows: headers.authorization === 'Bearer t9' ? [{ id: 9 }] : [] } };
  t.same((await read('mine', headed, oms({ paging: { kind: 'none' } }, inHeader))).rows, [
    { id: 9 },
  ]);
  const refused = read('mine', () => ({ status: 401, body: {} }), oms(paged, auth));
  await t.rejects(refused, { code: 'GK_LOGIN' });
});

t.test('one list for each value, and only the rows that are wanted', async (t) => {
  const part = {
    query: { kind: '{kind}' },
    each: { kind: ['a', 'b'] },
    only: { ok: [true, '~ye'] },
    paging: { kind: 'none' },
  };
  const serve: Serve = ({ url }) => {
    const kind = new URL(url).searchParams.get('kind');
    return {
      body: {
        rows: [
          { id: kind, ok: 'yes' },
          { id: 'x', ok: false },
          { id: 'y', ok: true },
        ],
      },
    };
  };
  const { rows } = await read('mine', serve, oms(part));
  t.same(rows, [
    { id: 'a', ok: 'yes' },
    { id: 'y', ok: true },
    { id: 'b', ok: 'yes' },
    { id: 'y', ok: true },
  ]);
});

t.test('rows that are kept by a name that none of them has are none, which is told', async (t) => {
  const serve: Serve = () => ({ body: { rows: [{ id: 1, Status: 'PAID' }] } });
  const kept = (only: object) => read('mine', serve, oms({ only, paging: { kind: 'none' } }));
  t.match(await kept({ status: 'paid' }), { rows: [], said: [/`only` goes by `status`/] });
  t.match(await kept({ Status: 'paid' }), { rows: [{ id: 1 }], said: [] });
  t.match(await kept({ Status: 'open' }), { rows: [], said: [] });
});

t.test('an answer that means "none" is no failure, and an odd one names its request', async (t) => {
  const answers = [{ when: { '@status': 404 }, means: 'empty' }];
  const serve: Serve = () => ({ status: 404, body: { message: 'no rows' } });
  t.same((await read('mine', serve, oms({ answers, paging: { kind: 'none' } }))).rows, []);
  const odd = read('mine', () => ({ body: { other: [] } }), oms({ paging: { kind: 'none' } }));
  await t.rejects(odd, {
    code: 'GK_SHAPE',
    detail: /^GET oms\.example\.com\/rows: HTTP 200; keys: other/,
  });
});

t.test('a table in place of JSON, and a failure in place of the table', async (t) => {
  const csv = oms({ format: 'csv', records: undefined, paging: { kind: 'none' } });
  const text: Serve = () => ({ body: 'id,name\n1,"a,b"\n2,c\n' });
  t.same((await read('mine', text, csv)).rows, [
    { id: '1', name: 'a,b' },
    { id: '2', name: 'c' },
  ]);
  const cut: Serve = () => ({ body: 'id,name\n1,"a' });
  await t.rejects(read('mine', cut, csv), { code: 'GK_TABLE', detail: /oms\.example\.com\/rows/ });
  const failure: Serve = () => ({ body: { statusCode: 401, message: 'no' } });
  await t.rejects(read('mine', failure, csv), { code: 'GK_CREDENTIALS' });
});

t.test('a part of a list that its headers call a part', async (t) => {
  const serve = (range: string): Serve => {
    return () => ({
      status: 206,
      headers: { 'content-range': range },
      body: [{ id: 1 }, { id: 2 }],
    });
  };
  const mine = oms({ records: ['.'], paging: { kind: 'none' } });
  await t.rejects(read('mine', serve('0-1/10'), mine), { code: 'GK_PAGING', message: /10 rows/ });
  for (const range of ['0-1/2', '0-1/*']) {
    t.equal((await read('mine', serve(range), mine)).rows.length, 2, range);
  }
});
