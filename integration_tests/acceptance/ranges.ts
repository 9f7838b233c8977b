import t from 'tap';
import { runConnector, writeInputs } from '../connector.ts';
import { configured, openFixture, type Row, recordsOf } from './helpers/fixture.ts';
import { END_DATE, START_DATE } from './helpers/merchant.ts';

/*
 * A history in N ranges of days is the history in one run, to the row: no gap and no overlap at the
 * seams, whatever the windows inside. Backfills that outgrow one machine rest on it.
 */

const fixture = await openFixture();
t.teardown(() => fixture.simulator.close());
const catalog = configured(await fixture.discover(), 'incremental');

async function readRange(start_date: string, end_date: string, more = {}): Promise<Row[]> {
  const config = { ...fixture.config, start_date, end_date, ...more };
  const files = writeInputs({ config, catalog });
  const result = await runConnector(['read', '--config', files.config, '--catalog', files.catalog]);
  t.equal(result.code, 0, `${start_date} to ${end_date}`);
  return recordsOf(result);
}

const texts = (rows: readonly Row[]): string[] =>
  rows.map(({ stream, data }) => JSON.stringify([stream, data])).sort();

const dayAfter = (date: string): string =>
  new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);

t.test('N ranges are one run', async (t) => {
  const whole = texts(await readRange(START_DATE, END_DATE));
  t.ok(whole.length > 100, `${whole.length} records`);
  for (const ends of [
    ['2026-09-15', END_DATE],
    ['2026-09-01', '2026-09-02', '2026-09-10', '2026-09-30', END_DATE],
  ]) {
    const rows: Row[] = [];
    let start = START_DATE;
    for (const end of ends) {
      rows.push(...(await readRange(start, end, { window_days: 4 })));
      start = dayAfter(end);
    }
    t.same(texts(rows), whole, `${ends.length} ranges`);
  }
});

t.test('a range that is left out is missed', async (t) => {
  const whole = texts(await readRange(START_DATE, END_DATE));
  const part = texts(await readRange(START_DATE, '2026-09-15'));
  t.ok(part.length > 0 && part.length < whole.length);
});
