import { AxiosError, AxiosHeaders } from 'axios';
import fc from 'fast-check';
import t from 'tap';
import { ConfigError, SystemError, TransientError } from '../../src/cdk/errors.ts';
import { createLog, describeError, renderError } from '../../src/cdk/messages.ts';
import type { Message, TraceError } from '../../src/cdk/protocol.ts';
import { createRedactor } from '../../src/cdk/redact.ts';

const redactor = createRedactor();
redactor.add(['s3cret-value']);
const nowMs = 1785578400000;
const teller = { redactor, now: () => nowMs, version: '9.8.7' };

function traceOf(messages: readonly Message[]): TraceError {
  const last = messages.at(-1);
  if (last?.type !== 'TRACE' || last.trace.type !== 'ERROR') throw new Error('no TRACE ERROR');
  return last.trace.error;
}

t.test('an error of ours is one TRACE', (t) => {
  const error = new ConfigError('GK_HTTP_401', 'GoKwik refused the App ID s3cret-value.', {
    detail: 'GET /orders?k=s3cret-value 401',
  });
  const messages = renderError(error, teller, { name: 'orders' });
  t.equal(messages.length, 1);
  const { stack_trace, ...rest } = traceOf(messages);
  t.strictSame(rest, {
    message:
      'Stream orders: GoKwik refused the App ID ****. [GK_HTTP_401] [at 2026-08-01T10:00:00Z; stream orders; GET /orders?k=**** 401; source-gokwik 9.8.7]',
    internal_message: 'GK_HTTP_401: GET /orders?k=**** 401',
    failure_type: 'config_error',
    stream_descriptor: { name: 'orders' },
  });
  t.match(stack_trace, /test\/cdk\/messages\.ts/, 'paths are kept');
  t.notMatch(stack_trace, 's3cret-value');
  t.match(messages[0], { trace: { emitted_at: nowMs } });
  t.end();
});

t.test('a server’s words are cut behind the redaction, and unseen characters go', (t) => {
  const words = `${'x'.repeat(190)} s3cret-value ${'y'.repeat(500)}`;
  const { message } = traceOf(
    renderError(new SystemError('GK_X', `It said “${words}”. Do so.`), teller),
  );
  t.match(message, `“${'x'.repeat(190)} **** yyyy…”. Do so.`);
  t.notMatch(message, 's3cret');
  const odd = 'a\u0007b\u009bc\u202ed\u2066e\ud800 s3cr\u200bet-value\u001b[31m';
  const told = traceOf(renderError(new SystemError('GK_X', odd), teller)).message;
  t.match(told, 'abcde\ufffd ****[31m [GK_X]');
  t.end();
});

t.test('however long: 4,000 characters at most, the code and the tail among them', (t) => {
  const lengths = fc.nat(9_000);
  fc.assert(
    fc.property(lengths, lengths, fc.boolean(), (said, told, isKnown) => {
      const text = 'x'.repeat(said);
      const error = isKnown
        ? new ConfigError('GK_X', text, { detail: 'y'.repeat(told), stream: 'orders' })
        : new Error(text + 'y'.repeat(told));
      const messages = renderError(error, teller, { name: 'orders' });
      const { message, internal_message } = traceOf(messages);
      const fatal = messages.flatMap((m) => (m.type === 'LOG' ? m.log.message : []));
      const longest = Math.max(...[message, `${internal_message}`, ...fatal].map((s) => s.length));
      if (longest > 4_000) throw new Error(`${longest} characters`);
      t.match(message, /\[GK_\w+\] \[at .*source-gokwik 9\.8\.7\]$/);
    }),
    { numRuns: 50 },
  );
  t.end();
});

t.test('each kind says what hosts should do', (t) => {
  const kinds = [ConfigError, TransientError, SystemError].map(
    (kind) => traceOf(renderError(new kind('GK_X', 'Text.'), teller)).failure_type,
  );
  t.same(kinds, ['config_error', 'transient_error', 'system_error']);
  t.end();
});

t.test('what is not known is left out, not null', (t) => {
  const error = new SystemError('GK_X', 'Text.', { stream: 'orders' });
  Object.defineProperty(error, 'stack', { value: undefined });
  t.strictSame(traceOf(renderError(error, teller)), {
    message: 'Text. [GK_X] [at 2026-08-01T10:00:00Z; stream orders; source-gokwik 9.8.7]',
    internal_message: 'GK_X',
    failure_type: 'system_error',
  });
  t.end();
});

t.test('anything else is a defect, logged as FATAL too', (t) => {
  const messages = renderError(new TypeError('s3cret-value is not a function'), teller);
  const { message, internal_message, failure_type } = traceOf(messages);
  t.match(
    message,
    /^Something went wrong in the connector.*\[GK_INTERNAL\] \[at 2026-08-01T10:00:00Z; source-gokwik 9\.8\.7\]$/,
  );
  t.equal(internal_message, 'GK_INTERNAL: TypeError: **** is not a function');
  t.equal(failure_type, 'system_error');
  t.match(messages[0], { type: 'LOG', log: { level: 'FATAL', message: /\*\*\*\* is not a fun/ } });
  t.equal(messages.length, 2);
  t.end();
});

t.test('whatever was thrown', (t) => {
  const internalOf = (thrown: unknown) => describeError(thrown, teller).internal;
  t.equal(internalOf('s3cret-value!'), 'GK_INTERNAL: a thrown text: ****!');
  t.equal(internalOf({ password: 'hunter2' }), 'GK_INTERNAL: a thrown object');
  t.equal(internalOf(undefined), 'GK_INTERNAL: a thrown undefined');
  t.equal(traceOf(renderError(null, teller)).stack_trace, undefined);
  t.end();
});

t.test('causes are named; those that carry a request by no more than that', (t) => {
  const headers = new AxiosHeaders({ authorization: 'Bearer unknown-to-the-redactor' });
  const url = 'https://u:unknown-to-the-redactor@x';
  const axiosError = new AxiosError(`Failed ${url}`, 'ERR_BAD_RESPONSE', { headers, url });
  const reset = Object.assign(new Error('read ECONNRESET s3cret-value'), { code: 'ECONNRESET' });
  axiosError.cause = reset;
  const error = new TransientError('GK_HTTP_500', 'GoKwik is down.', { detail: 'GET /orders' });
  error.cause = axiosError;
  const messages = renderError(error, teller);
  t.equal(
    traceOf(messages).internal_message,
    'GK_HTTP_500: GET /orders; caused by AxiosError ERR_BAD_RESPONSE; caused by Error ECONNRESET: read ECONNRESET ****',
  );
  t.notMatch(JSON.stringify(messages), 'unknown-to-the-redactor');
  error.cause = { config: { headers } };
  t.equal(
    describeError(error, teller).internal,
    'GK_HTTP_500: GET /orders; caused by a thrown object',
  );
  t.end();
});

t.test('an unexpected request error shows no request either', (t) => {
  const error = new AxiosError('GET https://u:hunter2@x failed', 'ERR_NETWORK', {
    headers: new AxiosHeaders({ 'gokwik-app-secret': 'hunter2' }),
  });
  const messages = renderError(error, teller);
  t.notMatch(JSON.stringify(messages), 'hunter2');
  t.match(traceOf(messages).stack_trace, /^AxiosError ERR_NETWORK\n {4}at .*messages\.ts/);
  error.stack = 'AxiosError: hunter2';
  t.equal(traceOf(renderError(error, teller)).stack_trace, undefined);
  t.end();
});

t.test('a parser’s error does not quote what it could not read', (t) => {
  let error: unknown;
  try {
    JSON.parse('Asha');
  } catch (thrown) {
    error = thrown;
  }
  t.match(`${error}`, 'Asha', 'as it would');
  const printed = JSON.stringify(renderError(error, teller));
  t.match(printed, 'SyntaxError');
  t.notMatch(printed, /Asha/);
  t.end();
});

t.test('circles, long stacks and result words do no harm', (t) => {
  const error = new SystemError('GK_X', 'The SPEC and the CATALOG.', {
    detail: 'd'.repeat(30_000),
  });
  const circle = new SystemError('GK_X', 'Text.');
  circle.cause = circle;
  t.equal(describeError(circle, teller).internal.match(/caused by/g)?.length, 5);
  error.stack = 'at CATALOG s3cret-value '.repeat(3_000);
  const { message, internal_message, stack_trace } = traceOf(renderError(error, teller));
  t.match(
    message,
    /^The spec and the catalog\. \[GK_X\] \[at .*; d+… \(\d+ more characters\); source-gokwik 9\.8\.7\]$/,
  );
  t.ok(message.length < 600, `${message.length} characters`);
  t.ok((internal_message?.length ?? 0) <= 4_000);
  t.ok((stack_trace?.length ?? 0) <= 20_000 && (stack_trace?.length ?? 0) >= 19_900);
  t.notMatch(stack_trace, /CATALOG|s3cret/);
  t.equal(describeError(error, teller).sentence, message);
  t.end();
});

t.test('the message of a stream that failed is enough for a ticket', (t) => {
  const sentenceOf = (text: string, stream?: string, detail?: string) =>
    describeError(new SystemError('GK_X', text, detail ? { detail } : {}), teller, stream).sentence;
  const tail = '[at 2026-08-01T10:00:00Z; stream orders; source-gokwik 9.8.7]';
  t.equal(sentenceOf('It broke.', 'orders'), `Stream orders: It broke. [GK_X] ${tail}`);
  for (const text of ['Stream orders: it broke.', 'The saved state of stream orders is old.'])
    t.equal(sentenceOf(text, 'orders'), `${text} [GK_X] ${tail}`, 'it is named once');
  const parents = new SystemError('GK_X', 'Stream orders: it broke.', { stream: 'orders' });
  t.match(
    describeError(parents, teller, 'order_items').sentence,
    /^Stream orders: it broke\. \[GK_X\] .*; stream order_items; /,
    'a child’s names its parent, and ends with its own name',
  );
  t.equal(
    sentenceOf('It broke.'),
    'It broke. [GK_X] [at 2026-08-01T10:00:00Z; source-gokwik 9.8.7]',
    'what is no stream’s own names none',
  );
  t.match(
    sentenceOf('It broke.', 'orders', 'GET host/path: HTTP 500;\n  request id s3cret-value'),
    '; stream orders; GET host/path: HTTP 500; request id ****; source-gokwik 9.8.7]',
    'on one line, without secrets',
  );
  t.end();
});

function record(debug = false) {
  const messages: Message[] = [];
  const redactor = createRedactor();
  redactor.add(['s3cret', 'MY-SPECIAL-KEY']);
  const log = createLog({ write: (message) => messages.push(message), redactor, debug });
  const last = (): string => {
    const message = messages.at(-1);
    return message?.type === 'LOG' ? message.log.message : '';
  };
  return { log, messages, last };
}

t.test('writes LOG messages of each level', (t) => {
  const { log, messages } = record(true);
  for (const level of ['debug', 'info', 'warn'] as const) log[level](`${level}!`);
  t.strictSame(
    messages,
    ['debug', 'info', 'warn'].map((level) => ({
      type: 'LOG',
      log: { level: level.toUpperCase(), message: `${level}!` },
    })),
  );
  t.end();
});

t.test('debug is silent unless asked for', (t) => {
  const { log, messages } = record();
  log.debug('details');
  t.same(messages, []);
  t.end();
});

t.test('no secrets (I9)', (t) => {
  const { log, last } = record();
  log.info(`GET /?key=s3cret with ${btoa('user:s3cret')}`);
  t.notMatch(last(), 's3cret');
  t.notMatch(last(), btoa('user:s3cret'));
  t.match(last(), 'GET /?key=****');
  t.end();
});

t.test('none of the words by which hosts find results (C16)', (t) => {
  const { log, last } = record();
  log.info('SPEC CATALOG CONNECTION_STATUS SPECIAL spec, MY-SPECIAL-KEY');
  t.equal(last(), 'spec catalog connection_status specIAL spec, ****', 'after redaction');
  t.end();
});

t.test('one line each, of bounded length', (t) => {
  const { log, last } = record();
  log.info('a\r\n  b\n\n\tc\u2028d');
  t.equal(last(), 'a b c d');
  log.info('x'.repeat(20_000));
  t.equal(last(), `${'x'.repeat(3_960)}… (16040 more characters)`);
  log.info(`${'x'.repeat(3_957)}s3cret and more${'x'.repeat(99)}`);
  t.notMatch(last(), 's3c', 'a secret at the cut is redacted first');
  t.end();
});
