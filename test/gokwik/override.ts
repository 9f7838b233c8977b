import t from 'tap';
import { mergeProfile } from '../../src/gokwik/override.ts';
import { DEFAULT_PROFILE } from '../../src/gokwik/profile.ts';

const DEFAULT = structuredClone(DEFAULT_PROFILE);

t.test('nothing, an empty text and an empty object leave the default', async (t) => {
  for (const given of [undefined, null, '', '  ', {}]) {
    t.same(mergeProfile(given), DEFAULT, JSON.stringify(given));
  }
});

t.test('objects merge, lists and values replace, null takes a parameter out', async (t) => {
  const { streams } = mergeProfile(
    JSON.stringify({
      streams: {
        orders: {
          path: '/v9/orders',
          query: { updated_after: null, since: '{from}' },
          records: ['result'],
          paging: { limit: 5 },
        },
      },
    }),
  );
  const { orders } = streams;
  t.equal(orders?.path, '/v9/orders');
  t.same(orders?.query, { updated_before: '{to}', since: '{from}' });
  t.same(orders?.records, ['result']);
  t.match(orders?.paging, { kind: 'cursor', limit: 5, cursor_param: 'cursor' });
  t.same(streams.checkouts, DEFAULT.streams.checkouts, 'the others stay');
  t.same(DEFAULT_PROFILE, DEFAULT, 'the default itself is not touched');
});

t.test('paging of another kind replaces the default whole', async (t) => {
  const paging = { kind: 'page', page_param: 'p', until: 'short', limit_param: 'n', limit: 50 };
  const { streams } = mergeProfile({ streams: { orders: { paging } } });
  t.same(streams.orders?.paging, paging);
});

t.test('what cannot be used is refused with its place', async (t) => {
  const cases: [given: unknown, message: RegExp][] = [
    ['{"streams":', /`api_profile` is not valid JSON: line 1, column 12: expected a value/],
    [{ stream: {} }, /has no setting `stream`/],
    [
      { streams: { order: {} } },
      /`api_profile\.streams` has no setting `order` \(did you mean `orders`\?\)/,
    ],
    [{ streams: { orders: { records: 'data' } } }, /streams\.orders\.records/],
    [[], /api_profile/],
  ];
  for (const [given, message] of cases) {
    t.throws(() => mergeProfile(given), { code: 'GK_API_PROFILE', message }, JSON.stringify(given));
  }
});

t.test('a profile cannot reach a prototype', async (t) => {
  const given = '{"streams":{"__proto__":{"path":"/x"}},"__proto__":{"polluted":true}}';
  t.throws(() => mergeProfile(given), { code: 'GK_API_PROFILE' });
  t.equal(({} as { polluted?: boolean }).polluted, undefined);
  t.equal(({} as { path?: string }).path, undefined);
});
