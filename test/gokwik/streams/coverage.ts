import t from 'tap';
import { SystemError } from '../../../src/cdk/errors.ts';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import type { Learned } from '../../../src/gokwik/position.ts';
import type { Mapped, Mapper } from '../../../src/gokwik/records/mapper.ts';
import { createCoverage, mayBePart } from '../../../src/gokwik/streams/coverage.ts';
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
  readonly refuses?: boolean;
}

/** How often the server was asked for a part of a window that was read, or why it failed. */
async function look(world: World) {
  const { stamps, most = 99, end = 'first', days = 7, learned = {}, refuses = false } = world;
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
        if (refuses) throw new SystemError('GK_HTTP_400', 'a range of whole days');
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

t.test('a list that comes for any time is not asked for again in less time', async (t) => {
  const { tools, context } = openTools('orders', [], {});
  tools.learned.set('orders', {});
  let cuts = 0;
  const cut = () => {
    cuts += 1;
    return true;
  };
  const comes = (round: string, fromMs: number) =>
    mayBePart(
      { rows: [], next: undefined, round },
      'orders',
      { fromMs, toMs: FROM_MS + DAY_MS, open: false },
      tools,
      { ...context, cut },
    );
  t.ok(comes('a', FROM_MS));
  t.ok(comes('a', FROM_MS), 'the first part of it may have as many');
  t.ok(comes('b', FROM_MS + HOUR_MS));
  t.notOk(comes('b', FROM_MS + 2 * HOUR_MS), 'the same for another time');
  t.notOk(comes('c', FROM_MS));
  t.equal(cuts, 3);
});

t.test('a range that is refused tells nothing', async (t) => {
  const refused = await look({ stamps: every(1, 7, 3), refuses: true });
  t.same([refused.asked, refused.error], [1, undefined]);
});
