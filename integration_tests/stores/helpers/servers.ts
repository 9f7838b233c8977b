import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { goProgram } from './install.ts';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

export interface Started {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts a server and waits until it takes connections. */
export async function startProgram(
  program: string,
  args: (port: number) => readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Started> {
  const port = await freePort();
  const child: ChildProcess = spawn(program, args(port), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-4000);
    });
  }
  for (const deadline = Date.now() + 20_000; ; await sleep(50)) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${program} does not listen: ${said}`);
    const socket = connect(port, '127.0.0.1');
    const isThere = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) break;
  }
  return {
    port,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** What a store holds, as its owner changes it. */
export interface Bucket {
  readonly port: number;
  put(key: string, bytes: Buffer | string): Promise<void>;
  /** When the store says that it was written (ms). */
  modifiedMs(key: string): Promise<number>;
  close(): Promise<void>;
}

export const S3_KEYS = {
  access_key_id: 'AKIDTESTGOKWIK000001',
  secret_access_key: 'wJalr+Test/Only=SecretOfTheGateway01',
};

/** An S3 that checks signatures, with a bucket and, besides its owner, a user who may do nothing. */
export async function startS3(
  bucket: string,
): Promise<Bucket & { readonly reader: typeof S3_KEYS }> {
  const folder = mkdtempSync(join(tmpdir(), 'gokwik-s3-'));
  const [root, iam] = [join(folder, 'root'), join(folder, 'iam')];
  for (const path of [root, iam]) mkdirSync(path);
  const server = await startProgram(
    goProgram('versitygw'),
    (port) => [
      '--quiet',
      '--keep-alive',
      '--port',
      `127.0.0.1:${port}`,
      '--iam-dir',
      iam,
      'posix',
      root,
    ],
    {
      ROOT_ACCESS_KEY: S3_KEYS.access_key_id,
      ROOT_SECRET_KEY: S3_KEYS.secret_access_key,
    },
  );
  const client = new AwsClient({
    accessKeyId: S3_KEYS.access_key_id,
    secretAccessKey: S3_KEYS.secret_access_key,
    service: 's3',
    region: 'us-east-1',
  });
  const send = async (method: string, path: string, body?: Buffer | string): Promise<Response> => {
    const address = `http://127.0.0.1:${server.port}/${path}`;
    const answer = await client.fetch(address, { method, ...(body !== undefined && { body }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const pathOf = (key: string): string =>
    `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const reader = {
    access_key_id: 'AKIDREADER0000000002',
    secret_access_key: 'reader+secret/of=the-test-0002',
  };
  const { access_key_id, secret_access_key } = reader;
  await send(
    'PATCH',
    'create-user',
    `<Account><Access>${access_key_id}</Access><Secret>${secret_access_key}</Secret><Role>user</Role></Account>`,
  );
  await send('PUT', bucket);
  return {
    port: server.port,
    reader,
    async put(key, bytes) {
      await send('PUT', pathOf(key), bytes);
    },
    async modifiedMs(key) {
      const answer = await send('HEAD', pathOf(key));
      return Date.parse(answer.headers.get('last-modified') ?? '');
    },
    close: server.close,
  };
}
