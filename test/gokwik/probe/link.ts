import t from 'tap';
import { hideCredentials, templateOf } from '../../../src/gokwik/probe/link.ts';
import type { StreamProfile } from '../../../src/gokwik/streams/stream.ts';

const NOW = Date.UTC(2026, 10, 20);
const base: StreamProfile = {
  evidence: '',
  enabled: true,
  host: 'merchant',
  path: '/list',
  records: ['.'],
  paging: {},
  time: {},
  key: [],
  cursor: [],
};
const changesOf = (profile: Partial<StreamProfile>) =>
  templateOf('mine', { ...base, ...profile }, NOW).changes;

t.test('dates and numbers of a link become placeholders', (t) => {
  t.same(
    changesOf({ path: '/list?start_date=01/11/2026&end_date=07/11/2026&pageNo=0&size=25&all=1' }),
    {
      path: '/list',
      query: {
        start_date: '{from}',
        end_date: '{to}',
        pageNo: '{page}',
        size: '{limit}',
        all: '1',
      },
      paging: { kind: 'page', limit: 25, first: 0 },
      time: { query: 'DD/MM/YYYY', in: '+05:30' },
      max_days: 7,
    },
  );
  t.match(changesOf({ path: '/list?since=1790000000&skip=0&count=50' }), {
    query: { since: '{from}', skip: '{offset}', count: '{limit}' },
    paging: { kind: 'offset', limit: 50 },
    time: { query: 'epoch_s' },
  });
  t.end();
});

t.test('which of two dates is the end, where their names do not tell', (t) => {
  const query = { 'f[0][value]': '2026-11-08T00:00:00Z', 'f[1][value]': '2026-11-01T00:00:00Z' };
  t.match(changesOf({ query }), { query: { 'f[0][value]': '{to}', 'f[1][value]': '{from}' } });
  t.end();
});

t.test('a body at any depth; a template stays as it is', (t) => {
  const json = { filter: { from: '2026-11-01', to: '{to}' }, page: { cursor: null, limit: 10 } };
  t.match(changesOf({ json }), {
    json: {
      filter: { from: '{from}', to: '{to}' },
      page: { cursor: '{cursor}', limit: '{limit}' },
    },
    paging: { kind: 'none', limit: 10 },
  });
  t.same(changesOf({ query: { from: '{from}', status: 'any' } }), {});
  t.end();
});

t.test('credentials of a profile become placeholders', (t) => {
  const hidden = new Set<string>();
  const shown = hideCredentials(
    {
      headers: { authorization: 'Bearer abc', 'x-version': '2', 'x-api-key': '{mine}' },
      basic: ['user', 'word'],
      login: { token: 'data.token', json: { password: 'pw', location_key: 'en1' } },
    },
    hidden,
  );
  t.same(shown, {
    headers: { authorization: 'Bearer {authorization}', 'x-version': '2', 'x-api-key': '{mine}' },
    basic: ['{basic_0}', '{basic_1}'],
    login: { token: 'data.token', json: { password: '{password}', location_key: 'en1' } },
  });
  t.same([...hidden], ['authorization', 'basic_0', 'basic_1', 'password']);
  t.end();
});
