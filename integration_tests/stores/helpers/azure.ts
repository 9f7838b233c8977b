import { createHmac } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { azuriteScript } from './install.ts';
import { type Bucket, startProgram } from './servers.ts';

/* Azurite, and what its owner does: signed here once more, by the documents and not by our own code. */

const VERSION = '2020-12-06';

export interface Azurite extends Bucket {
  readonly account: string;
  readonly key: string;
  /** A SAS of the container. */
  sas(rights: string, fromMs: number, toMs: number): string;
}

export async function startAzure(container: string): Promise<Azurite> {
  const account = 'gokwiktest';
  const key = Buffer.from('a key of the test account, of no other one').toString('base64');
  const folder = mkdtempSync(join(tmpdir(), 'gokwik-azure-'));
  const server = await startProgram(
    process.execPath,
    (port) => [
      ...[azuriteScript(), '--blobHost', '127.0.0.1', '--blobPort', String(port)],
      ...['--location', folder, '--silent', '--disableTelemetry'],
    ],
    { AZURITE_ACCOUNTS: `${account}:${key}` },
  );
  const hmac = (text: string): string =>
    createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');

  async function send(
    method: string,
    path: string,
    query: Record<string, string>,
    body?: Buffer,
  ): Promise<Response> {
    const url = new URL(`http://127.0.0.1:${server.port}/${account}/${path}`);
    url.search = new URLSearchParams(query).toString();
    const own = {
      ...(body && path.includes('/') && { 'x-ms-blob-type': 'BlockBlob' }),
      'x-ms-date': new Date().toUTCString(),
      'x-ms-version': VERSION,
    };
    const text = [
      ...[method, '', '', body && body.length > 0 ? String(body.length) : '', '', ''],
      ...['', '', '', '', '', ''],
      ...Object.entries(own).map(([name, value]) => `${name}:${value}`),
      `/${account}${url.pathname}`,
      ...Object.entries(query).map(([name, value]) => `${name}:${value}`),
    ].join('\n');
    const headers = { ...own, Authorization: `SharedKey ${account}:${hmac(text)}` };
    const answer = await fetch(url, {
      method,
      headers,
      ...(body && { body: new Uint8Array(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
  const pathOf = (name: string): string =>
    `${container}/${name.split('/').map(encodeURIComponent).join('/')}`;
  await send('PUT', container, { restype: 'container' });
  return {
    port: server.port,
    account,
    key,
    sas(rights, fromMs, toMs) {
      const [start, end] = [fromMs, toMs].map(
        (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`,
      );
      const text = [
        ...[rights, start, end, `/blob/${account}/${container}`, '', '', '', VERSION, 'c'],
        ...['', '', '', '', '', '', ''],
      ].join('\n');
      const query = {
        sp: rights,
        st: start ?? '',
        se: end ?? '',
        sv: VERSION,
        sr: 'c',
        sig: hmac(text),
      };
      return new URLSearchParams(query).toString();
    },
    async put(name, bytes) {
      await send('PUT', pathOf(name), {}, Buffer.from(bytes as Buffer));
    },
    async modifiedMs(name) {
      const answer = await send('HEAD', pathOf(name), {});
      return Date.parse(answer.headers.get('last-modified') ?? '');
    },
    close: server.close,
  };
}
