import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { goProgram } from './install.ts';
import { type Bucket, startProgram } from './servers.ts';

/*
 * Google as far as the connector asks it: a token for a claim that is signed, and Drive's and Sheets'
 * calls as their documents have them, with pages of three. Cloud Storage is fake-gcs-server.
 */

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const EMAIL = 'reader@gokwik-test.iam.gserviceaccount.com';
const TOKEN = 'ya29.a-token-of-the-test-which-no-one-may-see';

/** The key file of an account, changed so. */
export const serviceAccount = (tokenPort: number, changes: object = {}): string =>
  JSON.stringify({
    type: 'service_account',
    private_key_id: 'k1',
    private_key: pem,
    client_email: EMAIL,
    token_uri: `http://127.0.0.1:${tokenPort}/token`,
    ...changes,
  });

export const SECRETS = [TOKEN, pem.split('\n')[3] ?? ''];
export { EMAIL };

/** Of a claim: why Google would give no token for it. */
function refuse(assertion: string, audience: string): string | undefined {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url')))
    return 'Invalid JWT Signature.';
  const { iss, scope, aud, iat, exp } = JSON.parse(Buffer.from(body, 'base64url').toString());
  const now = Date.now() / 1000;
  if (aud !== audience || !String(scope).startsWith('https://www.googleapis.com/auth/'))
    return 'Invalid JWT.';
  if (iss !== EMAIL) return 'Invalid grant: account not found';
  if (Math.abs(iat - now) > 300 || exp - iat > 3600)
    return 'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';
  return undefined;
}

interface Item {
  readonly id: string;
  readonly parent: string;
  readonly name: string;
  readonly mimeType: string;
  readonly modifiedMs: number;
  readonly bytes?: Buffer;
  /** Of a sheet. */
  readonly tabs?: Readonly<Record<string, readonly (readonly unknown[])[]>>;
}

export interface Drive extends Bucket {
  /** What is shared with the account: the folder. */
  readonly root: string;
  addSheet(parentKey: string, name: string, tabs: Item['tabs']): string;
  /** Calls since the start, by path without ids. */
  readonly asked: string[];
}

const FOLDER = 'application/vnd.google-apps.folder';
const SHEET = 'application/vnd.google-apps.spreadsheet';

export async function startDrive(): Promise<Drive> {
  const items = new Map<string, Item>();
  const asked: string[] = [];
  let next = 0;
  const add = (item: Omit<Item, 'id'>): string => {
    const old = [...items.values()].find(
      ({ parent, name }) => parent === item.parent && name === item.name,
    );
    const id = old?.id ?? `id-${++next}`;
    items.set(id, { ...item, id });
    return id;
  };
  const root = add({ parent: '', name: 'shared', mimeType: FOLDER, modifiedMs: Date.now() });
  const folderAt = (parts: readonly string[]): string =>
    parts.reduce((parent, name) => {
      const known = [...items.values()].find((one) => one.parent === parent && one.name === name);
      return known?.id ?? add({ parent, name, mimeType: FOLDER, modifiedMs: Date.now() });
    }, root);

  const json = (response: ServerResponse, status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  const fail = (response: ServerResponse, status: number, reason: string): void =>
    json(response, status, { error: { code: status, message: `no`, errors: [{ reason }] } });
  const factsOf = ({ id, name, mimeType, modifiedMs, bytes }: Item) => ({
    id,
    name,
    mimeType,
    modifiedTime: new Date(modifiedMs).toISOString(),
    ...(bytes && {
      size: String(bytes.length),
      md5Checksum: createHash('md5').update(bytes).digest('hex'),
    }),
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`);
    if (url.pathname === '/token') {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += chunk;
      const assertion = new URLSearchParams(text).get('assertion') ?? '';
      const why = refuse(assertion, url.href);
      if (why) json(response, 400, { error: 'invalid_grant', error_description: why });
      else json(response, 200, { access_token: TOKEN, expires_in: 3599, token_type: 'Bearer' });
      return;
    }
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return fail(response, 401, 'authError');
    const [, id = '', , range = ''] =
      /^\/(?:drive\/v3\/files|v4\/spreadsheets)\/?([^/]*)(\/values\/)?(.*)$/.exec(url.pathname) ??
      [];
    asked.push(url.pathname.replace(id, 'ID'));
    const item = items.get(id);
    if (url.pathname === '/drive/v3/files') {
      const [, parent = ''] =
        /^'(.*)' in parents and trashed = false$/.exec(url.searchParams.get('q') ?? '') ?? [];
      const all = [...items.values()].filter((one) => one.parent === parent);
      const from = Number(url.searchParams.get('pageToken') ?? 0);
      const more = from + 3 < all.length ? { nextPageToken: String(from + 3) } : {};
      return json(response, 200, { files: all.slice(from, from + 3).map(factsOf), ...more });
    }
    if (!item) return fail(response, 404, 'notFound');
    if (url.pathname.startsWith('/v4/')) {
      const { tabs } = item;
      if (!tabs) return fail(response, 400, 'FAILED_PRECONDITION');
      if (range === '') {
        const sheets = Object.keys(tabs).map((title) => ({
          properties: { title, sheetType: 'GRID' },
        }));
        return json(response, 200, { sheets });
      }
      const title = decodeURIComponent(range).slice(1, -1).replaceAll("''", "'");
      return json(response, 200, { range: title, majorDimension: 'ROWS', values: tabs[title] });
    }
    if (url.searchParams.get('alt') !== 'media') return json(response, 200, factsOf(item));
    const { bytes } = item;
    if (!bytes) return fail(response, 403, 'fileNotDownloadable');
    const [, begin, end] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const from = Number(begin ?? 0);
    const piece = bytes.subarray(from, end ? Number(end) + 1 : bytes.length);
    response.writeHead(begin === undefined ? 200 : 206, { 'content-length': piece.length });
    response.end(piece);
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const find = (key: string): Item | undefined => {
    const parts = key.split('/');
    const name = parts.pop() ?? '';
    const parent = folderAt(parts);
    return [...items.values()].find((one) => one.parent === parent && one.name === name);
  };
  return {
    port: (server.address() as { port: number }).port,
    root,
    asked,
    async put(key, bytes) {
      const parts = key.split('/');
      const name = parts.pop() ?? '';
      const content = Buffer.from(bytes as Buffer);
      add({
        parent: folderAt(parts),
        name,
        mimeType: 'text/csv',
        modifiedMs: Date.now(),
        bytes: content,
      });
    },
    addSheet: (parentKey, name, tabs) =>
      add({
        ...{
          parent: folderAt(parentKey.split('/')),
          name,
          mimeType: SHEET,
          modifiedMs: Date.now(),
        },
        ...(tabs && { tabs }),
      }),
    modifiedMs: async (key) => find(key)?.modifiedMs ?? 0,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Cloud Storage with a bucket; it asks for no token. */
export async function startGcs(bucket: string): Promise<Bucket> {
  const server = await startProgram(goProgram('fake-gcs-server'), (port) => [
    ...['-scheme', 'http', '-backend', 'memory', '-host', '127.0.0.1', '-port', String(port)],
    ...['-log-level', 'error'],
  ]);
  const base = `http://127.0.0.1:${server.port}`;
  const send = async (method: string, path: string, body?: Buffer | string): Promise<Response> => {
    const answer = await fetch(base + path, {
      method,
      ...(body !== undefined && { body: body as string }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  await send('POST', '/storage/v1/b', JSON.stringify({ name: bucket }));
  return {
    port: server.port,
    async put(key, bytes) {
      const query = new URLSearchParams({ uploadType: 'media', name: key });
      await send('POST', `/upload/storage/v1/b/${bucket}/o?${query}`, bytes);
    },
    async modifiedMs(key) {
      const answer = await send('GET', `/storage/v1/b/${bucket}/o/${encodeURIComponent(key)}`);
      return Date.parse(((await answer.json()) as { updated: string }).updated);
    },
    close: server.close,
  };
}
