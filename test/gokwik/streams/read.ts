import t from 'tap';
import { DEFAULT_PROFILE } from '../../../src/gokwik/profile.ts';
import type { Mapped } from '../../../src/gokwik/records/mapper.ts';
import { isLaterThan } from '../../../src/gokwik/streams/read.ts';
import type { StreamProfile } from '../../../src/gokwik/streams/stream.ts';

const orders = DEFAULT_PROFILE.streams.orders as StreamProfile;
const DAY = 86_400_000;
const FROM = Date.UTC(2026, 10, 1);
const closed = { fromMs: FROM, toMs: FROM + 7 * DAY, open: false };
const at = (days: number): string => new Date(FROM + days * DAY).toISOString();
const row = (created: number | undefined, updated: number): Mapped => ({
  row: { ...(created !== undefined && { created_at: at(created) }), updated_at: at(updated) },
  key: 'k',
  cursorMs: FROM + updated * DAY,
});

t.test('only a row that was made past the window is left to a later one', async (t) => {
  t.ok(isLaterThan(closed, row(7, 8), orders), 'the server ignored the end of the window');
  t.notOk(isLaterThan(closed, row(6, 8), orders), 'the server may filter by creation');
  t.notOk(isLaterThan(closed, row(undefined, 8), orders), 'nobody knows which window is its own');
  t.notOk(isLaterThan(closed, row(-9, -9), orders), 'rows before the window are kept');
  t.notOk(isLaterThan({ ...closed, open: true }, row(8, 9), orders), 'the newest window keeps all');
});
