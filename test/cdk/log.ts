import t from 'tap';
import { createLog } from '../../src/cdk/log.ts';
import type { Message } from '../../src/cdk/protocol.ts';
import { createRedactor } from '../../src/cdk/redact.ts';

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
  for (const level of ['debug', 'info', 'warn', 'error', 'fatal'] as const) log[level](`${level}!`);
  t.strictSame(
    messages,
    ['debug', 'info', 'warn', 'error', 'fatal'].map((level) => ({
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
  t.equal(last(), `${'x'.repeat(10_000)}… (10000 more characters)`);
  log.info(`${'x'.repeat(9_997)}s3cret and more`);
  t.notMatch(last(), 's3c', 'a secret at the cut is redacted first');
  t.end();
});
