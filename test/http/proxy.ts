import { createServer as createHttp, request as forward, type IncomingMessage } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { type ClientOptions, createClient } from '../../src/http/client.ts';
import { createDownloader } from '../../src/http/download.ts';
import { proxyFor } from '../../src/http/proxy.ts';
import { cert, key } from './helpers/certificate.ts';

const signal = new AbortController().signal;
const TARGET = 'https://api.example.com/v1/x?token=s3cret-query';
const AUTH = `Basic ${Buffer.from('me:s3cret@').toString('base64')}`;

type Lookup = NonNullable<ClientOptions['lookup']>;
/** Names resolve to these addresses here; others are not known. */
const lookupOf = (known: Record<string, string>): Lookup =>
  ((name: string, _options: object, callback: (...answer: unknown[]) => void) => {
    const address = known[name];
    if (address) callback(null, [{ address, family: 4 }]);
    else callback(Object.assign(new Error('not known'), { code: 'ENOTFOUND' }));
  }) as never;

async function listen(t: Test, server: ReturnType<typeof createHttp>): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A proxy that asks for a password and knows one server, behind it, by every name. */
async function setup(t: Test, options: Partial<ClientOptions> = {}) {
  const asked: string[] = [];
  const seen: IncomingMessage['headers'][] = [];
  const answer = (request: IncomingMessage) => {
    seen.push(request.headers);
    return JSON.stringify({ path: request.url });
  };
  const secure = createHttps({ cert, key }, (request, response) => response.end(answer(request)));
  const securePort = await listen(t, secure as never);
  const plainPort = await listen(
    t,
    createHttp((request, response) => response.end(answer(request))),
  );
  const proxy = createHttp((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { 'proxy-authorization': auth, ...headers } = request.headers;
    if (auth !== AUTH) {
      response.writeHead(407).end();
      return;
    }
    const { pathname, search } = new URL(String(request.url));
    forward({ port: plainPort, path: pathname + search, headers }, (got) =>
      got.pipe(response),
    ).end();
  });
  proxy.on('connect', (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url}`);
    if (request.headers['proxy-authorization'] !== AUTH) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const onward = connect(securePort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    for (const end of [socket, onward]) end.on('error', () => {});
    socket.on('close', () => onward.destroy());
  });
  const port = await listen(t, proxy);
  const at = (credentials: string) => `http://${credentials}127.0.0.1:${port}`;
  const common = {
    concurrency: 2,
    allowPrivate: false,
    userAgent: 'test',
    now: Date.now,
    timeoutMs: 5000,
    ca: cert,
    lookup: lookupOf({}),
    env: { HTTPS_PROXY: at('me:s3cret%40@'), http_proxy: at('me:s3cret%40@') },
    ...options,
  };
  const client = createClient(common);
  t.teardown(client.close);
  const get = (address: string) =>
    client.send({ method: 'GET', url: new URL(address), headers: { appsecret: 's3cret' } }, signal);
  return { get, asked, seen, at, common };
}

t.test('https goes through a tunnel, with TLS from end to end', async (t) => {
  const { get, asked, seen } = await setup(t);
  for (let i = 0; i < 3; i += 1) {
    t.match(await get(TARGET), { status: 200, body: { path: '/v1/x?token=s3cret-query' } });
  }
  t.strictSame(asked, ['CONNECT api.example.com:443'], 'which is kept; the proxy learns no more');
  t.match(seen[0], { host: 'api.example.com', appsecret: 's3cret' });
  t.notOk(seen[0]?.['proxy-authorization'], 'its password is not for the target');
});

t.test('the certificate is held against the name that was asked for', async (t) => {
  const { get } = await setup(t);
  t.match(await get('https://other.example.com/'), { kind: 'failure', reason: 'tls' });
  t.match(await get('https://203.0.113.8/'), { reason: 'blocked' }, 'a documentation range');
  const open = await setup(t, { allowPrivate: true });
  t.match(await open.get('https://203.0.113.7/'), { status: 200 });
  t.match(await open.get('https://203.0.113.8/'), { reason: 'tls' });
  const untrusting = await setup(t, { ca: '' });
  t.match(await untrusting.get(TARGET), { reason: 'tls' });
});

t.test('plain http goes through it too, where it is allowed', async (t) => {
  const { get, asked, seen } = await setup(t, { allowPrivate: true });
  t.match(await get('http://simulator.test/v1/x?a=1'), { body: { path: '/v1/x?a=1' } });
  t.strictSame(asked, ['GET http://simulator.test/v1/x?a=1']);
  t.match(seen[0], { host: 'simulator.test', appsecret: 's3cret' });
});

t.test('the guard holds for the target', async (t) => {
  const lookup = lookupOf({ 'rebound.example.com': '10.0.0.7', 'api.example.com': '8.8.8.8' });
  const { get, asked } = await setup(t, { lookup });
  for (const address of [
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:169.254.169.254]/',
    'https://metadata.google.internal/',
    'https://localhost/',
    'http://api.example.com/',
    'https://rebound.example.com/',
  ]) {
    t.match(await get(address), { kind: 'failure', reason: 'blocked' }, address);
  }
  t.strictSame(asked, [], 'the proxy is not even asked');
  t.match(await get(TARGET), { status: 200 });
});

t.test('NO_PROXY', async (t) => {
  const { get, asked, common } = await setup(t);
  const env = { ...common.env, NO_PROXY: 'other.test, .example.com' };
  const direct = createClient({ ...common, env });
  t.teardown(direct.close);
  const request = { method: 'GET', url: new URL(TARGET), headers: {} } as const;
  t.match(await direct.send(request, signal), { reason: 'dns' });
  t.strictSame(asked, []);
  t.match(await get(TARGET), { status: 200 });

  const proxy = 'http://proxy.test:3128';
  const cases: [noProxy: string, address: string, isDirect: boolean][] = [
    ['', 'https://api.example.com/', false],
    ['*', 'https://api.example.com/', true],
    ['example.com', 'https://api.example.com/', true],
    ['*.example.com', 'https://api.example.com/', true],
    ['EXAMPLE.com', 'https://example.com/', true],
    ['ample.com', 'https://example.com/', false],
    ['example.com:8443', 'https://example.com/', false],
    ['example.com:443', 'https://example.com/', true],
    ['8.8.8.8', 'https://8.8.8.8/', true],
    ['8.8.0.0/16', 'https://8.8.8.8/', true],
    ['8.8.0.0/16', 'https://8.9.8.8/', false],
    ['2001:4860::/32', 'https://[2001:4860::1]/', true],
    ['', 'http://127.0.0.1:8080/', true],
  ];
  for (const [no_proxy, address, isDirect] of cases) {
    const chosen = proxyFor(new URL(address), { https_proxy: proxy, HTTP_PROXY: proxy, no_proxy });
    t.equal(chosen === undefined, isDirect, `${no_proxy} ${address}`);
  }
  t.equal(proxyFor(new URL(TARGET), { HTTP_PROXY: proxy }), undefined, 'each has its own');
});

t.test("a proxy's refusal is its own, and its password in no message", async (t) => {
  const { at, common } = await setup(t);
  const cases: [string, string][] = [
    [at('me:s3cret-wrong@'), 'GK_PROXY_407'],
    ['http://me:s3cret@127.0.0.1:1', 'GK_PROXY_ECONNREFUSED'],
    ['http://me:s3cret@proxy.invalid:99999', 'GK_PROXY_ADDRESS'],
    ['socks5://me:s3cret@127.0.0.1:1', 'GK_PROXY_ADDRESS'],
  ];
  for (const [address, code] of cases) {
    const client = createClient({ ...common, env: { HTTPS_PROXY: address } });
    t.teardown(client.close);
    const request = { method: 'GET', url: new URL(TARGET), headers: {} } as const;
    const result = await client.send(request, signal);
    t.match(result, { kind: 'failure', reason: 'proxy', detail: new RegExp(code) });
    t.notMatch(inspect(result, { depth: 9 }), /s3cret/);
  }
});

t.test('downloads go the same way', async (t) => {
  const { common, asked } = await setup(t);
  const downloader = createDownloader({ ...common, retries: 0 });
  t.teardown(downloader.close);
  const file = await downloader.open(TARGET, {}, signal);
  const chunks: Buffer[] = [];
  for await (const chunk of file?.body ?? []) chunks.push(chunk);
  t.match(Buffer.concat(chunks).toString(), /v1/);
  t.strictSame(asked, ['CONNECT api.example.com:443']);
  await t.rejects(downloader.open('https://169.254.169.254/', {}, signal), {
    code: 'GK_FILE_ADDRESS',
  });
});
