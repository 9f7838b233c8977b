import assert from 'node:assert/strict';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import type { Printed } from '../connector.ts';
import { plain, type Sight, SUCCESS } from './faults.ts';
import { figures } from './figures.ts';
import { createChance } from './random.ts';
import { serve, sync } from './rogue.ts';
import { DAY, HOUR, PRESENT } from './stage.ts';
import { said } from './watch.ts';

/*
 * Servers that the simulator is too decent to play: they filter by another moment than the profile
 * says, number their pages over a list that changes, and hold rows with impossible stamps.
 */

interface Row {
  readonly id: string;
  createdMs: number;
  updatedMs: number;
}

const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
const wire = ({ id, createdMs, updatedMs }: Row): JsonObject => ({
  payment_id: id,
  amount: 1,
  created_at: iso(createdMs),
  updated_at: iso(updatedMs),
});

function mustHold(keys: ReadonlyMap<string, unknown>, rows: readonly Row[]): void {
  const missing = rows.filter(({ id }) => !keys.has(id));
  figures.rows += rows.length;
  figures.lost += missing.length;
  assert.deepEqual(missing.slice(0, 3), [], `${missing.length} of ${rows.length} rows`);
}

function someRows(seed: number, count: number): Row[] {
  const chance = createChance(seed);
  return Array.from({ length: count }, (_, index) => {
    const createdMs = PRESENT - chance.whole(2 * DAY, 29 * DAY);
    return {
      id: `p${index}`,
      createdMs,
      updatedMs: Math.min(PRESENT - HOUR, createdMs + chance.whole(0, 12 * DAY)),
    };
  }).map((row) => ({
    ...row,
    createdMs: row.createdMs - (row.createdMs % 1000),
    updatedMs: row.updatedMs - (row.updatedMs % 1000),
  }));
}

const between = (
  rows: readonly Row[],
  of: 'createdMs' | 'updatedMs',
  query: URLSearchParams,
): Row[] => {
  const [from, to] = ['updated_after', 'updated_before'].map((name) =>
    Date.parse(query.get(name) ?? ''),
  );
  return rows.filter((row) => row[of] >= (from ?? 0) && row[of] < (to ?? 0));
};

/** Each ends with the exact truth, or throws; what is told of it on the way is its sight. */
export function hostileCases(seed: number): (readonly [string, () => Promise<Sight>])[] {
  const cases: (readonly [string, () => Promise<readonly Printed[]>])[] = [
    ['a server that filters by creation, not by the last change', () => filtersByCreation(seed)],
    [
      'cursors that are offsets, of a list that rows leave (two syncs)',
      () => offsetsThatShift(seed),
    ],
    ['numbered pages of which one is emptied', () => totalsThatFall(seed, 5, 2)],
    ['numbered pages that single rows leave', () => totalsThatFall(seed, 1, 3)],
    ['midnights in India, leap days, the year 9999', edgesOfTheCalendar],
  ];
  return cases.map(([name, play]) => [
    name,
    async () => {
      const [text = ''] = said(await play()).warnings;
      figures.faults += 1;
      return { name, outcome: SUCCESS, text: plain(text) };
    },
  ]);
}

async function filtersByCreation(seed: number): Promise<readonly Printed[]> {
  const rows = someRows(seed, 200);
  const server = await serve((query) => ({
    statusCode: 200,
    data: between(rows, 'createdMs', query).map(wire),
    has_more: false,
  }));
  try {
    const { keys, lines } = await sync(server, 'payments');
    mustHold(keys, rows);
    return lines;
  } finally {
    server.close();
  }
}

/** The cursor is an offset, and after each page a row that was on it is updated and so leaves. */
async function offsetsThatShift(seed: number): Promise<readonly Printed[]> {
  const rows = someRows(seed, 300);
  let nowMs = PRESENT;
  let moves = 40;
  const server = await serve((query) => {
    const found = between(rows, 'updatedMs', query).sort((a, b) => a.updatedMs - b.updatedMs);
    const limit = Number(query.get('limit'));
    const offset = Number(query.get('cursor') ?? 0);
    const page = found.slice(offset, offset + limit);
    const data = page.map(wire);
    const more = offset + limit < found.length;
    const [moved] = page;
    if (more && moved && moves > 0) {
      moves -= 1;
      moved.updatedMs = nowMs - 1000;
    }
    return {
      statusCode: 200,
      data,
      has_more: more,
      ...(more && { next_cursor: String(offset + limit) }),
    };
  });
  try {
    const config = {
      lookback_days: 30,
      api_profile: { streams: { payments: { paging: { limit: 5 } } } },
    };
    const first = await sync(server, 'payments', { config });
    nowMs += 4 * HOUR;
    // The lookback reads again what slipped over the edge of a page.
    const second = await sync(server, 'payments', { config, state: first.state, nowMs });
    mustHold(new Map([...first.keys, ...second.keys]), rows);
    return second.lines;
  } finally {
    server.close();
  }
}

/**
 * Parcels are struck off the list after their page was read: those behind them move up. That happens
 * `times` over, to so many at once: a whole page, or too few for the number of pages to tell.
 */
async function totalsThatFall(
  seed: number,
  atOnce: number,
  times: number,
): Promise<readonly Printed[]> {
  const rows = someRows(seed, 60).map((row, index) => ({
    ...row,
    createdMs: PRESENT - 3 * DAY + index * 1000,
  }));
  const struck = new Set<string>();
  let strikes = times;
  const server = await serve((query) => {
    const left = rows.filter(({ id }) => !struck.has(id));
    const size = Number(query.get('per_page'));
    const page = Number(query.get('page'));
    const from = Date.parse(`${query.get('from')}T00:00:00+05:30`);
    const to = Date.parse(`${query.get('to')}T00:00:00+05:30`) + DAY;
    const inside = left.filter(({ createdMs }) => createdMs >= from && createdMs < to);
    const shown = inside.slice((page - 1) * size, page * size);
    const answer = {
      success: true,
      data: shown.map(({ id, createdMs }) => ({ awb: id, creation_datetime: iso(createdMs) })),
      meta: {
        page,
        per_page: size,
        total: inside.length,
        total_pages: Math.ceil(inside.length / size),
      },
    };
    if (page === 2 && strikes > 0) {
      strikes -= 1;
      for (const { id } of inside.slice(0, atOnce)) struck.add(id);
    }
    return answer;
  });
  try {
    const config = { api_profile: { streams: { shipments: { paging: { limit: 5 } } } } };
    const { keys, code, lines } = await sync(server, 'shipments', { config });
    assert.equal(code, 0, said(lines).errors[0]);
    mustHold(
      keys,
      rows.filter(({ id }) => !struck.has(id)),
    );
    assert.ok(said(lines).warnings.some((line) => line.includes('read again')));
    return lines;
  } finally {
    server.close();
  }
}

/** Midnights in India, leap days, and the year 9999, from a server that ignores its parameters. */
async function edgesOfTheCalendar(): Promise<readonly Printed[]> {
  const stamps: Record<string, [sent: string, emitted: string]> = {
    midnight: ['2026-11-01T00:00:00', '2026-10-31T18:30:00Z'],
    before: ['2026-10-31T23:59:59+05:30', '2026-10-31T18:29:59Z'],
    leap: ['2024-02-29 23:59:59', '2024-02-29T18:29:59Z'],
    seconds: ['1709231400', '2024-02-29T18:30:00Z'],
    far: ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
  };
  const server = await serve(() => ({
    statusCode: 200,
    data: Object.entries(stamps).map(([id, [sent]]) => ({
      payment_id: id,
      amount: 1,
      created_at: sent,
      updated_at: sent,
    })),
  }));
  try {
    const { keys, code, state, lines } = await sync(server, 'payments', {
      config: { end_date: undefined },
    });
    assert.equal(code, 0, said(lines).errors[0]);
    figures.rows += Object.keys(stamps).length;
    for (const [id, [, emitted]] of Object.entries(stamps))
      assert.equal(keys.get(id)?.updated_at, emitted, id);
    const saved = JSON.stringify(state);
    assert.match(
      saved,
      /"cursor":"2026-11-20T0[78]/,
      'a row of the year 9999 moves no watermark (I5)',
    );
    const again = await sync(server, 'payments', { state, nowMs: PRESENT + DAY });
    assert.equal(again.code, 0);
    assert.ok(again.keys.has('far'), 'it is seen again');
    return lines;
  } finally {
    server.close();
  }
}
