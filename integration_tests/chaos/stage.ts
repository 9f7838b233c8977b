import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type ExportFile,
  type ExportOptions,
  type Keys,
  type Simulator,
  type SimulatorOptions,
  type StreamName,
  startSimulator,
} from '../../simulator/src/index.ts';
import type { AirbyteStream, JsonObject } from '../../src/cdk/protocol.ts';
import { configFor, type Printed } from '../connector.ts';
import { type Destination, openDestination } from '../destination.ts';
import { differences } from '../truth.ts';
import { type Attempt, type AttemptOptions, runAttempt, workFolder } from './attempt.ts';
import { figures } from './figures.ts';
import { createScanner } from './secrets.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Everything that happens here happens then: a fixed present makes a seed replay its run. */
export const PRESENT = Date.UTC(2026, 10, 20, 9, 0);

export const CATALOG = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../catalog/incremental.json'), 'utf8'),
) as { streams: { stream: AirbyteStream; sync_mode: string }[] };

/** Streams whose endpoints find a row by its last change, and those that leave with them. */
export const BY_CHANGE = CATALOG.streams
  .filter(({ stream }) => stream.default_cursor_field?.[0] === 'updated_at')
  .map(({ stream }) => stream.name as StreamName);
export const ALL = CATALOG.streams.map(({ stream }) => stream.name as StreamName);

/** A merchant, a destination, and what it committed: one play goes on from attempt to attempt. */
export interface Stage {
  readonly simulator: Simulator;
  readonly destination: Destination;
  /** The committed state, by stream. */
  readonly states: Map<string, JsonObject>;
  /** Changes the config of the attempts to come. */
  configure(changes: Record<string, unknown>): void;
  /** Lays exports and captures of all that happened so far where the attempts to come read them. */
  giveFiles(options?: ExportOptions): Promise<readonly ExportFile[]>;
  attempt(
    options?: Omit<AttemptOptions, 'args'> & { command?: 'check' | 'read' },
  ): Promise<Attempt>;
  /**
   * Commits what a destination would: of each stream, the records up to a STATE, with that STATE;
   * what comes after it is gone. `upTo` picks which of a stream's STATEs that is, by default the
   * last one: a destination that crashes may not have got that far.
   */
  commit(lines: readonly Printed[], upTo?: (states: number) => number): Promise<void>;
  /** Throws where the destination has not the truth, as far as a moment, under the keys that rows have. */
  mustEqual(
    streams: readonly string[],
    of?: { readonly toMs?: number; readonly keys?: Keys; readonly when?: string },
  ): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions extends SimulatorOptions {
  readonly config?: Record<string, unknown>;
  /** Of it, besides those of the API. */
  readonly secrets?: readonly string[];
  readonly streams?: readonly StreamName[];
  readonly syncMode?: 'incremental' | 'full_refresh';
  /** As destinations that keep the row with the newest cursor do; default: the row that came last. */
  readonly newestCursorWins?: boolean;
}

let stages = 0;

export async function openStage(options: StageOptions): Promise<Stage> {
  stages += 1;
  const {
    config: changes,
    secrets = [],
    streams = ALL,
    syncMode = 'incremental',
    newestCursorWins = false,
    ...given
  } = options;
  const simulator = await startSimulator({ nowMs: PRESENT, ...given });
  const configured = CATALOG.streams.filter(({ stream }) =>
    streams.includes(stream.name as StreamName),
  );
  const destination = await openDestination(
    ':memory:',
    configured.map(({ stream }) => stream),
    { newestCursorWins },
  );
  const states = new Map<string, JsonObject>();
  let config: Record<string, unknown> = configFor(simulator, changes);
  const configure = (more: Record<string, unknown>): void => {
    config = { ...config, ...more };
  };
  const { appId, appSecret, returnPrimeToken } = simulator.credentials;
  const scanner = createScanner([appId, appSecret, returnPrimeToken, ...secrets]);
  const file = (name: string, content: unknown): string => {
    const path = join(workFolder, `${name}-${stages}-${simulator.port}.json`);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const catalog = file('catalog', {
    streams: configured.map((stream) => ({ ...stream, sync_mode: syncMode })),
  });

  return {
    simulator,
    destination,
    states,
    configure,
    async giveFiles(options) {
      const folder = join(workFolder, `exports-${stages}-${simulator.port}`);
      const files = await simulator.exports(folder, options);
      configure({ files: files.map(({ stream, path }) => ({ stream, location: path })) });
      return files;
    },
    async attempt({ command = 'read', ...rest } = {}) {
      const args = ['--config', file('config', config)];
      if (command === 'read')
        args.push('--catalog', catalog, '--state', file('state', [...states.values()]));
      figures.syncs += 1;
      const attempt = await runAttempt({
        nowMs: simulator.nowMs(),
        ...rest,
        args: [command, '--debug', ...args],
      });
      scanner.scan(
        `${command} (${JSON.stringify(rest.stop ?? {})})`,
        attempt.stdout,
        attempt.stderr,
      );
      return attempt;
    },
    async commit(lines, upTo = (count) => count) {
      const byStream = new Map<string, Printed[]>();
      for (const line of lines) {
        const name = line.record?.stream ?? line.state?.stream?.stream_descriptor.name;
        if (name === undefined) continue;
        const own = byStream.get(name) ?? [];
        own.push(line);
        byStream.set(name, own);
      }
      for (const [name, own] of byStream) {
        const places = own.flatMap((line, index) => (line.state ? [index] : []));
        const last = places[upTo(places.length) - 1];
        if (last === undefined) continue;
        for (const line of own.slice(0, last)) if (line.record) await destination.accept(line);
        const state = own[last];
        if (!state?.state) continue;
        await destination.accept(state);
        states.set(name, state.state);
      }
    },
    async mustEqual(which, { keys = 'api', when = 'a sync', ...range } = {}) {
      const wrong: string[] = [];
      for (const name of which) {
        const [count] = await destination.query(`SELECT count(*)::INT AS n FROM "${name}"`);
        figures.rows += Number(count?.n ?? 0);
        wrong.push(...(await differences(destination, simulator, name, range, keys)));
      }
      figures.lost += wrong.length;
      assert.deepEqual(wrong.slice(0, 5), [], `after ${when}: ${wrong.length} rows`);
    },
    async close() {
      destination.close();
      await simulator.close();
    },
  };
}
