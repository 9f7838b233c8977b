/**
 * Records per second of `read` next to the raw loop, which is what one core can parse and print. Both
 * without the image's flags: those trade memory of the image's Node for time of it, and are no work of ours.
 */
import { type Candidate, type Measured, measure } from './measure.ts';
import { ENV, helper, ROWS_PER_WINDOW, readCommand, startServer } from './setup.ts';

export interface Throughput {
  readonly pageSize: number;
  readonly raw: Measured;
  readonly plain: Measured;
  /** Not in the short form. */
  readonly hash?: Measured;
}

export async function measureThroughput(
  pageSize: number,
  windows: number,
  rounds: number,
  isShort = false,
): Promise<Throughput> {
  const server = await startServer();
  const records = windows * ROWS_PER_WINDOW;
  const read = (name: string, config: Readonly<Record<string, unknown>>): Candidate => ({
    name,
    records,
    options: {
      command: readCommand({
        url: server.url,
        windows,
        rowsPerWindow: ROWS_PER_WINDOW,
        pageSize,
        flags: [],
        config,
      }),
      env: ENV,
    },
  });
  const base = `${server.url}/w/${ROWS_PER_WINDOW}`;
  const rawCommand = [process.execPath, helper('raw'), base, windows, pageSize, 4].map(String);
  try {
    const hashed = { pii_mode: 'hash', pii_hash_key: '5d0c9a7e41b83f26d5e90c17ab64f382' };
    const candidates = [
      { name: 'raw loop', records, options: { command: rawCommand } },
      read('read', {}),
      ...(isShort ? [] : [read('read, pii_mode=hash', hashed)]),
    ];
    const [raw, plain, hash] = await measure(candidates, rounds);
    if (!raw || !plain) throw new Error('a candidate was not measured');
    return { pageSize, raw, plain, ...(hash && { hash }) };
  } finally {
    server.stop();
  }
}
