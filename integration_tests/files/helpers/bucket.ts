import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Test } from 'tap';
import { goProgram } from '../../stores/helpers/install.ts';
import { freePort } from '../../stores/helpers/servers.ts';
import { installTools } from './tools.ts';

/** An S3 of our own, which checks signatures. */
export interface Store {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Bucket extends Store {
  readonly name: string;
  /** What the bucket holds, by key; read with signed requests, as anyone would. */
  read(): Promise<Map<string, string>>;
}

type Signed = (address: string, init?: RequestInit) => Promise<Response>;

export async function startStore(teardown: (end: () => void) => void): Promise<Store> {
  const root = mkdtempSync(join(tmpdir(), 'gokwik-s3-'));
  const port = await freePort();
  const [accessKeyId, secretAccessKey] = ['test', randomBytes(16).toString('hex')];
  const env = { ...process.env, ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey };
  const args = ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--nometa', root];
  const server = spawn(goProgram('versitygw'), args, { env, stdio: 'ignore' });
  teardown(() => server.kill());
  const endpoint = `http://127.0.0.1:${port}`;
  await untilThere(endpoint);
  return { endpoint, accessKeyId, secretAccessKey };
}

export async function openBucket(t: Pick<Test, 'teardown'>, name = 'captures'): Promise<Bucket> {
  const store = await startStore((end) => t.teardown(end));
  const { endpoint, accessKeyId, secretAccessKey } = store;
  const { AwsClient } = await import(
    pathToFileURL(join(installTools(), 'aws4fetch/dist/aws4fetch.esm.mjs')).href
  );
  const settings = { accessKeyId, secretAccessKey, service: 's3', region: 'us-east-1' };
  const client: { fetch: Signed } = new AwsClient(settings);
  const signed: Signed = (address, init) => client.fetch(address, init);
  const base = `${endpoint}/${name}`;
  const made = await signed(base, { method: 'PUT' });
  if (!made.ok) throw new Error(`the bucket was not made: HTTP ${made.status}`);
  return { ...store, name, read: () => readAll(signed, base) };
}

/** Until it takes connections; it says nothing itself. */
async function untilThere(endpoint: string): Promise<void> {
  for (const until = Date.now() + 20_000; ; ) {
    const isThere = await fetch(endpoint).then(
      (answer) => answer.arrayBuffer(),
      () => false,
    );
    if (isThere) return;
    if (Date.now() > until) throw new Error('versitygw does not answer');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function readAll(signed: Signed, base: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let token = ''; ; ) {
    const more = token && `&continuation-token=${encodeURIComponent(token)}`;
    const page = await (await signed(`${base}?list-type=2${more}`)).text();
    for (const [, key = ''] of page.matchAll(/<Key>([^<]*)<\/Key>/g)) {
      found.set(key, await (await signed(`${base}/${key}`)).text());
    }
    token = /<NextContinuationToken>([^<]*)</.exec(page)?.[1] ?? '';
    if (!token) return found;
  }
}

/** As files in a folder, which the connector reads. */
export async function download(bucket: Bucket): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gokwik-bucket-'));
  for (const [key, text] of await bucket.read()) {
    const path = join(folder, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}
