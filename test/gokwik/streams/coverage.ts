import t from 'tap';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import type { Learned } from '../../../src/gokwik/position.ts';
import type { Mapped, Mapper } from '../../../src/gokwik/records/mapper.ts';
import { createCoverage } from '../../../src/gokwik/streams/coverage.ts';
import type { Moment } from '../../../src/gokwik/template.ts';
import { openTools } from './helpers/tools.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FROM_MS = Date.UTC(2026, 9, 1);

interface World {
  /** Moments of the rows that the server has. */
  readonly stamps: readonly number[];
  /** The server answers for so many days, the first or the last of a range. */
  readonly most?: number;
  readonly end?: 'first' | 'last';
  readonly days?: number;
  readonly learned?: Learned;
}

/** How often the server was asked for a part of a window that was read, or why it failed. */
async function look({ stamps, most = 99, end = 'first', days = 7, learned = {} }: World) {
  const { profile, tools, context } = openTools('orders', [], {});
  tools.learned.set('orders', learned);
  const window = { fromMs: FROM_MS, toMs: FROM_MS + days * DAY_MS, open: false };
  const answer = (fromMs: number, toMs: number): JsonObject[] => {
    const from = end === 'last' ? Math.max(fromMs, toMs - most * DAY_MS) : fromMs;
    const to = end === 'first' ? Math.min(toMs, fromMs + most * DAY_MS) : toMs;
    return stamps.filter((ms) => ms >= from && ms < to).map((ms) => ({ ms }));
  };
  let asked = 0;
  const map = (row: JsonObject) => ({ row, key: '', cursorMs: Number(row.ms) }) satisfies Mapped;
  const coverage = createCoverage(
    {
      ...{ stream: 'orders', profile, window, mapper: { map } as unknown as Mapper },
      async *fetch({ from, to }) {
        asked += 1;
        yield { rows: answer((from as Moment).ms, (to as Moment).ms), next: undefined };
      },
    },
    tools,
    context,
  );
  for (const row of answer(window.fromMs, window.toMs)) coverage.note(map(row));
  const error = await coverage.check().catch((thrown: Error & { code: string }) => thrown);
  return { asked, error: error ?? undefined, learned };
}

const every = (hours: number, days = 7, from = 0): number[] =>
  Array.from(
    { length: Math.floor(((days - from) * 24) / hours) },
    (_, at) => FROM_MS + from * DAY_MS + (at + 0.5) * hours * HOUR_MS,
  );

t.test(
  'an endpoint that answers for a part of the time is told from one without rows',
  async (t) => {
    for (const end of ['first', 'last'] as const) {
      for (const most of [1, 3, 6]) {
        const { error } = await look({ stamps: every(1), most, end });
        const message = new RegExp(`less time than .*"max_days":${Math.max(1, most - 1)}\\}`);
        t.match(error, { code: 'GK_RANGE', message }, `the ${end} of ${most}`);
      }
    }
    const opened = await look({ stamps: every(1, 7, 3) });
    t.same([opened.asked, opened.error], [1, undefined], 'a shop that opened on the fourth day');
    t.equal(opened.learned.coversMs, undefined, 'which tells nothing of others');
  },
);

t.test('nothing is asked for where nothing is odd, or it was seen already', async (t) => {
  const whole = await look({ stamps: every(1) });
  t.same([whole.asked, whole.learned.coversMs], [0, 7 * DAY_MS]);
  const { learned } = whole;
  t.equal((await look({ stamps: every(1, 7, 3), learned })).asked, 0, 'once');
  t.equal((await look({ stamps: every(1, 9, 3), learned, days: 9 })).asked, 1, 'of no more time');
  t.equal((await look({ stamps: every(20) })).asked, 0, 'few rows');
  t.equal((await look({ stamps: every(9, 7, 3) })).asked, 0, 'and far between');
  t.equal((await look({ stamps: every(0.5, 1, 0.5), days: 1 })).asked, 0, 'a night');
});
