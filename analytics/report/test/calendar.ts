import t from 'tap';
import { bandsOf, before, daysIn, grainOf, isDay, labelled } from '../calendar.ts';

t.test('a day is one of the calendar', async (t) => {
  for (const day of ['2026-11-22', '2024-02-29']) t.ok(isDay(day), day);
  for (const none of ['2026-02-29', '2026-13-01', '22-11-2026', '2026-11-22T00:00', '', 'today']) {
    t.notOk(isDay(none), none);
  }
});

t.test('the period before is as long and ends a day earlier', async (t) => {
  const period = { from: '2026-03-01', to: '2026-03-31' };
  t.equal(daysIn(period), 31);
  t.same(before(period), { from: '2026-01-29', to: '2026-02-28' });
  t.same(before({ from: '2026-01-01', to: '2026-01-01' }), {
    from: '2025-12-31',
    to: '2025-12-31',
  });
});

t.test('every band of a time is there, whatever rows there are', async (t) => {
  const newYear = { from: '2025-12-24', to: '2026-01-13' };
  t.equal(bandsOf(newYear, 'day').length, 21);
  t.same(bandsOf(newYear, 'week'), ['2025-12-22', '2025-12-29', '2026-01-05', '2026-01-12']);
  t.same(bandsOf(newYear, 'month'), ['2025-12-01', '2026-01-01']);
  t.same(bandsOf({ from: '2026-11-23', to: '2026-11-23' }, 'week'), ['2026-11-23'], 'a Monday');
  t.same(bandsOf({ from: '2026-11-22', to: '2026-11-22' }, 'week'), ['2026-11-16'], 'a Sunday');
  t.same(bandsOf({ from: '2026-01-31', to: '2026-03-01' }, 'month').length, 3);
});

t.test('labels are few, and say the year where it begins', async (t) => {
  const years = { from: '2023-11-22', to: '2026-11-22' };
  t.equal(grainOf(years), 'month');
  t.same(
    [...labelled(bandsOf(years, 'month'), 'month', 12).values()],
    ['Jan\n2024', 'Jul', 'Jan\n2025', 'Jul', 'Jan\n2026', 'Jul'],
  );
  const half = { from: '2025-11-01', to: '2026-04-30' };
  t.equal(grainOf(half), 'week');
  const labels = [...labelled(bandsOf(half, 'week'), 'week', 5).values()];
  t.same(labels, ['27 Oct\n2025', '8 Dec', '19 Jan\n2026', '2 Mar', '13 Apr']);
  t.equal(grainOf({ from: '2026-11-01', to: '2026-11-30' }), 'day');
});
