import t from 'tap';
import { readSecrets } from '../../src/gokwik/hosts.ts';
import { type Profile, readProfile } from '../../src/gokwik/profile.ts';
import { STREAMS } from '../../src/gokwik/streams/index.ts';

const BASE = { baseUrl: 'https://api.gokwik.co', allowPrivate: false };
const SECRETS = {
  app_id: 'app',
  app_secret: 's',
  merchant_id: 'm',
  return_prime_token: 't',
  secrets: [{ name: 'oms_key', value: 'k', host: 'oms.example.com' }],
};
const read = (given: unknown, base: Partial<typeof BASE> = {}): Profile => {
  const options = { ...BASE, ...base };
  return readProfile(given, { ...options, secrets: readSecrets(SECRETS, options) });
};

t.test('nothing, an empty text and an empty object leave the default', async (t) => {
  const streams = Object.fromEntries(
    Object.entries(STREAMS).map(([name, one]) => [name, one.profile]),
  );
  for (const given of [undefined, null, '', '  ', {}, '{}']) {
    t.same(read(given).streams, streams, JSON.stringify(given));
  }
});

t.test(
  'one level deep: what is given replaces, null takes away, a body takes the query along',
  async (t) => {
    const { streams, hosts, ownPaging } = read({
      hosts: { gkx: 'https://gkx.gokwik.co/v9/' },
      streams: {
        orders: {
          path: '/v9/orders',
          query: { since: '{from}', page: '{page}' },
          paging: { kind: 'page' },
        },
        refunds: { per: null, query: { after: '{from}' }, time: { query: 'iso' } },
        payments: { json: { from: '{from}', cursor: '{cursor}', limit: '{limit}' } },
      },
    });
    t.same(streams.orders?.query, { since: '{from}', page: '{page}' });
    t.same(streams.orders?.records, STREAMS.orders?.profile.records);
    t.same(streams.orders?.paging, { kind: 'page' });
    t.notOk('per' in (streams.refunds ?? {}));
    t.notOk('query' in (streams.payments ?? {}));
    t.same([...ownPaging], ['orders']);
    t.equal(hosts.gkx?.url, 'https://gkx.gokwik.co/v9');
    t.ok(hosts.gkx?.auth.headers, 'an address alone keeps the auth');
    t.same(streams.checkouts, STREAMS.checkouts?.profile, 'the others stay');
  },
);

t.test('another size of pages alone leaves the rest of paging as it was', async (t) => {
  const { streams, ownPaging } = read({ streams: { orders: { paging: { limit: 5 } } } });
  t.same(streams.orders?.paging, { ...STREAMS.orders?.profile.paging, limit: 5 });
  t.equal(ownPaging.size, 0);
});

t.test('the three examples of the grammar', async (t) => {
  const { streams, hosts } = read({
    hosts: {
      recon: { url: 'https://recon.gokwik.co', auth: { headers: { 'x-client-id': '{app_id}' } } },
      oms: {
        url: 'https://oms.example.com',
        auth: {
          headers: { authorization: 'Bearer {token}' },
          login: { path: '/access/token', json: { key: '{oms_key}' }, token: 'data.token' },
        },
      },
    },
    streams: {
      settlements: {
        host: 'recon',
        path: '/pg/settlement/recon',
        time: { query: 'iso' },
        max_days: 30,
        records: ['data'],
        json: {
          pagination: { limit: '{limit}', cursor: '{cursor}' },
          filters: { start: '{from}', end: '{to}' },
        },
        paging: { kind: 'cursor', limit: 1000, next: 'cursor' },
        key: ['event_id'],
      },
      my_orders: {
        host: 'oms',
        path: '/orders',
        time: { query: 'YYYY-MM-DD HH:mm:ss', in: '+05:30' },
        query: { limit: '{limit}', start: '{from}', end: '{to}' },
        records: ['data.orders'],
        paging: { kind: 'link', limit: 250, next: 'data.nextUrl' },
        key: ['invoice_id'],
        columns: { total: 'number' },
      },
    },
  });
  t.equal(streams.settlements?.host, 'recon');
  t.ok(hosts.oms?.auth.login);
  t.equal(streams.my_orders?.enabled, true);
});

const orders = (part: object): object => ({ streams: { orders: part } });
const own = (part: object): object => ({ streams: { mine: part } });

t.test('what cannot be used is refused with its place and what to write instead', async (t) => {
  const cases: [given: unknown, message: RegExp][] = [
    ['{"streams":', /not valid JSON: line 1/],
    [{ stream: {} }, /stream/],
    [orders({ records: 'data' }), /streams\.orders\.records` must be a list/],
    [[], /api_profile/],
    [
      orders({ paging: { kind: 'page', page_param: 'p' } }),
      /paging\.page_param` is of an earlier version.*"page": "\{page\}"/,
    ],
    [orders({ paging: { until: 'short' } }), /paging\.until` is of an earlier version/],
    [orders({ family: 'gkx' }), /family` is of an earlier version.*`host`/],
    [orders({ per: 'checkouts' }), /per` is of an earlier version.*"stream"/],
    [orders({ host: 'gxk' }), /host` gxk is none of the hosts.*did you mean gkx/],
    [
      orders({ query: { a: '{form}' } }),
      /\{form\}, which stands for nothing; did you mean \{from\}.*\{ form \}/,
    ],
    [
      orders({ query: { a: '1' }, paging: { kind: 'offset' } }),
      /no part of the request holds \{offset\}/,
    ],
    [orders({ paging: { kind: 'cursor' } }), /needs `next`/],
    [
      orders({ query: { skip: '{offset}', limit: '{limit}' } }),
      /It holds \{offset\}: say "paging": \{"kind":"offset","limit":100\}/,
    ],
    [
      orders({ key: ['Order Id'], fields: { gokwik_oid: 'Order Id' } }),
      /`api_profile.streams.orders.key` names Order Id, which `fields` takes as gokwik_oid/,
    ],
    [
      orders({ query: { a: '{limit}' }, paging: { kind: 'none' } }),
      /say how many in `paging\.limit`/,
    ],
    [orders({ time: {} }), /say in `time\.query` how they are written/],
    [orders({ path: '/v1/order/create', json: {} }), /would POST to .* only reads/],
    [orders({ json: {}, form: {} }), /one body/],
    [own({ records: ['.'], key: ['id'] }), /needs a `path`/],
    [own({ path: '/x', key: ['id'] }), /needs `records`/],
    [own({ path: '/x', records: ['.'] }), /needs a `key`/],
    [
      own({ path: '/x', records: ['.'], key: ['id'], each: { kind: ['a'] } }),
      /never says where \{kind\} goes/,
    ],
    [
      own({
        path: '/x/{moid}',
        records: ['.'],
        key: ['id'],
        per: { stream: 'order', fields: ['moid'] },
      }),
      /per\.stream` order is no stream; did you mean orders/,
    ],
    [
      { hosts: { oms: { url: 'https://o.example', auth: { headers: { a: '{token}' } } } } },
      /no `login` that gets one/,
    ],
  ];
  for (const [given, message] of cases) {
    t.throws(() => read(given), { code: 'GK_API_PROFILE', message }, JSON.stringify(given));
  }
});

t.test('a secret goes where it belongs and nowhere else, whatever the profile says', async (t) => {
  const to =
    (url: string, template: string, base: Partial<typeof BASE> = {}) =>
    () =>
      read({ hosts: { other: { url, auth: { headers: { a: template } } } } }, base);
  const evil = 'https://evil.example';
  for (const name of ['app_id', 'app_secret', 'merchant_id', 'return_prime_token', 'oms_key']) {
    t.throws(to(evil, `x {${name}}`), { message: /would send .* to evil\.example/ }, name);
    t.throws(
      () =>
        read({
          hosts: { other: evil },
          streams: { orders: { host: 'other', headers: { a: `{${name}}` } } },
        }),
      { message: /would send/ },
      `${name} in a stream`,
    );
  }
  t.throws(to('https://gokwik.co.evil.example', '{app_id}'), { message: /would send/ });
  t.throws(to('https://api.gokwik.co', '{return_prime_token}'), {
    message: /returnprime\.com alone/,
  });
  for (const url of ['https://api.gokwik.co', 'https://x.gokwik.io', 'https://a.gokwik.in'])
    t.ok(to(url, '{app_id}')());
  t.ok(to('https://admin.returnprime.co', '{return_prime_token}')());
  t.ok(to('https://oms.example.com', '{oms_key}')());
  const local = { baseUrl: 'http://127.0.0.1:1', allowPrivate: true };
  t.ok(to('http://127.0.0.1:2', '{app_id}', local)());
  t.throws(to('http://8.8.8.8', '{app_id}', local), { message: /would send/ });
});

t.test('a profile cannot reach a prototype', async (t) => {
  const given = '{"streams":{"__proto__":{"path":"/x"}},"__proto__":{"polluted":true}}';
  t.throws(() => read(given));
  t.equal(({} as { polluted?: boolean }).polluted, undefined);
});
