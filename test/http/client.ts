import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import nock from 'nock';
import t, { type Test } from 'tap';
import { type ClientOptions, createClient } from '../../src/http/client.ts';
import type { Failure } from '../../src/http/outcome.ts';
import { serve } from './helpers/server.ts';

const signal = new AbortController().signal;
const HOST = 'https://api.example.com';

function client(t: Pick<Test, 'teardown'>, setup: Partial<ClientOptions> = {}) {
  const created = createClient({
    concurrency: 4,
    allowPrivate: true,
    userAgent: 'source-gokwik/test',
    now: Date.now,
    ...setup,
  });
  t.teardown(created.close);
  return created;
}

const request = (url: string, headers: Record<string, string> = {}) => ({
  method: 'GET' as const,
  url: new URL(url),
  headers,
});
const json = (response: ServerResponse, body: string, headers: Record<string, string> = {}) =>
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);

t.test('with mocks', async (t) => {
  nock.disableNetConnect();
  t.afterEach(() => {
    if (!nock.isDone()) throw new Error(`not asked for: ${nock.pendingMocks().join(', ')}`);
  });
  t.teardown(() => {
    nock.cleanAll();
    nock.enableNetConnect();
    nock.restore();
  });

  t.test('an answer is plain data', async (t) => {
    nock(HOST, {
      reqheaders: {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        'user-agent': 'source-gokwik/test',
        appsecret: 's3cret',
      },
    })
      .get('/v1/order/list')
      .query({ a: '1' })
      .reply(200, '{"statusCode":200,"id":9007199254740993}', {
        'X-Request-Id': 'abc',
        'Set-Cookie': 'a=b',
      });
    const url = `${HOST}/v1/order/list?a=1`;
    const result = await client(t).send(request(url, { appsecret: 's3cret' }), signal);
    t.match(result, {
      kind: 'response',
      status: 200,
      headers: { 'x-request-id': 'abc' },
    });
    t.strictSame(result.kind === 'response' && result.body, {
      statusCode: 200,
      id: '9007199254740993',
    });
    t.notOk(result.headers?.['set-cookie']);
    t.ok(result.ms >= 0);
  });

  t.test('a body is sent as it is given, with its content type', async (t) => {
    const text = '{ "page" : 9007199254740993 }';
    const forms = [
      ['application/json', text],
      ['application/x-www-form-urlencoded', 'a=1&b=%20'],
      ['application/graphql', 'query { a }'],
    ] as const;
    for (const [type, body] of forms) {
      nock(HOST, { reqheaders: { 'content-type': type, appsecret: 's3cret' } })
        .post('/v1/x', (_: unknown) => true)
        .reply(200, (_, received) => ({
          received: typeof received === 'string' ? received : 'parsed',
        }));
      const asked = {
        ...request(`${HOST}/v1/x`, { appsecret: 's3cret' }),
        method: 'POST' as const,
      };
      const result = await client(t).send({ ...asked, body: { type, text: body } }, signal);
      t.match(result, { kind: 'response', status: 200 });
    }
    nock(HOST).post('/v1/x').reply(500, '<html>');
    const asked = { ...request(`${HOST}/v1/x`), method: 'POST' as const };
    t.match(await client(t).send(asked, signal), { detail: /^POST api\.example\.com\/v1\/x: / });
  });

  t.test('any status with JSON is an answer', async (t) => {
    for (const status of [201, 401, 404, 429, 500, 503]) {
      nock(HOST).get('/x').reply(status, '{"a":1}', { 'Retry-After': '7' });
      const result = await client(t).send(request(`${HOST}/x`), signal);
      t.match(result, {
        kind: 'response',
        status,
        body: { a: 1 },
        headers: { 'retry-after': '7' },
      });
    }
  });

  t.test('what is not JSON carries its status and headers', async (t) => {
    const bodies: [number, string | Buffer][] = [
      [200, '<html><body>s3cret page</body></html>'],
      [502, '<html>Bad gateway</html>'],
      [204, ''],
      [200, Buffer.from([0x22, 0xff, 0x22])],
      [200, '{"a":1'],
    ];
    for (const [status, body] of bodies) {
      nock(HOST)
        .get('/x')
        .reply(status, body, { 'Content-Type': 'text/html; charset=x', 'Retry-After': '9' });
      const result = (await client(t).send(request(`${HOST}/x`), signal)) as Failure;
      t.match(result, {
        kind: 'failure',
        reason: body.length === 0 ? 'empty' : 'not_json',
        status,
        headers: { 'retry-after': '9' },
      });
      t.match(result.detail, `GET api.example.com/x: HTTP ${status}, text/html, `);
      t.notMatch(inspect(result), /s3cret/);
    }
  });

  t.test('a redirect is not followed, and names its host only', async (t) => {
    const targets: [string, string][] = [
      ['https://evil.example/login?token=s3cret', 'evil.example'],
      ['/elsewhere', 'api.example.com'],
      ['//other.example:8443/', 'other.example:8443'],
      ['http://', 'an unreadable address'],
    ];
    for (const status of [301, 302, 303, 307, 308]) {
      for (const [location, host] of targets) {
        nock(HOST).get('/x').reply(status, '', { Location: location });
        const result = (await client(t).send(request(`${HOST}/x`), signal)) as Failure;
        t.match(result, { kind: 'failure', reason: 'redirect', status, redirectHost: host });
        t.notMatch(result.detail, /s3cret|login/);
      }
    }
    nock(HOST).get('/x').reply(304);
    const result = await client(t).send(request(`${HOST}/x`), signal);
    t.match(result, { reason: 'empty', status: 304 }, 'without a location it is none');
  });

  t.test('network errors by their code', async (t) => {
    const codes: Record<string, string[]> = {
      dns: ['ENOTFOUND', 'EAI_AGAIN'],
      refused: ['ECONNREFUSED'],
      reset: ['ECONNRESET', 'EPIPE'],
      timeout: ['ETIMEDOUT', 'ERR_TLS_HANDSHAKE_TIMEOUT'],
      tls: [
        'CERT_HAS_EXPIRED',
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        'SELF_SIGNED_CERT_IN_CHAIN',
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        'ERR_TLS_CERT_ALTNAME_INVALID',
        'ERR_SSL_WRONG_VERSION_NUMBER',
        'EPROTO',
        'HOSTNAME_MISMATCH',
      ],
      blocked: ['GK_BLOCKED'],
      proxy: ['GK_PROXY_407'],
      other: ['EHOSTUNREACH', 'HPE_INVALID_CONSTANT', 'not a code: s3cret'],
    };
    for (const [reason, list] of Object.entries(codes)) {
      for (const code of list) {
        nock(HOST)
          .get('/x')
          .replyWithError(Object.assign(new Error(`s3cret ${code}`), { code }));
        const result = (await client(t).send(request(`${HOST}/x`), signal)) as Failure;
        t.equal(result.reason, reason, code);
        t.equal(result.status, undefined);
        t.notMatch(inspect(result), /s3cret/);
      }
    }
    const several = new AggregateError([Object.assign(new Error('v6'), { code: 'ECONNREFUSED' })]);
    nock(HOST).get('/x').replyWithError(several);
    t.match(
      await client(t).send(request(`${HOST}/x`), signal),
      { reason: 'refused' },
      'of several addresses',
    );
  });

  t.test('literal private addresses and other schemes are not even tried', async (t) => {
    const strict = client(t, { allowPrivate: false });
    for (const url of [
      'https://127.0.0.1/x',
      'https://localhost/x',
      'https://[::1]/x',
      'http://api.example.com/x',
      'https://169.254.169.254/latest',
    ]) {
      t.match(
        await strict.send(request(url), signal),
        { reason: 'blocked', detail: /GK_BLOCKED$/ },
        url,
      );
    }
    t.match(await client(t).send(request('data:application/json,{}'), signal), {
      reason: 'blocked',
    });
    t.match(await client(t).send(request('file:///etc/passwd'), signal), { reason: 'blocked' });
  });

  t.test('an abort before', async (t) => {
    const root = AbortSignal.abort(new Error('stop'));
    t.match(await client(t).send(request(`${HOST}/x`), root), {
      kind: 'failure',
      reason: 'aborted',
    });
  });
});

t.test('with a real server', async (t) => {
  t.test('gzip is undone, and cut gzip is seen', async (t) => {
    const body = JSON.stringify({
      rows: Array.from({ length: 1000 }, (_, id) => ({ id, city: 'पुणे' })),
    });
    const packed = gzipSync(body);
    const { url } = await serve(t, (incoming, response) => {
      if (incoming.url === '/whole')
        json(response, packed as never, { 'content-encoding': 'gzip' });
      else if (incoming.url === '/cut')
        json(response, packed.subarray(0, -12) as never, { 'content-encoding': 'gzip' });
      else if (incoming.url === '/lie') json(response, body, { 'content-encoding': 'gzip' });
      else json(response, body, { 'content-encoding': 'constructor' });
    });
    const { send } = client(t);
    const whole = await send(request(`${url}/whole`), signal);
    t.strictSame(whole.kind === 'response' && whole.body, JSON.parse(body));
    t.match(await send(request(`${url}/cut`), signal), {
      reason: 'truncated',
      status: 200,
      detail: /Z_BUF_ERROR/,
    });
    t.match(await send(request(`${url}/lie`), signal), { reason: 'not_json', status: 200 });
    t.match(
      await send(request(`${url}/odd`), signal),
      { kind: 'response' },
      'unknown encoding, taken as it is',
    );
  });

  t.test('a gzip bomb is stopped at the cap', async (t) => {
    // 128 MiB of zeros in half a MiB.
    const bomb = gzipSync(Buffer.alloc(128 * 1024 * 1024), { level: 1 });
    const { url } = await serve(t, (_, response) =>
      json(response, bomb as never, { 'content-encoding': 'gzip' }),
    );
    let peak = 0;
    const before = process.memoryUsage().arrayBuffers;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    }, 1);
    const result = await client(t, { maxBytes: 8 * 1024 * 1024 }).send(request(url), signal);
    clearInterval(watch);
    t.match(result, { kind: 'failure', reason: 'too_large', status: 200 });
    t.ok(peak < 64 * 1024 * 1024, `held at most ${Math.round(peak / 1048576)} MiB`);
  });

  t.test('a body over the cap is stopped, announced or not', async (t) => {
    let sent = 0;
    const server = await serve(t, (incoming, response) => {
      if (incoming.url === '/announced') {
        response.writeHead(200, { 'content-length': '99999999' }).write('[');
        return;
      }
      if (incoming.url === '/exact') {
        json(response, `"${'x'.repeat(998)}"`);
        return;
      }
      const more = () => {
        if (response.destroyed) return;
        sent += 65_536;
        response.write('x'.repeat(65_536), () => setImmediate(more));
      };
      more();
    });
    const { url } = server;
    const { send } = client(t, { maxBytes: 1000 });
    t.match(await send(request(`${url}/announced`), signal), { reason: 'too_large', status: 200 });
    t.match(await send(request(`${url}/endless`), signal), { reason: 'too_large', status: 200 });
    t.match(
      await send(request(`${url}/exact`), signal),
      { kind: 'response', body: 'x'.repeat(998) },
      'the cap itself is fine',
    );
    t.ok(sent < 50 * 1024 * 1024);
    await new Promise((resolve) => setTimeout(resolve, 30));
    t.equal(server.open(), 1, 'only the connection of the good answer is kept');
  });

  t.test('stalls and trickles end at the deadline', async (t) => {
    const server = await serve(t, (incoming, response) => {
      if (incoming.url === '/silent') return;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('[1');
      if (incoming.url === '/stall') return;
      const trickle = setInterval(() => response.write(',1'), 10);
      response.on('close', () => clearInterval(trickle));
    });
    const { send } = client(t, { timeoutMs: 80 });
    for (const [path, status] of [
      ['/silent', undefined],
      ['/stall', 200],
      ['/trickle', 200],
    ]) {
      const startedMs = Date.now();
      const result = (await send(request(`${server.url}${path}`), signal)) as Failure;
      t.match(result, { kind: 'failure', reason: 'timeout' }, String(path));
      t.equal(result.status, status);
      t.ok(Date.now() - startedMs < 3000);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    t.equal(server.open(), 0, 'the connections are gone');
  });

  t.test('cut and reset connections', async (t) => {
    const { url } = await serve(t, (incoming, response) => {
      if (incoming.url === '/reset') incoming.socket.resetAndDestroy();
      else if (incoming.url === '/hangup') incoming.socket.destroy();
      else {
        const length = incoming.url === '/cut' ? { 'content-length': '1000' } : {};
        response.writeHead(200, { 'content-type': 'application/json', ...length });
        response.write('[1,2]', () => incoming.socket.destroy());
      }
    });
    const { send } = client(t);
    t.match(await send(request(`${url}/reset`), signal), { reason: 'reset' });
    t.match(await send(request(`${url}/hangup`), signal), { reason: 'reset' });
    t.match(await send(request(`${url}/cut`), signal), { reason: 'truncated', status: 200 });
    t.match(
      await send(request(`${url}/chunked`), signal),
      { reason: 'truncated', status: 200 },
      'though what came is JSON',
    );
  });

  t.test('refused, and https where plain http is spoken', async (t) => {
    const { url } = await serve(t, (_, response) => json(response, '{}'));
    const { send } = client(t);
    t.match(await send(request(url.replace('http:', 'https:')), signal), { reason: 'tls' });
    t.match(await send(request('http://127.0.0.1:1/'), signal), { reason: 'refused' });
  });

  t.test('a name that resolves to a private address is blocked at connect time', async (t) => {
    const server = await serve(t, (_, response) => json(response, '{}'));
    const { port } = new URL(server.url);
    const lookup = ((_host: string, _options: object, callback: (...answer: unknown[]) => void) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }])) as never;
    const url = `https://rebound.example.com:${port}/`;
    const open = client(t, { lookup });
    t.match(await open.send(request(url), signal), { reason: 'tls' }, 'allowed: it gets there');
    t.equal(server.accepted(), 1);
    const guarded = client(t, { lookup, allowPrivate: false });
    t.match(await guarded.send(request(url), signal), { reason: 'blocked' });
    t.equal(server.accepted(), 1);
  });

  t.test('connections are kept and their number is bounded', async (t) => {
    let under = 0;
    let most = 0;
    const server = await serve(t, (_, response) => {
      under += 1;
      most = Math.max(most, under);
      setTimeout(() => {
        under -= 1;
        json(response, '{}');
      }, 5);
    });
    const { send } = client(t, { concurrency: 3 });
    await Promise.all(Array.from({ length: 30 }, () => send(request(server.url), signal)));
    t.equal(most, 3);
    for (let i = 0; i < 5; i += 1) await send(request(server.url), signal);
    t.equal(server.accepted(), 3);
  });

  t.test('an abort in flight ends it at once and closes the connection', async (t) => {
    const server = await serve(t, (incoming, response) => {
      if (incoming.url === '/body') response.writeHead(200).write('[');
    });
    for (const path of ['/head', '/body']) {
      const root = new AbortController();
      const sending = client(t).send(request(`${server.url}${path}`), root.signal);
      await new Promise((resolve) => setTimeout(resolve, 30));
      const startedMs = Date.now();
      root.abort(new Error('stop'));
      t.match(await sending, { kind: 'failure', reason: 'aborted' }, path);
      t.ok(Date.now() - startedMs < 1000);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    t.equal(server.open(), 0);
  });

  t.test('requests leave nothing on a long-lived signal', async (t) => {
    const { url } = await serve(t, (_, response) => json(response, '{}'));
    const root = new AbortController().signal;
    const { send } = client(t);
    for (let i = 0; i < 50; i += 1) await send(request(url), root);
    t.equal(getEventListeners(root, 'abort').length, 0);
  });
});
