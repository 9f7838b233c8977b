import { gzipSync } from 'node:zlib';
import t from 'tap';
import { workbook, zip } from '../../../simulator/src/exports/pack.ts';
import { ConfigError, TransientError } from '../../../src/cdk/errors.ts';
import { readJob } from '../../../src/gokwik/streams/job.ts';
import { openTools, type Serve } from './helpers/tools.ts';

const JOB = {
  create: { path: '/reports', json: { from: '{from}' } },
  id: 'id',
  poll: { path: '/reports/{job}' },
  done: { status: 'done' },
  failed: { status: 'failed' },
  file: 'url',
};

const NEVER = { create: () => ({ id: 7 }), poll: () => ({ status: 'done', url: '/files/7' }) };

/** Reads the report of a job whose file has these bytes, in pieces of three. */
async function read(
  file: Buffer | string,
  format: string,
  given: Partial<typeof NEVER> = {},
  isCut = false,
  isRefused = false,
) {
  const { create, poll } = { ...NEVER, ...given };
  const serve: Serve = ({ url }) => ({ body: url.endsWith('/reports') ? create() : poll() });
  const mine = { host: 'merchant', format, job: JOB, key: ['id'], records: ['rows'] };
  const time = { query: 'iso' };
  const opened = openTools('mine', serve, { streams: { mine: { ...mine, time } } });
  const { profile, tools, context, asked, said } = opened;
  const { job } = profile;
  if (!job) throw new Error('no job');
  const addresses: string[] = [];
  const bytes = Buffer.from(file);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 3) }, (_, at) =>
    bytes.subarray(at * 3, at * 3 + 3),
  );
  const files = {
    log: { debug() {}, info() {}, warn() {}, error() {} },
    hideName: (name: string) => name,
    openStore: () => Promise.reject(new Error('no store')),
    async openDownloader() {
      return {
        ask: () => Promise.reject(new Error('no store')),
        async open(address: string) {
          addresses.push(address);
          if (isRefused) throw new ConfigError('GK_FILE_ADDRESS', 'It is refused.');
          const body = (async function* () {
            yield* pieces;
            if (isCut) throw new TransientError('GK_FILE_INTERRUPTED', 'cut off');
          })();
          return { body, size: undefined, tag: undefined, modifiedMs: undefined };
        },
        close() {},
      };
    },
  };
  const rows: unknown[] = [];
  const pages = readJob({ stream: 'mine', profile, job }, {}, { ...tools, files }, context);
  for await (const page of pages) rows.push(...page.rows);
  return { rows, asked, addresses, said: said() };
}

t.test('a report is asked for, waited for and read, packed or not', async (t) => {
  const csv = await read('id,a\n1,x\n2,y\n', 'csv');
  t.same(csv.rows, [
    { id: '1', a: 'x' },
    { id: '2', a: 'y' },
  ]);
  const loud = { poll: () => ({ status: 'DONE', url: '/files/7' }) };
  t.same((await read('id,a\n1,x\n', 'csv', loud)).rows.length, 1, 'in whatever case it says so');
  t.same(csv.addresses, ['https://api.gokwik.co/files/7']);
  t.match(csv.asked[1]?.url, /\/reports\/7$/);
  t.same((await read(gzipSync('{"id":1}\n{"id":2}\n'), 'ndjson')).rows, [{ id: 1 }, { id: 2 }]);
  t.same((await read('{"rows":[{"id":1}]}', 'json')).rows, [{ id: 1 }]);
});

t.test('a report in a zip is all of its texts, and a workbook is none', async (t) => {
  const parts = zip([
    { name: 'a.csv', content: Buffer.from('id,a\n1,x\n') },
    { name: 'b.csv', content: Buffer.from('id,a\n2,y\n') },
  ]);
  t.same((await read(parts, 'csv')).rows, [
    { id: '1', a: 'x' },
    { id: '2', a: 'y' },
  ]);
  const whole = zip([{ name: 'report.json', content: Buffer.from('{"rows":[{"id":1}]}') }]);
  t.same((await read(whole, 'json')).rows, [{ id: 1 }]);
  await t.rejects(read(parts.subarray(0, -30), 'csv'), {
    code: 'GK_TABLE',
    message: /a zip that is cut off/,
  });
  await t.rejects(read(workbook([['id'], [1]]), 'csv'), { message: /a workbook: ask for CSV/ });
});

t.test('a report that is not whole, or none, is no empty one', async (t) => {
  await t.rejects(read('id,a\n1,"x', 'csv'), { code: 'GK_TABLE' });
  await t.rejects(read('<html>Expired</html>', 'csv'), { code: 'GK_TABLE' });
  await t.rejects(read('{"id":1}\n{"id"', 'ndjson'), { code: 'GK_TABLE' });
  const half = { code: 'GK_TABLE', message: /missing: it is not JSON, or not all of it\. [^9]*$/ };
  await t.rejects(read('{"rows":[{"id":99', 'json'), half);
  await t.rejects(read('', 'csv', { create: () => ({ id: null }) as never }), {
    code: 'GK_JOB',
  });
  const broken = { poll: () => ({ status: 'failed', url: '' }) };
  await t.rejects(read('', 'csv', broken), { code: 'GK_JOB_FAILED' });
  const refused = { code: 'GK_JOB_FILE', failureType: 'transient_error' };
  await t.rejects(read('', 'csv', {}, false, true), refused, 'the next run has a new address');
  const nowhere = { poll: () => ({ status: 'done' }) as never };
  await t.rejects(read('', 'csv', nowhere), { code: 'GK_JOB' });
});

t.test(
  'a packed report that is damaged or cut off fails its stream, and nothing else',
  async (t) => {
    const packed = gzipSync('id,a\n1,x\n2,y\n');
    for (const format of ['csv', 'json']) {
      const damaged = read(packed.subarray(0, -10), format);
      await t.rejects(damaged, { code: 'GK_TABLE', message: /packed content has no end/ });
      const cut = read(packed.subarray(0, 20), format, {}, true);
      await t.rejects(cut, { code: 'GK_FILE_INTERRUPTED' });
    }
  },
);
