import t from 'tap';
import { SystemError, TransientError } from '../../../src/cdk/errors.ts';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import type { Learned, RawPage } from '../../../src/gokwik/lists/position.ts';
import type { Mapped, Mapper } from '../../../src/gokwik/records/mapper.ts';
import { createCoverage } from '../../../src/gokwik/streams/coverage.ts';
import type { Job } from '../../../src/gokwik/streams/stream.ts';
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
  readonly fails?: Error;
  readonly isJob?: boolean;
  /** The server gives so many days more before what it was asked for, and rows in pages. */
  readonly beside?: number;
  readonly pageSize?: number;
}

/** How often the server was asked for a part of a window that was read, or why it failed. */
async function look(world: World) {
  const { stamps, most = 99, end = 'first', days = 7, learned = {}, fails } = world;
  const { beside = 0, pageSize = 9999, isJob = false } = world;
  const { profile: list, tools, context } = openTools('orders', [], {});
  const profile = { ...list, ...(isJob && { job: {} as Job }) };
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
        if (fails) throw fails;
        const rows = answer((from as Moment).ms - beside * DAY_MS, (to as Moment).ms);
        for (let at = 0; at === 0 || at < rows.length; at += pageSize)
          yield { rows: rows.slice(at, at + pageSize), next: undefined };
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
  t.equal((await look({ stamps: every(6, 1) })).asked, 0, 'few rows');
  t.equal((await look({ stamps: every(9, 7, 3) })).asked, 0, 'and far between');
  t.equal((await look({ stamps: every(0.5, 1, 0.5), days: 1 })).asked, 0, 'a night');
  t.equal((await look({ stamps: every(1, 7, 3), isJob: true })).asked, 0, 'a report');
});

/** Whether a list is given back to be cut, is told or fails, which came for some time with rows in it. */
function receive(
  doubt: RawPage['doubt'],
  { hours = 24, rowsAt = [0, 1], from = 0, isCut = true, learned = {}, list = '' }: Received,
) {
  const { profile, tools, context } = openTools('orders', [], {});
  tools.learned.set('orders', learned);
  const fromMs = FROM_MS + from * HOUR_MS;
  const window = { fromMs, toMs: fromMs + hours * HOUR_MS, open: false };
  const { note, mayBePart } = createCoverage(
    {
      ...{ stream: 'orders', profile, window, mapper: {} as Mapper },
      async *fetch() {},
    },
    tools,
    { ...context, cut: () => isCut },
  );
  for (const at of rowsAt) note({ row: {}, key: `${list}${at}`, cursorMs: fromMs + at * HOUR_MS });
  try {
    const isPart = mayBePart({ rows: [], next: undefined, ...(doubt && { doubt }) });
    return isPart ? 'part' : tools.anomalies.lines().join();
  } catch (error) {
    return error;
  }
}

interface Received {
  readonly hours?: number;
  readonly rowsAt?: readonly number[];
  readonly from?: number;
  readonly list?: string;
  readonly isCut?: boolean;
  readonly learned?: Learned;
}

t.test('a list that comes for any time is not asked for again in less time', async (t) => {
  const learned: Learned = {};
  const comes = (list: string, from: number) => receive({ told: 'round' }, { list, from, learned });
  t.equal(comes('a', 0), 'part');
  t.equal(comes('a', 1), 'part', 'a part of it may have as many');
  t.equal(comes('b', 24), 'part');
  t.match(comes('b', 48), /^orders: round/, 'the same for another time');
  t.match(comes('c', 0), /^orders: round/);
});

t.test('a list of no usual size is told where no less time tells', async (t) => {
  const error = new SystemError('GK_PAGING', 'it may be a part');
  const doubt = { error, told: 'whole' };
  t.equal(receive(undefined, {}), '');
  t.equal(receive(doubt, {}), 'part');
  t.match(receive(doubt, { isCut: false, rowsAt: [1, 24.1] }), /^orders: whole/);
  t.equal(receive({ error }, { isCut: false }), error, 'of a usual size');
  t.equal(receive(doubt, { isCut: false, hours: 25 }), error, 'of more time than a day');
  for (const at of [-1, 25])
    t.equal(receive(doubt, { isCut: false, rowsAt: [1, at] }), error, 'of another time');
});

t.test('the same rows for two times are told, where they are not of both', async (t) => {
  const { profile, tools, context } = openTools('orders', [], {});
  let looks = 0;
  const ask = async (day: number, rows: readonly (Partial<Mapped> & { key: string })[]) => {
    const fromMs = FROM_MS + day * DAY_MS;
    const options = {
      stream: 'orders',
      profile,
      window: { fromMs, toMs: fromMs + DAY_MS, open: false },
    };
    const { note, check } = createCoverage(
      {
        ...{ ...options, mapper: {} as Mapper },
        async *fetch() {
          looks += 1;
          yield { rows: [], next: undefined };
        },
      },
      tools,
      context,
    );
    for (const { key, cursorMs, row = {} } of rows) note({ key, cursorMs, row });
    const before = tools.anomalies.lines().join();
    await check();
    return tools.anomalies.lines().join() !== before;
  };
  const at = (...days: number[]) =>
    days.map((day) => ({ key: `k${day}`, cursorMs: FROM_MS + (day + 0.5) * DAY_MS }));
  t.notOk(await ask(0, at(0, 3, 4)));
  t.notOk(await ask(3, at(0, 3, 4)), 'all rows for every time');
  t.notOk(await ask(1, at(3, 4)));
  t.notOk(await ask(2, at(4, 5)), 'other rows');
  t.notOk(await ask(1, at(9)));
  t.notOk(await ask(2, at(9)), 'one row');
  t.notOk(await ask(1, at(3, 4)));
  t.notOk(await ask(1, at(3, 4)), 'the same time');
  t.ok(await ask(3, at(3, 4)));
  t.ok(await ask(2, at(3, 4)));
  t.ok(
    (await ask(0, at(...every(1, 1).map((_, n) => 5 + n / 99)))) === false && looks === 0,
    'nor looked behind',
  );
  const made = (day: number) =>
    at(8, 9).map((row) => ({
      ...row,
      row: { created_at: new Date(FROM_MS + day * DAY_MS).toISOString() },
    }));
  t.notOk(await ask(5, made(5)));
  t.notOk(await ask(6, made(6)), 'by another moment than the cursor');
});

t.test('rows that came twice in place of others that are counted are a failure', async (t) => {
  const count = async (
    list: string,
    counts: readonly number[],
    { each = false, movedMs = 0 } = {},
  ) => {
    const { profile: one, tools, context } = openTools('orders', [], {});
    const profile = { ...one, ...(each && { each: { a: ['b'] } }) };
    const window = { fromMs: FROM_MS, toMs: FROM_MS + DAY_MS, open: false };
    const { begin, note, check } = createCoverage(
      { stream: 'orders', profile, window, mapper: {} as Mapper, async *fetch() {} },
      tools,
      context,
    );
    for (const [at, page] of list.split(' ').entries()) {
      const expected = counts[at];
      begin({ rows: [], next: undefined, ...(expected !== undefined && { expected }) });
      for (const key of page) note({ key, row: {}, cursorMs: FROM_MS + at * movedMs });
    }
    const code = await check().catch((error: SystemError) => error.code);
    return code ?? tools.anomalies.lines()[0];
  };
  t.equal(await count('ab ca', [4, 4]), 'GK_PAGING');
  t.equal(await count('ab cd', [4, 4]), undefined);
  t.equal(await count('abc ca', [3, 3]), undefined, 'more came than are counted');
  t.equal(await count('ab ca', [3, 4]), undefined, 'one was added meanwhile');
  t.equal(await count('ab ca', []), undefined);
  for (const all of [8, 5])
    t.equal(await count('aabb bbcc', [all, all]), undefined, 'a join gives them twice');
  t.equal(await count('ab ca', [4, 4], { each: true }), undefined, 'of each of several lists');
  t.match(await count('ab ca', [4, 4], { movedMs: 1 }), /slipped over the edge of a page/);
});

t.test('the time without rows is looked at behind the day beside it', async (t) => {
  const perDay = await look({ stamps: every(1), most: 3, pageSize: 5, beside: 1 });
  t.match(perDay, { asked: 1, error: { code: 'GK_RANGE' } });
  const closed = await look({ stamps: every(1, 3), pageSize: 5, beside: 1 });
  t.same([closed.asked, closed.error], [1, undefined], 'a shop that closed after three days');
});

t.test('a range that is refused tells nothing', async (t) => {
  const stamps = every(1, 7, 3);
  const fails = new SystemError('GK_HTTP_400', 'a range of whole days');
  const refused = await look({ stamps, fails });
  t.same([refused.asked, refused.error], [1, undefined]);
  const down = new TransientError('GK_HTTP_503', 'down');
  t.equal((await look({ stamps, fails: down })).error, down, 'what may come yet is waited for');
});
