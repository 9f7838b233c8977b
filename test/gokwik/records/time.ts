import fc from 'fast-check';
import t from 'tap';
import {
  formatInstant,
  indiaDate,
  parseInstant,
  toInstantText,
} from '../../../src/gokwik/records/time.ts';

const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const anyMs = fc.integer({ min: 0, max: LAST_MS });
const iso = (text: string): number => Date.parse(text);

/** What the calendar on the wall of a zone shows: the oracle, and the only user of Intl. */
const WALL = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Kolkata',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

function wallClock(ms: number): Record<string, string> {
  return Object.fromEntries(WALL.formatToParts(ms).map(({ type, value }) => [type, value]));
}

t.test('what is written is what is read', async (t) => {
  fc.assert(fc.property(anyMs, (ms) => parseInstant(formatInstant(ms), '+05:30') === ms));
  t.equal(formatInstant(iso('2026-09-09T07:23:34Z')), '2026-09-09T07:23:34Z');
  t.equal(formatInstant(iso('2026-09-09T07:23:34.050Z')), '2026-09-09T07:23:34.050Z');
});

t.test('every spelling of one instant', async (t) => {
  const instant = iso('2026-09-09T07:23:34Z');
  for (const text of [
    '2026-09-09T07:23:34Z',
    '2026-09-09t07:23:34z',
    '2026-09-09T07:23:34.000Z',
    '2026-09-09T12:53:34+05:30',
    '2026-09-09T12:53:34+0530',
    '2026-09-09 12:53:34 +0530',
    '2026-09-09T02:23:34-05:00',
    '2026-09-09T09:23:34+02',
    '2026-09-09 07:23:34 UTC',
    '2026-09-09 12:53:34 IST',
    '2026-09-09T12:53:34',
    '2026-09-09 12:53:34',
    '2026/09/09 12:53:34',
    '09-Sep-2026 12:53:34',
    '9 September 2026 12:53:34',
    '09 Sept 2026, 12:53:34',
    '9/9/2026 12:53:34 PM',
    '09/09/2026 12:53:34 pm',
    '9/9/2026 12:53:34',
    '09-09-2026 12:53:34',
    "'9/9/2026 12:53:34",
    ' 2026-09-09T07:23:34Z ',
    '1788938614',
    1788938614,
    1788938614000,
    '1788938614000',
    '1788938614.0',
    '20260909125334',
    20260909125334,
    '9th September 2026 12:53:34',
    'Sep 9, 2026 12:53:34 PM',
    'Wed, 09 Sep 2026 07:23:34 GMT',
    'Wed Sep 09 2026 12:53:34 GMT+0530 (India Standard Time)',
    '2026-09-09T12:53:34+05:30[Asia/Kolkata]',
    '2026-09-09T12:53:34[Asia/Kolkata]',
    '2026-09-09T11:23:34+04:00[Asia/Dubai]',
    '2026-09-09 07:23:34 (UTC)',
    '09/09/2026 12:53:34 (Wed)',
    '9/9/2026 12:53:34 PM (Wednesday)',
    '09/09/2026 12:53:34 (India Standard Time)',
    'Wed Sep 09 2026 07:23:34 GMT+0000 (Coordinated Universal Time)',
  ]) {
    t.equal(parseInstant(text, '+05:30'), instant, String(text));
    t.equal(toInstantText(text, '+05:30')?.replace('.000', ''), '2026-09-09T07:23:34Z');
  }
});

t.test('halves of the day', async (t) => {
  const at = (text: string): string | undefined => toInstantText(text, 'Z')?.slice(11, 16);
  t.equal(at('1/2/2026 12:05 AM'), '00:05');
  t.equal(at('1/2/2026 12:05 PM'), '12:05');
  t.equal(at('1/2/2026 1:05 AM'), '01:05');
  t.equal(at('1/2/2026 11:59 PM'), '23:59');
  t.equal(at('01/02/2026 07:05 p.m.'), '19:05');
  t.equal(at('01/02/2026 13:45 PM'), '13:45', 'as careless formatters write it');
  t.equal(at('01/02/2026 00:15 AM'), '00:15');
  t.equal(at('01/02/2026 13:45 AM'), undefined);
  t.equal(at('01/02/2026 00:15 PM'), undefined);
  t.equal(toInstantText('1/2/2026 1:05 AM', 'Z'), '2026-02-01T01:05:00Z', 'the day comes first');
});

t.test('a stamp without an offset is read in the zone of its stream', async (t) => {
  t.equal(toInstantText('2026-09-09', '+05:30'), '2026-09-08T18:30:00Z');
  t.equal(toInstantText('2026-09-09', 'Z'), '2026-09-09T00:00:00Z');
  t.equal(toInstantText('20260909', '+05:30'), '2026-09-08T18:30:00Z');
  t.equal(toInstantText(20260909, 'Z'), '2026-09-09T00:00:00Z');
  t.equal(toInstantText('2026-09-09 07:23', '+05:30'), '2026-09-09T01:53:00Z');
  t.equal(toInstantText('2026-09-09T07:23:34.5', '+05:30'), '2026-09-09T01:53:34.500Z');
});

t.test('a UTC string passes as it is', async (t) => {
  for (const text of ['2026-09-09T07:23:34.000Z', '2026-09-09T07:23:34.1Z']) {
    t.equal(toInstantText(text, '+05:30'), text);
  }
});

t.test('digits below the millisecond are kept in text and cut in numbers', async (t) => {
  t.equal(toInstantText('2026-09-09T07:23:34.123456Z', 'Z'), '2026-09-09T07:23:34.123456Z');
  t.equal(toInstantText('2026-09-09T12:53:34.123456+05:30', 'Z'), '2026-09-09T07:23:34.123456Z');
  t.equal(parseInstant('2026-09-09T07:23:34.123999Z', 'Z'), iso('2026-09-09T07:23:34.123Z'));
  t.equal(parseInstant('2026-09-09T12:53:34.123999+05:30', 'Z'), iso('2026-09-09T07:23:34.123Z'));
  t.equal(parseInstant(1788938614.123, 'Z'), 1788938614123);
});

t.test('what is no instant', async (t) => {
  for (const value of [
    // The zone is not known: India's time would be a wrong one.
    '09/09/2026 07:23 (PST)',
    '2026-09-09 07:23:34 (Gulf Standard Time)',
    '2026-09-09T07:23:34[Asia/Dubai]',
    '09-09-2026 (Gulf Standard Time)',
    '2026-02-30',
    '2026-02-30T00:00:00Z',
    '31/2/2026',
    '29/2/2026',
    '2100-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-09-09T24:00:00Z',
    '2026-09-09T23:60:00Z',
    '2026-09-09T23:59:60Z',
    '2026-09-09T23:59:59.Z',
    '2026-09-09T23:59:59.1x3Z',
    '2026-09-09X23:59:59Z',
    '2x26-09-09T23:59:59Z',
    '2026-09-09T07:23:34+25:00',
    '1969-12-31T23:59:59Z',
    '1970-01-01T00:00:00+05:30',
    '9999-12-31T23:59:59-00:01',
    '9/Foo/2026',
    '09-Mayo-2026',
    '12/31/2025',
    '',
    ' ',
    'yesterday',
    '20260931',
    '2026',
    '0',
    0,
    20261309,
    '(2026)',
    'Mon',
    -1,
    45678,
    253402300800000,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    null,
    undefined,
    {},
    [],
    `${' '.repeat(3)}${'9'.repeat(100)}`,
  ]) {
    t.equal(parseInstant(value, '+05:30'), undefined, String(value));
    t.equal(toInstantText(value, '+05:30'), undefined, String(value));
  }
});

t.test('leap days', async (t) => {
  t.equal(toInstantText('29/2/2028', 'Z'), '2028-02-29T00:00:00Z');
  t.equal(parseInstant('2000-02-29T00:00:00Z', 'Z'), iso('2000-02-29T00:00:00Z'));
  t.equal(parseInstant('2028-02-29T00:00:00Z', 'Z'), iso('2028-02-29T00:00:00Z'));
});

t.test('the calendar agrees with the platform for every day up to 2400', async (t) => {
  let wrong = 0;
  for (let ms = 0; ms < Date.UTC(2400, 0, 1); ms += 86_400_000) {
    const text = new Date(ms).toISOString();
    if (parseInstant(text, 'Z') !== ms || parseInstant(text.slice(0, 10), 'Z') !== ms) wrong++;
  }
  t.equal(wrong, 0);
});

t.test('India is where Intl says it is', async () => {
  // Before 1970 India had other offsets; none is read.
  fc.assert(
    fc.property(anyMs, (ms) => {
      const { year, month, day, hour, minute, second } = wallClock(ms);
      const date = `${year?.padStart(4, '0')}-${month}-${day}`;
      const wall = `${date}T${hour}:${minute}:${second}`;
      const exact = Math.floor(ms / 1000) * 1000;
      if (date.startsWith('10000')) return true;
      return indiaDate(ms) === date && parseInstant(wall, '+05:30') === exact;
    }),
  );
});

t.test('days in India', async (t) => {
  t.equal(indiaDate(iso('2026-09-09T18:29:59Z')), '2026-09-09');
  t.equal(indiaDate(iso('2026-09-09T18:30:00Z')), '2026-09-10');
  fc.assert(
    fc.property(fc.integer({ min: 86_400_000, max: LAST_MS - 86_400_000 }), (ms) => {
      const from = parseInstant(indiaDate(ms), '+05:30') ?? Number.NaN;
      return from <= ms && ms < from + 86_400_000;
    }),
  );
});

t.test('the host has no say: the same answers under any TZ', async (t) => {
  // The suite runs in one zone; what matters is that no local getter or parser is behind it.
  const before = process.env.TZ;
  t.teardown(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });
  for (const zone of ['UTC', 'Asia/Kolkata', 'America/New_York']) {
    process.env.TZ = zone;
    t.equal(toInstantText('9/3/2026 2:30 AM', '+05:30'), '2026-03-08T21:00:00Z', zone);
    t.equal(toInstantText('2026-03-08 02:30:00', 'Z'), '2026-03-08T02:30:00Z', zone);
    t.equal(indiaDate(iso('2026-09-09T18:30:00Z')), '2026-09-10', zone);
  }
});
