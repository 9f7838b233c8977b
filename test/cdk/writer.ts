import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import t from 'tap';
import { SystemError } from '../../src/cdk/errors.ts';
import type { JsonObject, Message } from '../../src/cdk/protocol.ts';
import { createWriter, DestinationGone } from '../../src/cdk/writer.ts';

const orders = { name: 'orders' };
const log = (message: string): Message => ({ type: 'LOG', log: { level: 'INFO', message } });
const noGone = (error: Error): never => {
  throw error;
};
/** Lets whatever can go on, go on. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** A sink that takes a write only when told to, as a pipe does whose reader is slow. */
function manualSink() {
  const taken: string[] = [];
  let callback: ((error?: Error) => void) | undefined;
  const sink = new Writable({
    highWaterMark: 16_384,
    decodeStrings: false,
    write(chunk, _encoding, done) {
      taken.push(String(chunk));
      callback = done;
    },
  });
  const take = (error?: Error): void => {
    const done = callback;
    callback = undefined;
    done?.(error);
  };
  const takeAll = async (): Promise<void> => {
    for (await settle(); callback; await settle()) take();
  };
  return { sink, taken, take, takeAll, text: () => taken.join('') };
}

/** A sink that takes each write after a while. */
function slowSink(delays: () => number) {
  const chunks: string[] = [];
  const sink = new Writable({
    highWaterMark: 16_384,
    decodeStrings: false,
    write(chunk, _encoding, take) {
      // Read when they are taken: until then the bytes must stay as they are.
      const done = (): void => {
        chunks.push(String(chunk));
        take();
      };
      const delay = delays();
      if (delay === 0) done();
      else if (delay === 1) setImmediate(done);
      else setTimeout(done, delay);
    },
  });
  return { sink, text: () => chunks.join('') };
}

const fastSink = () => slowSink(() => 0);
const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);
const rowsOf = (count: number, pad = 0): JsonObject[] =>
  Array.from({ length: count }, (_, id) => ({ id, pad: 'x'.repeat(pad) }));

/** Rows that say when they are printed: nothing else tells what the writer holds. */
function countedRows(count: number, pad = 0) {
  let printed = 0;
  const rows = rowsOf(count, pad).map((row, index) =>
    Object.defineProperty(row, 'id', {
      enumerable: true,
      get() {
        printed += 1;
        return index;
      },
    }),
  );
  return { rows, printed: () => printed };
}

t.test('prints the protocol to the letter', async (t) => {
  const { sink, text } = fastSink();
  const writer = createWriter(sink, noGone);
  const shop = { name: 'orders', namespace: 'shop "1"' };
  writer.message(log('hello'));
  await writer.records(orders, [{ id: 1, note: null }], 1785578400000);
  await writer.records(shop, [{ id: 2 }], 1785578400001);
  await writer.state(orders, { cursor: 'x' });
  await writer.state(shop, {});
  await writer.flush();
  t.equal(
    text(),
    [
      '{"type":"LOG","log":{"level":"INFO","message":"hello"}}',
      '{"type":"RECORD","record":{"stream":"orders","data":{"id":1,"note":null},"emitted_at":1785578400000}}',
      '{"type":"RECORD","record":{"stream":"orders","namespace":"shop \\"1\\"","data":{"id":2},"emitted_at":1785578400001}}',
      '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"orders"},"stream_state":{"cursor":"x"}},"sourceStats":{"recordCount":1.0}}}',
      '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"orders","namespace":"shop \\"1\\""},"stream_state":{}},"sourceStats":{"recordCount":1.0}}}',
      '',
    ].join('\n'),
  );
});

t.test('whatever is printed, strict readers take it, and what was mended is counted', async (t) => {
  const { sink, text } = fastSink();
  const writer = createWriter(sink, noGone);
  const odd = '\ud83d\0';
  writer.message(log(odd));
  writer.message({ type: 'CATALOG', catalog: { streams: [], [odd]: odd } as never });
  await writer.records({ name: 'orders', namespace: odd }, [{ [odd]: odd }, { id: '😀' }], 0);
  await writer.state({ name: 'orders', namespace: odd }, { [odd]: odd });
  await writer.flush();
  t.notMatch(text(), /\\u/);
  t.match(text(), '"namespace":"\ufffd","data":{"\ufffd":"\ufffd"}');
  t.match(text(), '{"id":"😀"}');
  const half = 'half of a character pair in a text was replaced by U+FFFD';
  const nul = 'a NUL in a text was left out';
  t.strictSame(writer.mended(), [
    ...[`${half} (5 times)`, `${nul} (5 times)`],
    ...[`orders: ${half} (4 times)`, `orders: ${nul} (4 times)`],
  ]);
});

t.test('counts the records of each stream since its previous state', async (t) => {
  const { sink, text } = fastSink();
  const writer = createWriter(sink, noGone);
  await writer.records(orders, rowsOf(3), 0);
  await writer.records({ name: 'other' }, rowsOf(7), 0);
  await writer.state(orders, {});
  await writer.state(orders, {});
  await writer.records(orders, rowsOf(2), 0);
  await writer.state(orders, {});
  const counts = [...text().matchAll(/"recordCount":([0-9.]+)/g)].map((match) => match[1]);
  t.same(counts, ['3.0', '0.0', '2.0']);
});

t.test('a message and a state leave at once, with the records before them', async (t) => {
  const { sink, text } = fastSink();
  const writer = createWriter(sink, noGone);
  await writer.records(orders, [{ id: 1 }], 0);
  t.equal(text(), '', 'a small page waits for its batch');
  writer.message(log('now'));
  t.same(
    linesOf(text()).map((line) => JSON.parse(line).type),
    ['RECORD', 'LOG'],
  );
  await writer.records(orders, [{ id: 2 }], 0);
  void writer.state(orders, {});
  t.equal(linesOf(text()).length, 4);
});

t.test('without awaiting, calls still come out in order while there is room', (t) => {
  const { sink, text } = fastSink();
  const writer = createWriter(sink, noGone);
  void writer.records(orders, [{ id: 1 }], 0);
  void writer.state(orders, {});
  t.same(
    linesOf(text()).map((line) => JSON.parse(line).type),
    ['RECORD', 'STATE'],
  );
  t.end();
});

t.test('holds one batch when the reader stops, whoever waits (I8)', async (t) => {
  const { sink, take, takeAll, text } = manualSink();
  const writer = createWriter(sink, noGone);
  const names = ['a', 'b', 'c'];
  const pages = names.map((name) => ({ name, ...countedRows(500, 1000) }));
  const calls = pages.map(({ name, rows }) => writer.records({ name }, rows, 0));
  await settle();
  const count = (): number => pages.reduce((sum, { printed }) => sum + printed(), 0);
  const appended = count();
  t.ok(appended > 10 && appended < 35, `a batch of 32 KB, not ${appended} rows of 1 KB`);
  t.ok(sink.writableLength < 34_000, `${sink.writableLength} in the sink`);

  writer.message(log('while it waits'));
  const state = writer.state({ name: 'a' }, { at: 1 });
  await settle();
  t.equal(sink.writableLength < 70_000, true, 'nothing is forced on a sink that is full');
  const rowsNotTaken = (): number => {
    return count() - (text().match(/"RECORD"/g)?.length ?? 0);
  };
  for (let turn = 0; turn < 6; turn += 1) {
    take();
    await settle();
    t.ok(rowsNotTaken() < 70, 'of the callers that wait, one goes on');
  }
  await takeAll();
  await Promise.all([...calls, state]);
  await Promise.all([writer.flush(), takeAll()]);

  const messages = linesOf(text()).map((line) => JSON.parse(line));
  for (const name of names) {
    const ids = messages.filter((m) => m.record?.stream === name).map((m) => m.record.data.id);
    t.same(ids, [...ids.keys()], `${name} is in order`);
    t.equal(ids.length, 500);
  }
  const streams = messages.flatMap((m) => m.record?.stream ?? []);
  const turns = streams.filter((name, index) => name !== streams[index - 1]);
  t.same(turns.slice(0, 6), ['a', 'b', 'c', 'a', 'b', 'c'], 'in turn');
  const types = messages.map((m) => m.type);
  t.equal(types[appended], 'LOG', 'appended right behind the batch, before the callers that wait');
  t.equal(types[appended + 1], 'STATE');
  t.match(text(), `"recordCount":${types.slice(0, appended).length}.0`, 'only what is before it');
});

t.test('what was appended to a full sink leaves when it has room', async (t) => {
  const { sink, take, text } = manualSink();
  const writer = createWriter(sink, noGone);
  writer.message(log('x'.repeat(20_000)));
  writer.message(log('then this'));
  t.notMatch(text(), 'then this');
  take();
  await settle();
  t.match(text(), 'then this', 'though nobody waits for it');
});

t.test('a caller whose turn comes looks again whether there is room', async (t) => {
  const { sink, take, takeAll } = manualSink();
  const writer = createWriter(sink, noGone);
  const { rows, printed } = countedRows(200, 1000);
  const calls = [writer.records(orders, rows, 0), writer.records(orders, rowsOf(1), 0)];
  const appended = printed();
  // Between the drain and the turn of whoever waits, this fills the sink.
  const fill = (): void => writer.message(log('x'.repeat(20_000)));
  sink.on('drain', fill);
  for (let turn = 0; turn < 4; turn += 1) {
    take();
    await settle();
    t.equal(printed(), appended, 'nobody went on');
  }
  sink.off('drain', fill);
  await takeAll();
  await Promise.all(calls);
});

t.test('a caller that fails gives its turn to the next', async (t) => {
  const { sink, takeAll } = manualSink();
  const writer = createWriter(sink, noGone);
  writer.message(log('x'.repeat(20_000)));
  const failing = t.rejects(writer.records(orders, [{}], 0), SystemError);
  const next = writer.records(orders, rowsOf(1), 0);
  await takeAll();
  await Promise.all([failing, next]);
});

t.test('one long page leaves room for others between its batches', async (t) => {
  const { sink, text } = slowSink(() => 1);
  const writer = createWriter(sink, noGone);
  await Promise.all([
    writer.records({ name: 'long' }, rowsOf(3000, 400), 0),
    writer.records({ name: 'short' }, rowsOf(10, 400), 0),
  ]);
  await writer.flush();
  const streams = linesOf(text()).map((line) => JSON.parse(line).record.stream);
  t.ok(streams.indexOf('short') < 1000, 'short did not wait for all of long');
});

interface Step {
  readonly kind: 'records' | 'state' | 'message';
  readonly rows: number;
  readonly pad: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('records', 'records', 'records', 'state', 'message'),
  rows: fc.integer({ min: 0, max: 60 }),
  pad: fc.constantFrom(0, 10, 900, 30_000),
});

t.test('any interleaving comes out in order, whole, and rightly counted (I1)', async (t) => {
  const property = fc.asyncProperty(
    fc.array(fc.record({ stream: fc.constantFrom('a', 'b'), steps: fc.array(step) }), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.infiniteStream(fc.constantFrom(0, 1, 1, 2)),
    async (lanes, delays) => {
      const { sink, text } = slowSink(() => delays.next().value);
      const writer = createWriter(sink, noGone);
      let mostHeld = 0;
      const runLane = async ({ stream, steps }: (typeof lanes)[number], lane: number) => {
        let sequence = 0;
        const next = (): JsonObject => ({ lane, sequence: sequence++ });
        for (const { kind, rows, pad } of steps) {
          if (kind === 'message') writer.message(log(JSON.stringify(next())));
          if (kind === 'state') await writer.state({ name: stream }, next());
          if (kind === 'records') {
            const page = Array.from({ length: rows }, () => ({ ...next(), pad: 'p'.repeat(pad) }));
            await writer.records({ name: stream }, page, 0);
          }
          mostHeld = Math.max(mostHeld, sink.writableLength);
        }
        return sequence;
      };
      const lengths = await Promise.all(lanes.map(runLane));
      await writer.flush();

      const messages = linesOf(text()).map((line) => JSON.parse(line));
      const seen = lanes.map((): number[] => []);
      const since = new Map<string, number>();
      for (const { type, log, record, state } of messages) {
        const stream = record?.stream ?? state?.stream.stream_descriptor.name;
        const stamp = log ? JSON.parse(log.message) : (record?.data ?? state.stream.stream_state);
        seen[stamp.lane]?.push(stamp.sequence);
        if (type === 'STATE') {
          if (state.sourceStats.recordCount !== (since.get(stream) ?? 0)) return false;
          since.set(stream, 0);
        }
        if (type === 'RECORD') since.set(stream, (since.get(stream) ?? 0) + 1);
      }
      const inOrder = seen.every(
        (sequence, lane) =>
          sequence.length === lengths[lane] && sequence.every((value, index) => value === index),
      );
      // What a sink takes without a wait, and a batch, which may end with one of the 30 KB rows.
      return inOrder && mostHeld < 16_384 + 32_000 + 31_000;
    },
  );
  await fc.assert(property, { numRuns: 20 });
  t.pass();
});

/** What `str.splitlines` takes for the end of a line, besides what JSON escapes anyway. */
const PYTHON_LINE_ENDS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

t.test('no row can break a line, and every row arrives as it was', async (t) => {
  const part = fc.oneof(
    fc.constantFrom('\u2028', '\u2029', '\u0085', '\n', '\r', '\v', '\f', '\u001c', '\u001e'),
    fc.constantFrom('\\', '\\u2028', '"', 'मुंबई', '😀'),
    fc.string({ unit: 'binary', maxLength: 5 }).map((some) => some.replaceAll('\0', '')),
  );
  const text = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''));
  const row = fc.dictionary(text, text, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  const property = fc.asyncProperty(fc.array(row, { maxLength: 4 }), text, async (rows, note) => {
    const { sink, text: printed } = fastSink();
    const writer = createWriter(sink, noGone);
    await writer.records(orders, rows, 0);
    writer.message(log(note));
    await writer.state(orders, { note });
    const lines = printed().split(PYTHON_LINE_ENDS);
    const messages = lines.slice(0, -1).map((line) => JSON.parse(line));
    const arrived = [
      ...messages.slice(0, rows.length).map((m) => m.record.data),
      messages[rows.length].log.message,
      messages[rows.length + 1].state.stream.stream_state.note,
    ];
    return lines.length === rows.length + 3 && isDeepStrictEqual(arrived, [...rows, note, note]);
  });
  await fc.assert(property, { numRuns: 40 });
  t.pass();
});

t.test('refuses a record without fields', async (t) => {
  const { sink, text } = fastSink();
  const writer = createWriter(sink, noGone);
  const error = await writer.records(orders, [{ id: 1 }, {}], 0).catch((reason) => reason);
  t.ok(error instanceof SystemError);
  t.match(error, { code: 'GK_EMPTY_RECORD', stream: 'orders' });
  await writer.flush();
  t.notMatch(text(), '"data":{}');
});

t.test('flush waits until the operating system has everything', async (t) => {
  const { sink, take, text } = manualSink();
  const writer = createWriter(sink, noGone);
  await writer.flush();
  let flushed = false;
  writer.message(log('1'));
  await writer.records(orders, rowsOf(1), 0);
  const flush = writer.flush().then(() => {
    flushed = true;
  });
  await settle();
  t.notOk(flushed);
  take();
  await settle();
  t.notOk(flushed, 'the rows are still on their way');
  take();
  await flush;
  t.equal(linesOf(text()).length, 2);
});

t.test('a destination that goes away ends everything, once', async (t) => {
  const { sink, take, text } = manualSink();
  const gone: DestinationGone[] = [];
  const writer = createWriter(sink, (error) => gone.push(error));
  const waiting = [
    writer.records(orders, rowsOf(2000, 100), 0),
    writer.records(orders, rowsOf(1), 0),
    writer.state(orders, {}),
    writer.flush(),
  ];
  const outcomes = Promise.allSettled(waiting);
  await settle();
  take(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  for (const outcome of await outcomes) {
    t.equal(outcome.status, 'rejected');
    t.equal('reason' in outcome && outcome.reason, gone[0]);
  }
  t.ok(gone[0] instanceof DestinationGone);
  t.match(gone[0]?.message, 'EPIPE');
  const printed = text();
  writer.message(log('to nobody'));
  await t.rejects(writer.records(orders, [{ id: 1 }], 0), gone[0] as Error);
  await t.rejects(writer.state(orders, {}), gone[0] as Error);
  await t.rejects(writer.flush(), gone[0] as Error);
  sink.emit('error', new Error('again'));
  await settle();
  t.equal(gone.length, 1);
  t.equal(text(), printed, 'nothing was written after it');
});

t.test('a destination that is closed without an error is gone too', async (t) => {
  const { sink } = manualSink();
  const gone: Error[] = [];
  const writer = createWriter(sink, (error) => gone.push(error));
  const waiting = writer.records(orders, rowsOf(2000, 100), 0);
  sink.destroy();
  await t.rejects(waiting, DestinationGone);
  t.equal(gone.length, 1);
});

t.test('it goes away just when a caller has its turn', async (t) => {
  const { sink, take } = manualSink();
  const writer = createWriter(sink, () => {});
  writer.message(log('x'.repeat(20_000)));
  const waiting = t.rejects(writer.records(orders, rowsOf(1), 0), DestinationGone);
  sink.on('drain', () => {
    writer.message(log('x'.repeat(20_000)));
    sink.emit('error', new Error('EPIPE'));
  });
  take();
  await waiting;
});

t.test('however the destination tells that it is gone', async (t) => {
  const broken = Object.assign(new Error('EIO'), { code: 'EIO' });
  const ways: [string, (sink: Writable) => void][] = [
    ['an error event', (sink) => sink.emit('error', broken)],
    ['an error', (sink) => sink.destroy(broken)],
    ['it was closed before', () => {}],
  ];
  for (const [name, go] of ways) {
    const { sink } = manualSink();
    if (name === 'it was closed before') sink.destroy();
    await settle();
    const gone: Error[] = [];
    const writer = createWriter(sink, (error) => gone.push(error));
    go(sink);
    writer.message(log('x'));
    await settle();
    t.equal(gone.length, 1, name);
    await t.rejects(writer.flush(), DestinationGone);
    await t.rejects(writer.records(orders, rowsOf(1), 0), DestinationGone);
    await t.rejects(writer.state(orders, {}), DestinationGone);
  }
});

const writerPath = new URL('../../src/cdk/writer.ts', import.meta.url).pathname;

/** For children, which then start without a loader. */
const bundled = buildSync({
  entryPoints: [writerPath],
  bundle: true,
  format: 'esm',
  write: false,
  platform: 'node',
}).outputFiles[0]?.text;

/** Runs the writer on a real stdout: 40,000 rows, 12 MB, and a state, then tells of itself on fd 3. */
const WRITE = `
  const { createWriter } = await import('data:text/javascript,' + encodeURIComponent(process.env.WRITER));
  const { writeSync } = await import('node:fs');
  let gone = 0, most = 0, failure = null;
  process.on('uncaughtException', (error) => { failure = 'uncaught ' + error; });
  const writer = createWriter(process.stdout, () => { gone += 1; });
  try {
    for (let page = 0; page < 400; page += 1) {
      const rows = Array.from({ length: 100 }, (_, row) => ({ id: page * 100 + row, pad: 'x'.repeat(220) }));
      const done = writer.records({ name: 'orders' }, rows, 0);
      most = Math.max(most, process.stdout.writableLength);
      await done;
    }
    await writer.state({ name: 'orders' }, {});
    await writer.flush();
  } catch (error) { failure ??= error.name; }
  await new Promise((resolve) => setTimeout(resolve, 20));
  writeSync(3, JSON.stringify({ gone, most, failure }));`;

/** Reads 64 KiB at a time with pauses, and prints what it saw. */
const READ = `
  const { readSync, writeSync } = await import('node:fs');
  const chunk = Buffer.alloc(65536);
  let text = '', reads = 0;
  for (;;) {
    const size = readSync(0, chunk);
    if (size === 0) break;
    text += chunk.toString('latin1', 0, size);
    if ((reads += 1) % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const lines = text.split('\\n');
  const end = lines.pop();
  const ids = lines.slice(0, -1).map((line) => JSON.parse(line).record.data.id);
  writeSync(1, JSON.stringify({ end, count: ids.length, ordered: ids.every((id, i) => id === i), last: lines.at(-1) }));`;

async function inShell(command: string): Promise<{ told: JsonObject; printed: string }> {
  const child = spawn('sh', ['-c', command], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    env: { PATH: process.env.PATH, NODE: process.execPath, WRITER: bundled, WRITE, READ },
  });
  let printed = '';
  let told = '';
  child.stdout?.on('data', (chunk) => {
    printed += chunk;
  });
  child.stdio[3]?.on('data', (chunk) => {
    told += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return { told: JSON.parse(told), printed };
}

const writing = '"$NODE" --input-type=module -e "$WRITE"';
const LAST = /"recordCount":40000\.0}}}$/;

t.test('a real pipe with a slow reader', async (t) => {
  const { told, printed } = await inShell(`${writing} | "$NODE" --input-type=module -e "$READ"`);
  const { last, ...read } = JSON.parse(printed);
  t.same(read, { end: '', count: 40_000, ordered: true });
  t.match(last, LAST);
  t.match(told, { gone: 0, failure: null });
  t.ok(Number(told.most) < 70_000, `${told.most} bytes waited in the process`);
});

t.test('a real pipe whose reader leaves', async (t) => {
  const { told, printed } = await inShell(`${writing} | head -n 1`);
  t.equal(linesOf(printed).length, 1);
  t.same({ ...told, most: 0 }, { gone: 1, failure: 'DestinationGone', most: 0 });
});

t.test('a file', async (t) => {
  const path = join(t.testdir(), 'out.jsonl');
  const { told } = await inShell(`${writing} > '${path}'`);
  const lines = readFileSync(path, 'utf8').split('\n');
  t.equal(lines.pop(), '');
  t.equal(lines.length, 40_001);
  t.match(lines.at(-1), LAST);
  t.match(told, { gone: 0, failure: null });
});
