import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startSimulator } from '../../simulator/src/index.ts';
import { configFor, discover, runConnector, writeInputs } from '../connector.ts';
import { openDestination } from '../destination.ts';
import { CLEAN, configWithoutApi, entriesOf, sync } from '../sync.ts';
import { differences, wrongRows } from '../truth.ts';

/*
 * The way of a merchant who starts without API access: exports and captures first, the API later,
 * one table for both, one row for each order. Kills in the middle of files: chaos/filekills.ts.
 */

const DAY = 86_400_000;
const NOW = Date.now();
async function merchant(t: Test, orders: number) {
  const nowMs = NOW - 6 * DAY;
  const simulator = await startSimulator({
    seed: 11,
    orders,
    startMs: NOW - 70 * DAY,
    nowMs,
    endMs: NOW,
  });
  t.teardown(() => simulator.close());
  return { simulator, nowMs, folder: mkdtempSync(join(tmpdir(), 'gokwik-exports-')) };
}

t.test('exports and captures first, then the API: one row for each order', async (t) => {
  const { simulator, nowMs, folder } = await merchant(t, 400);
  // As our own receiver keeps payloads.
  const first = await simulator.exports(folder, { prefix: 'b-', received: true });
  // An export of ten days before, as another dashboard wrote it, which someone finds later.
  const old = { atMs: nowMs - 10 * DAY, older: true };
  const found = await simulator.exports(folder, {
    ...old,
    prefix: 'a-',
    pack: 'zip',
    form: 'list',
    received: true,
  });
  const config = configWithoutApi(simulator, first);

  const streams = await discover(config);
  const names = ['orders', 'abandoned_checkouts', 'payments', 'settlements', 'refunds'];
  t.same(streams.map(({ name }) => name).sort(), [...names].sort(), 'streams with files alone');
  const all = await discover(configFor(simulator, { files: entriesOf(first) }));
  const destination = await openDestination(':memory:', all, { newestCursorWins: true });
  t.teardown(() => destination.close());

  const check = async (t: Test) => {
    for (const report of ['orders', 'settlements'] as const) {
      t.same(await wrongRows(destination, report, simulator.reportTruth(report)), [], report);
    }
    for (const stream of ['abandoned_checkouts', 'payments', 'refunds'] as const) {
      t.same(await wrongRows(destination, stream, simulator.captureTruth(stream)), [], stream);
    }
  };
  await t.test('what the files say is in the tables', async (t) => {
    t.same(await sync(config, streams, destination), CLEAN);
    await check(t);
  });
  await t.test('what was read is not read again', async (t) => {
    destination.resetCounts();
    t.same(await sync(config, streams, destination), CLEAN);
    t.same(
      names.map((name) => destination.counts(name).records),
      [0, 0, 0, 0, 0],
    );
  });
  await t.test('an old export never takes the place of a newer one', async (t) => {
    const withOld = { ...config, files: entriesOf([...first, ...found]) };
    t.same(await sync(withOld, streams, destination), CLEAN);
    t.ok(destination.counts('orders').records > 100, 'it was read');
    await check(t);
  });
  await t.test('the API goes on in the same tables', async (t) => {
    const withApi = configFor(simulator, { files: entriesOf([...first, ...found]) });
    for (const day of [1, 2, 3]) {
      simulator.advance(DAY);
      t.same(await sync(withApi, all, destination), CLEAN);
      for (const { name } of all) {
        const wrong = await differences(destination, simulator, name, {}, 'files');
        t.same(wrong.slice(0, 3), [], `${name}, day ${day}: no row is missing, too many or wrong`);
      }
    }
  });
});

t.test('keys never change under a table: files come before the first sync, and stay', async (t) => {
  const { simulator, folder } = await merchant(t, 60);
  const files = await simulator.exports(folder);
  const settings = { start_date: new Date(NOW - 9 * DAY).toISOString().slice(0, 10) };
  const alone = configFor(simulator, settings);
  const both = configFor(simulator, { ...settings, files: entriesOf(files) });
  for (const [before, after, message] of [
    [alone, both, /was read without files before.*Reset/],
    [both, alone, /had exports of (orders|settlements) before.*Put the entry/],
  ] as const) {
    const streams = await discover(both);
    const destination = await openDestination(':memory:', streams);
    t.same(await sync(before, streams, destination), CLEAN);
    const { code, errors } = await sync(after, streams, destination);
    t.equal(code, 1);
    t.equal(errors.length, 3, 'orders, order_items, settlements; the keys of others are the same');
    for (const error of errors) t.match(error, message);
    destination.close();
  }
});

t.test('a file that cannot be read is named, and the others are read', async (t) => {
  const { simulator, folder } = await merchant(t, 100);
  const files = await simulator.exports(folder);
  const bad = join(folder, 'orders-login.csv');
  writeFileSync(bad, '<!DOCTYPE html><html><body>Log in</body></html>');
  const config = configWithoutApi(simulator, [{ stream: 'orders', path: bad }, ...files]);
  const streams = await discover(config);
  const destination = await openDestination(':memory:', streams);
  t.teardown(() => destination.close());
  const { code, errors } = await sync(config, streams, destination);
  t.equal(code, 1);
  t.equal(errors.length, 1);
  t.match(
    errors[0],
    /^Stream orders: a file could not be read.*orders-login\.csv: it is a web page/,
  );
  t.same(await wrongRows(destination, 'orders', simulator.reportTruth('orders')), []);
  const checked = await runConnector(['check', '--config', writeInputs({ config }).config]);
  t.match(checked.lines.at(-1)?.connectionStatus, {
    status: 'FAILED',
    message: /orders-login\.csv/,
  });
});

t.test('a probe of a file says what it is taken for, and no cell of it', async (t) => {
  const folder = t.testdir({ 'mine.csv': 'Txn Id,Paid On,Buyer\nT-1,9/9/2026,Asha Rao\n' });
  const found = await runConnector(['probe', '--file', join(folder, 'mine.csv')]);
  t.equal(found.code, 0);
  t.match(found.stdout, /mine\.csv: of no known kind.*"Txn Id": "txn_id"/s);
  t.notMatch(found.stdout + found.stderr, /Asha|T-1/);
  const none = await runConnector(['probe', '--file', join(folder, 'none.csv')]);
  t.match(none, { code: 1, stdout: '', stderr: /none\.csv.*not there/ });
});
