import t from 'tap';
import { readTraits, snakeOf, spellingOf } from '../../../src/gokwik/probe/traits.ts';

const NOW = Date.UTC(2026, 10, 20);

const traitsOf = (...values: unknown[]) =>
  readTraits(
    values.map((value) => ({ created_at: value as never })),
    NOW,
  )[0];

t.test('how instants are written, without a digit of them', (t) => {
  const spellings: [value: string | number, spelling: string][] = [
    [1_760_000_000, 'epoch_s'],
    ['1760000000000', 'epoch_ms'],
    ['2026-11-01', 'date'],
    ['2026-11-01T10:00:00.123+05:30', 'iso'],
    ['2026-11-01 10:00:00', 'YYYY-MM-DD HH:mm:ss'],
    ['01/11/2026 10:00', 'DD/MM/YYYY HH:mm'],
    ['9 Aug 2021, 11:50 AM', 'DD MMM YYYY, HH:mm AM'],
    ['2026-11-01T10:00:00', 'YYYY-MM-DDTHH:mm:ss'],
  ];
  for (const [value, spelling] of spellings) t.equal(spellingOf(value), spelling);
  t.end();
});

t.test('a time is one by its spelling; a number by its name and its size together', (t) => {
  t.match(traitsOf('2026-11-01 10:00:00', null), { kind: 'time', isZoneless: true, filled: 1 });
  t.match(traitsOf(1_760_000_000), { kind: 'time', format: 'epoch_s', isZoneless: false });
  t.match(traitsOf(9_876_543_210), { kind: 'number' }, 'a phone');
  const [id] = readTraits([{ order_no: 1_760_000_000 }], NOW);
  t.match(id, { kind: 'number', format: 'whole' });
  t.end();
});

t.test('uniqueness, precision, words for nothing', (t) => {
  t.match(traitsOf('a1', 'b2', 'c3'), { kind: 'text', isUnique: true, isNeverEmpty: true });
  t.match(traitsOf(1, 2, 2), { isUnique: false, format: 'whole' });
  t.match(traitsOf('3.5', '2', '1'), { isUnique: true, format: 'decimal' });
  t.match(traitsOf('x', 'NA', ''), { filled: 1, isNeverEmpty: false, nothings: ['NA'] });
  t.match(traitsOf(null, ''), { kind: 'empty', filled: 0 });
  t.end();
});

t.test('names only: what is keyed by data is not gone into', (t) => {
  const rows = [{ a: { 'b c': 1, '9876543210': 2, d: 3 }, list: [{ e: 1 }], 'x@example.com': 1 }];
  t.same(
    readTraits(rows, NOW).map(({ path }) => path),
    ['a', 'a.d', 'list', 'list.0', 'list.0.e'],
  );
  t.equal(snakeOf('createdAt'), 'created_at');
  t.equal(snakeOf('Order-ID'), 'order_id');
  t.end();
});
