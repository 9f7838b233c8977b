import { mkdtempSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { startSimulator } from '../../../simulator/src/index.ts';
import type { AirbyteStream } from '../../../src/cdk/protocol.ts';
import { createRedactor } from '../../../src/cdk/redact.ts';
import { type Location, readLocation } from '../../../src/gokwik/files/location.ts';
import type { Account } from '../../../src/gokwik/files/stores/accounts.ts';
import { createStores } from '../../../src/gokwik/files/stores/stores.ts';
import { createDownloader } from '../../../src/http/download.ts';
import { discover, runConnector, writeInputs } from '../../connector.ts';
import { type Destination, openDestination } from '../../destination.ts';
import { CLEAN, sync } from '../../sync.ts';
import type { Bucket } from './servers.ts';
import { startWire, type Wire } from './wire.ts';

/*
 * One merchant's month, in a folder and in a store: read through the bundle, the two are one table, and
 * whatever happens to the store or its wire on the way, no row is lost and none comes twice.
 */

const DAY = 86_400_000;

/** A store as the tests of all of them use it. */
export interface Subject {
  readonly bucket: Bucket;
  /** The entry of `file_stores`, with which the store is asked at that port. */
  account(port: number): Record<string, unknown>;
  /** Of the folder `gokwik` in it, and of what is below, asked for at that port. */
  location(below: string, port: number): string;
  /** Whether its list has the MD5 of what is in it. */
  readonly tellsDigest: boolean;
  /** Texts of the account that must not be told anywhere. */
  readonly secrets: readonly string[];
}

const BASE = {
  base_url: 'https://api.gokwik.co',
  app_id: 'none',
  app_secret: 'none',
  start_date: '2026-01-01',
};

export interface Stage {
  readonly wire: Wire;
  /** Of the folder, and of the store. */
  readonly folder: string;
  readonly streams: readonly AirbyteStream[];
  at(below: string): string;
  config(location: string, changes?: Record<string, unknown>): Record<string, unknown>;
  /** What `check` says of an account that is changed so. */
  check(location: string, changes: Record<string, unknown>): Promise<string>;
  /** A table into which a location is read, with what it was asked and said. */
  table(): Promise<Destination>;
  read(location: string, table: Destination): Promise<void>;
  rows(table: Destination): Promise<unknown[]>;
}

/** Of every stream, all rows as they stand in the table, without what is only the clock's. */
async function dump(table: Destination, streams: readonly AirbyteStream[]): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const { name } of streams) {
    const found = await table.query(`SELECT _airbyte_data FROM "${name}" ORDER BY record_key`);
    rows.push(...found.map(({ _airbyte_data }) => [name, JSON.parse(String(_airbyte_data))]));
  }
  return rows;
}

/** A merchant's month in the store, and the stage that reads it. */
export async function openStage(t: Test, subject: Subject): Promise<Stage> {
  const { bucket } = subject;
  const wire = await startWire(bucket.port);
  t.teardown(async () => {
    await wire.close();
    await bucket.close();
  });
  const nowMs = Date.now();
  const simulator = await startSimulator({
    seed: 19,
    orders: 700,
    startMs: nowMs - 31 * DAY,
    nowMs,
  });
  t.teardown(() => simulator.close());
  const folder = mkdtempSync(join(tmpdir(), 'gokwik-month-'));
  await simulator.exports(folder, { received: true });
  for (const name of readdirSync(folder)) {
    const key = `gokwik/${name}`;
    await bucket.put(key, readFileSync(join(folder, name)));
    // An export is as old as its file: the two must agree on it, or the folder would be another month.
    const seconds = (await bucket.modifiedMs(key)) / 1000;
    utimesSync(join(folder, name), seconds, seconds);
  }
  const config: Stage['config'] = (location, changes = {}) => ({
    ...BASE,
    files: [{ location }],
    file_stores: [{ ...subject.account(wire.port), ...changes }],
  });
  const at = (below: string): string => subject.location(below, wire.port);
  const streams = await discover(config(at('*')));
  const hidden = (text: string, what: string): void => {
    const redactor = createRedactor();
    redactor.add(subject.secrets);
    t.equal(redactor.redact(text), text, `${what} holds nothing of a credential`);
  };
  return {
    wire,
    folder,
    streams,
    at,
    config,
    table: async () => {
      const table = await openDestination(':memory:', streams, { newestCursorWins: true });
      t.teardown(() => table.close());
      return table;
    },
    async read(location, table) {
      const said: string[] = [];
      const synced = await sync(config(location), streams, table, (line) => {
        if (line.type !== 'RECORD') said.push(JSON.stringify(line));
      });
      t.same(synced, CLEAN, said.join('\n').slice(-2000));
      hidden(said.join('\n'), 'what a sync says');
    },
    async check(location, changes) {
      const inputs = writeInputs({ config: config(location, changes) });
      const { lines, stdout, stderr } = await runConnector(['check', '--config', inputs.config]);
      hidden(stdout + stderr, 'what a check says');
      const last = lines.at(-1);
      const status = last?.connectionStatus;
      return status ? `${status.status}: ${status.message}` : JSON.stringify(last);
    },
    rows: (table) => dump(table, streams),
  };
}

/** A store as the connector itself opens it. */
async function openOwn(location: Location) {
  const downloader = createDownloader({ allowPrivate: true, userAgent: 'test' });
  const world = {
    ...{ allowPrivate: true, now: Date.now, hide() {} },
    openDownloader: async () => downloader,
  };
  return { store: await createStores(world).open(location), downloader };
}

const counted = (table: Destination, { streams }: Stage): number =>
  streams.reduce((sum, { name }) => sum + table.counts(name).records, 0);

/** What holds of every store. */
export async function proveMonth(t: Test, subject: Subject, stage: Stage): Promise<void> {
  const { bucket } = subject;
  const { folder, wire, at, read, rows } = stage;
  const local = await stage.table();
  const remote = await stage.table();

  await t.test('a month in the store and in a folder is one and the same table', async (t) => {
    t.match(await stage.check(at('*'), {}), /^SUCCEEDED: Files can be read/);
    await read(`${folder}/*`, local);
    await read(at('*'), remote);
    const [here, there] = [await rows(local), await rows(remote)];
    t.ok(here.length > 400, `${here.length} rows`);
    t.same(there, here);
  });

  await t.test('what was read is not read again', async (t) => {
    remote.resetCounts();
    wire.reset();
    await read(at('*'), remote);
    t.equal(counted(remote, stage), 0);
    t.ok(wire.bytes() < 20_000, `${wire.bytes()} bytes came, which is a list`);
  });

  await t.test(
    'a connection that ends in the middle of a file loses and doubles nothing',
    async (t) => {
      const name = 'orders.csv';
      const size = statSync(join(folder, name)).size;
      t.ok(size > 131_072, `${size} bytes`);
      const again = await stage.table();
      wire.cutAfter(size - 20_000);
      await read(at(name), again);
      t.equal(wire.cuts(), 1, 'it was cut');
      const whole = await stage.table();
      await read(join(folder, name), whole);
      t.same(await rows(again), await rows(whole));
      t.equal(counted(again, stage), counted(whole, stage), 'each row once');
    },
  );

  await t.test('of a file that grew, what came is read, and what it was is verified', async (t) => {
    const lines = readFileSync(join(folder, 'orders.csv'), 'utf8').split('\n');
    const [first, rest] = [lines.slice(0, -20).join('\n'), lines.slice(-20).join('\n')];
    const grown = await stage.table();
    await bucket.put('gokwik/grown.csv', `${first}\n`);
    await read(at('grown.csv'), grown);
    const before = counted(grown, stage);
    grown.resetCounts();
    wire.reset();
    await bucket.put('gokwik/grown.csv', `${first}\n${rest}`);
    await read(at('grown.csv'), grown);
    t.equal(counted(grown, stage), 19, `19 of ${before + 19} rows, each once`);
    const whole = await stage.table();
    await read(join(folder, 'orders.csv'), whole);
    t.equal((await rows(grown)).length, (await rows(whole)).length);
    if (subject.tellsDigest) {
      const most = 65_536 + 40_000;
      t.ok(wire.bytes() < most, `${wire.bytes()} of ${first.length} bytes: the head and the tail`);
    }
    await t.test('and of one whose beginning changed, all of it', async (t) => {
      grown.resetCounts();
      // Of the same length, in the middle: only a digest of all of it tells.
      const at70 = lines.length >> 1;
      const other = lines.map((line, at) =>
        at === at70 ? line.replace(/\d(?=[^\d]*$)/, '0') : line,
      );
      t.not(other.join('\n'), lines.join('\n'));
      await bucket.put('gokwik/grown.csv', `${other.join('\n')}${rest.trimEnd()}\n`);
      await read(at('grown.csv'), grown);
      t.ok(counted(grown, stage) > before, `${counted(grown, stage)} rows`);
    });
  });

  if (subject.tellsDigest)
    await t.test('of a file that is written anew while it is read, no rest is taken', async (t) => {
      const account = { ...subject.account(wire.port) } as unknown as Account;
      const reading = { field: 'files', allowPrivate: true, accounts: [account] };
      const { signal } = new AbortController();
      const { store, downloader } = await openOwn(
        readLocation(at('').replace(/gokwik\/$/, 'anew/anew.csv'), reading),
      );
      t.teardown(() => downloader.close());
      await bucket.put('anew/anew.csv', 'a,b\n1,2\n');
      const path = readLocation(at('').replace(/gokwik\/$/, 'anew/anew.csv'), reading).path;
      const listed = await store.find(path, signal);
      await bucket.put('anew/anew.csv', 'a,b\n3,4\n');
      if (!listed) throw new Error('it is not listed');
      await t.rejects(store.open(listed, { from: 4 }, signal), { code: 'GK_FILE_INTERRUPTED' });
    });

  await t.test('names with signs of every kind are read, in pages', async (t) => {
    const header = readFileSync(join(folder, 'orders.csv'), 'utf8').split('\n').slice(0, 2);
    const odd = [
      'a b',
      'a+b',
      '100%25',
      '100%',
      'ü é',
      "quote'(1)!",
      'a..b',
      '..c',
      '#&=@:,;$',
      'x~^`',
    ];
    for (const name of odd) await bucket.put(`odd/${name}.csv`, `${header.join('\n')}\n`);
    await bucket.put('odd-not/mine.csv', 'not ours');
    const found = await stage.check(at('').replace(/gokwik\/$/, 'odd/*.csv'), {});
    t.match(
      found,
      new RegExp(`SUCCEEDED: .*orders: ${odd.length - 1} files`),
      'one begins with a dot',
    );
  });
}
