import { gunzipSync, gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { createDownloader } from '../../src/http/download.ts';
import { serve } from './helpers/server.ts';

const SIGNATURE = 'X-Signature=5f0c9a77d1';
type Answer = Parameters<typeof serve>[1];

async function downloaderFor(t: Test, answer: Answer, options: object = {}) {
  const asked: { url: string; headers: object }[] = [];
  const { url } = await serve(t, (request, response) => {
    asked.push({ url: request.url ?? '', headers: request.headers });
    answer(request, response);
  });
  const downloader = createDownloader({ allowPrivate: true, userAgent: 'test', ...options });
  t.teardown(downloader.close);
  const signal = new AbortController().signal;
  const open = (path: string, known = {}) =>
    downloader.open(`${url}${path}?${SIGNATURE}`, known, signal);
  return { open, asked, url };
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function* NOTHING_AT_ALL(): AsyncGenerator<Buffer> {}
const NOTHING = NOTHING_AT_ALL();

t.test('a file with its tag and moment; unchanged, it is not sent again', async (t) => {
  const { open, asked } = await downloaderFor(t, (request, response) => {
    if (request.headers['if-none-match'] === '"v1"') {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, { etag: '"v1"', 'last-modified': 'Wed, 09 Sep 2026 07:23:34 GMT' });
    response.end('a,b\n');
  });
  const download = await open('/orders.csv');
  t.match(download, { tag: '"v1"', modifiedMs: Date.UTC(2026, 8, 9, 7, 23, 34) });
  t.equal(download && (await textOf(download.body)), 'a,b\n');
  t.equal(await open('/orders.csv', { tag: '"v1"' }), undefined);
  t.equal(asked.length, 2);
  t.same(
    Object.keys(asked[0]?.headers ?? {}).filter((name) =>
      /app|secret|token|cookie|authorization/.test(name),
    ),
    [],
    'no credentials are sent',
  );
});

t.test(
  'from a byte on: with ranges, without, and never other bytes than were asked for',
  async (t) => {
    const all = 'a,b\n1,2\n';
    const { url } = await downloaderFor(t, (request, response) => {
      const begins = { '/right': 4, '/wrong': 2 }[String(request.url?.split('?')[0])];
      if (begins === undefined) return void response.end(all);
      response.writeHead(206, { 'content-range': `bytes ${begins}-7/8` });
      response.end(all.slice(begins));
    });
    const downloader = createDownloader({ allowPrivate: true, userAgent: 'test' });
    t.teardown(downloader.close);
    const { signal } = new AbortController();
    const read = async (path: string) => {
      const download = await downloader.open(`${url}${path}`, {}, signal, 4);
      return download && textOf(download.body);
    };
    t.equal(await read('/right'), '1,2\n');
    t.equal(await read('/without'), '1,2\n');
    await t.rejects(read('/wrong'), {
      code: 'GK_FILE_INTERRUPTED',
      detail: /byte 2 came for byte 4/,
    });
  },
);

t.test('a server that is not there is told as such, and nothing of the query', async (t) => {
  const downloader = createDownloader({ allowPrivate: true, userAgent: 'test', retries: 0 });
  t.teardown(downloader.close);
  const { signal } = new AbortController();
  const message =
    /^The server of 127\.0\.0\.1:9\/a was not reached, or did not answer well \(ECONNREFUSED\)\./;
  const opened = downloader.open(`http://127.0.0.1:9/a?${SIGNATURE}`, {}, signal);
  await t.rejects(opened, { code: 'GK_FILE_INTERRUPTED', message });
});

t.test('a moment is enough where there is no tag', async (t) => {
  const { open } = await downloaderFor(t, (request, response) => {
    response.writeHead(request.headers['if-modified-since'] ? 304 : 200).end('x');
  });
  t.equal(await open('/a', { modifiedMs: 1_000_000 }), undefined);
});

t.test('storage that redirects is followed, but not to a private address', async (t) => {
  const { open, url } = await downloaderFor(t, (request, response) => {
    if (request.url?.startsWith('/share')) response.writeHead(302, { location: '/real' }).end();
    else response.end('found');
  });
  const download = await open('/share');
  t.equal(download && (await textOf(download.body)), 'found');
  const strict = createDownloader({ allowPrivate: false, userAgent: 'test', retries: 0 });
  t.teardown(strict.close);
  const signal = new AbortController().signal;
  await t.rejects(strict.open(`${url}/real?${SIGNATURE}`, {}, signal), {
    code: 'GK_FILE_ADDRESS',
    message: /private or not encrypted/,
  });
});

t.test('refusals say what to do, and never the query', async (t) => {
  const { open } = await downloaderFor(t, (request, response) => {
    response.writeHead(request.url?.startsWith('/gone') ? 404 : 403).end(SIGNATURE);
  });
  for (const [path, message] of [
    ['/gone', /has no such file \(HTTP 404\)/],
    ['/old', /refuses to give it \(HTTP 403\)\.$/],
  ] as const) {
    const error: Error = await open(path).then(
      () => t.fail('it opened'),
      (reason) => reason,
    );
    t.match(error.message, message);
    t.notMatch(
      JSON.stringify({ ...error, message: error.message, stack: error.stack }),
      '5f0c9a77d1',
    );
  }
});

t.test('a server that fails at first is asked again', async (t) => {
  let failures = 1;
  const { open, asked } = await downloaderFor(t, (_, response) => {
    failures -= 1;
    response.writeHead(failures >= 0 ? 503 : 200).end('at last');
  });
  const download = await open('/a');
  t.equal(download && (await textOf(download.body)), 'at last');
  t.equal(asked.length, 2);
});

t.test('a body that is cut off or falls silent is no whole file', async (t) => {
  const { open } = await downloaderFor(
    t,
    (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('the beginning');
      if (request.url?.startsWith('/cut')) setImmediate(() => response.destroy());
    },
    { silenceMs: 200 },
  );
  for (const path of ['/cut', '/silent']) {
    const download = await open(path);
    t.ok(download);
    await t.rejects(textOf(download?.body ?? NOTHING), {
      code: 'GK_FILE_INTERRUPTED',
      message: /goes on where it stopped/,
    });
  }
});

t.test('a body that drips for ever ends at a deadline', async (t) => {
  const { open } = await downloaderFor(
    t,
    (_, response) => {
      const drip = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(drip));
    },
    { deadlineMs: 200 },
  );
  const download = await open('/drip');
  await t.rejects(textOf(download?.body ?? NOTHING), { code: 'GK_FILE_INTERRUPTED' });
});

t.test('an abort ends it at once', async (t) => {
  const { url } = await serve(t, (_, response) => void response.writeHead(200).write('x'));
  const downloader = createDownloader({ allowPrivate: true, userAgent: 'test' });
  t.teardown(downloader.close);
  const controller = new AbortController();
  const download = await downloader.open(`${url}/a`, {}, controller.signal);
  setImmediate(() => controller.abort(new Error('stopped')));
  await t.rejects(textOf(download?.body ?? NOTHING), /stopped/);
});

t.test('what is packed stays packed: the reader of files unpacks', async (t) => {
  const { open } = await downloaderFor(t, (_, response) => response.end(gzipSync('a,b')));
  const download = await open('/a.gz');
  const chunks: Buffer[] = [];
  if (download) for await (const chunk of download.body) chunks.push(chunk);
  t.equal(gunzipSync(Buffer.concat(chunks)).toString(), 'a,b');
});
