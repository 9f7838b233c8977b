import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import { run } from '../../src/cdk/run.ts';
import { gokwikSource } from '../../src/gokwik/source.ts';
import { ALLOW_PRIVATE, type Printed } from '../connector.ts';
import { workFolder } from './attempt.ts';
import { figures } from './figures.ts';
import { createScanner } from './secrets.ts';

/** One sync inside this process, for when there are hundreds: a simulated present, real everything else. */
export async function syncInside(options: {
  config: Record<string, unknown>;
  catalog: object;
  states: Iterable<JsonObject>;
  nowMs: number;
  random: () => number;
}): Promise<{ code: number; lines: Printed[] }> {
  figures.syncs += 1;
  const write = (name: string, content: unknown): string => {
    const path = join(workFolder, `inside-${name}.json`);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  let text = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const beganMs = performance.now();
  const code = await run({
    source: gokwikSource,
    argv: [
      'read',
      '--debug',
      ...['--config', write('config', options.config)],
      ...['--catalog', write('catalog', options.catalog)],
      ...['--state', write('state', [...options.states])],
    ],
    sink,
    root: new AbortController(),
    version: 'chaos',
    env: ALLOW_PRIVATE,
    // It goes on, as waits of a millisecond between requests need it to.
    now: () => Math.floor(options.nowMs + performance.now() - beganMs),
    random: options.random,
    complain: (complaint) => {
      throw new Error(complaint);
    },
  });
  const { app_id, app_secret, return_prime_token } = options.config;
  const secrets = [app_id, app_secret, return_prime_token].filter((one) => typeof one === 'string');
  createScanner(secrets).scan('a sync', text);
  const lines = text
    .split('\n')
    .filter(Boolean)
    .map((line): Printed => JSON.parse(line));
  return { code, lines };
}
