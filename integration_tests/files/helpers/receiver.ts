import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Test } from 'tap';
import { freePort } from '../../stores/helpers/servers.ts';
import type { Bucket } from './bucket.ts';
import { installTools } from './tools.ts';

export const RECEIVER = resolve(import.meta.dirname, '../../../deploy/webhook/receiver.mjs');
export const TOKEN = 'k7Qx-2mVb_9dRz~4hWn';

export interface Receiver {
  readonly port: number;
  readonly child: ChildProcess;
  /** All that it said. */
  said(): string;
}

/** Resolves when it says that it listens; rejects when it ends before. */
export async function startReceiver(
  t: Test,
  settings: Record<string, string>,
  program = RECEIVER,
): Promise<Receiver> {
  const port = await freePort();
  const env = { ...process.env, RECEIVER_TOKEN: TOKEN, PORT: String(port), ...settings };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  await new Promise<void>((listening, failed) => {
    child.once('exit', (code) => failed(new Error(`the receiver ended with ${code}: ${said}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
        if (said.includes('listens')) listening();
      });
    }
  });
  t.teardown(() => child.kill('SIGKILL'));
  return { port, child, said: () => said };
}

/** The receiver alone in a folder. */
export function copyReceiver(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gokwik-receiver-'));
  copyFileSync(RECEIVER, join(folder, 'receiver.mjs'));
  return join(folder, 'receiver.mjs');
}

/** With aws4fetch beside it, as its README has people install it. */
export function receiverForBuckets(): string {
  const program = copyReceiver();
  symlinkSync(installTools(), join(dirname(program), 'node_modules'));
  return program;
}

export const settingsOf = (bucket: Bucket): Record<string, string> => ({
  S3_BUCKET: bucket.name,
  S3_ENDPOINT: bucket.endpoint,
  AWS_ACCESS_KEY_ID: bucket.accessKeyId,
  AWS_SECRET_ACCESS_KEY: bucket.secretAccessKey,
});

export async function post(
  port: number,
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<number> {
  const address = `http://127.0.0.1:${port}/${path}`;
  return (await fetch(address, { method: 'POST', body, headers })).status;
}

export const makeCaptures = (): string => mkdtempSync(join(tmpdir(), 'gokwik-captures-'));

export const linesOf = (captures: string): string[] =>
  readdirSync(captures).flatMap((name) =>
    readFileSync(join(captures, name), 'utf8').split('\n').filter(Boolean),
  );
