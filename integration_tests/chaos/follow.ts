import type { ChildProcess } from 'node:child_process';
import { writeInputs } from '../connector.ts';
import { startHastened } from './attempt.ts';
import { figures } from './figures.ts';
import { createScanner } from './secrets.ts';
import { PRESENT } from './stage.ts';

const RECORD = '{"type":"RECORD"';
const KEY = '"record_key":"';

/** Runs one long read and keeps nothing of it but the count of its records. */
export async function followRead(options: {
  stream: string;
  config: Record<string, unknown>;
  env: NodeJS.ProcessEnv;
  onStart: (child: ChildProcess) => void;
  /** Called with each record's key. */
  onKey: (key: string) => void;
}): Promise<{ code: number | null; stderr: string; seen: number; endedMs: number }> {
  const { stream } = options;
  const stub = { name: stream, json_schema: {}, supported_sync_modes: ['incremental'] };
  const inputs = writeInputs({
    config: { app_id: 'soak-app-id', app_secret: 'soak-app-secret', ...options.config },
    catalog: { streams: [{ stream: stub, sync_mode: 'incremental' }] },
  });
  const child = startHastened(
    ['read', '--debug', '--config', inputs.config, '--catalog', inputs.catalog],
    { CHAOS_NOW: String(PRESENT), ...options.env },
    'pipe',
  );
  options.onStart(child);
  figures.syncs += 1;
  const scanner = createScanner(['soak-app-id', 'soak-app-secret']);
  let seen = 0;
  let stderr = '';
  let lastMs = 0;
  let rest = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => {
    const text = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, from)) {
      if (text.toString('latin1', from, from + RECORD.length) === RECORD) {
        seen += 1;
        const key = text.indexOf(KEY, from) + KEY.length;
        options.onKey(text.toString('latin1', key, text.indexOf(34, key)));
      }
      from = at + 1;
    }
    scanner.scan('a long sync', text);
    rest = text.subarray(from);
    lastMs = performance.now();
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, stderr, seen, endedMs: performance.now() - lastMs };
}
