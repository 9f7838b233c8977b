import t from 'tap';
import { readSigns } from '../../../src/gokwik/lists/signs.ts';

const signsOf = (headers: Record<string, string>) => readSigns({ status: 200, headers, body: {} });

t.test('a header that holds JSON speaks of pages, with every digit', async (t) => {
  const { next, count } = signsOf({
    'x-pagination': '{"TotalCount":90,"NextCursor":12345678901234567891}',
  });
  t.same(count, { path: '@header.x-pagination.TotalCount', value: 90 });
  // A double would be the cursor of another row.
  t.equal(next?.value, '12345678901234567891');
  t.same(signsOf({ 'x-pagination': '{"TotalCount":' }), {}, 'cut, it says nothing');
});
