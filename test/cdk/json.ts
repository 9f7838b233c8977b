import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { ConfigError } from '../../src/cdk/errors.ts';
import { findSyntaxError, isJsonObject, readJsonFile } from '../../src/cdk/json.ts';

type ReadOptions = Parameters<typeof readJsonFile>[2];
const readText = (content: string | Uint8Array, options: ReadOptions = {}): unknown =>
  readJsonFile('/config/c.json', 'config', { read: () => Buffer.from(content), ...options });

const failing = (code: string) => (): never => {
  throw Object.assign(new Error(`${code}: /config/c.json`), { code });
};

function errorOf(call: () => unknown): ConfigError {
  try {
    call();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

t.test('reads files, and only reads them (C18)', (t) => {
  const directory = t.testdir({ 'c.json': '{"a":[1,"é"]}' });
  const path = join(directory, 'c.json');
  chmodSync(path, 0o444);
  const before = statSync(path).mtimeMs;
  t.same(readJsonFile(path, 'config'), { a: [1, 'é'] });
  t.equal(readFileSync(path, 'utf8'), '{"a":[1,"é"]}');
  t.equal(statSync(path).mtimeMs, before);

  const missing = errorOf(() => readJsonFile(join(directory, 'no.json'), 'catalog'));
  t.equal(missing.code, 'GK_FILE');
  t.ok(
    missing.message.includes(`The catalog file ${directory}/no.json (--catalog) was not found.`),
  );
  t.ok(missing.message.includes('-v "$PWD:/config"'));
  t.match(
    errorOf(() => readJsonFile(join(path, 'below.json'), 'config')),
    /was not found/,
  );
  t.match(
    errorOf(() => readJsonFile(directory, 'config')),
    { message: /is a directory/ },
  );
  t.end();
});

t.test('a file without permission: who we are and what to do (C3)', (t) => {
  const identity = { uid: 4242, gid: 17 };
  const denied = errorOf(() => readText('', { read: failing('EACCES'), identity }));
  t.equal(denied.code, 'GK_FILE');
  for (const part of [
    '/config/c.json',
    'user 4242, group 17',
    '--user "$(id -u):$(id -g)"',
    'chmod a+r',
  ]) {
    t.ok(denied.message.includes(part), part);
  }
  t.match(
    errorOf(() => readText('', { read: failing('EPERM') })),
    { message: /may not be read/ },
  );
  const other = errorOf(() => readText('', { read: failing('EIO') }));
  t.match(other, { message: /cannot be read \(EIO\)/, detail: 'EIO' });
  t.end();
});

t.test('text in other encodings', (t) => {
  const bom = Buffer.from('\ufeff{"a":1}');
  t.same(readText(bom), { a: 1 }, 'a byte order mark is tolerated');
  const utf16 = Buffer.from('{"a":1}', 'utf16le');
  for (const content of [utf16, Buffer.from('\ufeff{}', 'utf16le'), Buffer.from(utf16).swap16()]) {
    t.match(
      errorOf(() => readText(content)),
      { code: 'GK_JSON', message: /is UTF-16 text/ },
    );
  }
  const latin1 = errorOf(() => readText(Buffer.from('{"a":"é"}', 'latin1')));
  t.match(latin1, { code: 'GK_JSON', message: /is not UTF-8 text/ });
  t.end();
});

t.test('an empty file is an error, unless it stands for something', (t) => {
  for (const content of ['', ' \n', '\ufeff']) {
    t.match(
      errorOf(() => readText(content)),
      { code: 'GK_JSON', message: /is empty/ },
    );
    t.same(readText(content, { whenEmpty: [] }), []);
    t.equal(readText(content, { whenEmpty: undefined }), undefined);
  }
  t.end();
});

t.test('a mistake is placed, without a word of the content (I9)', (t) => {
  const error = errorOf(() => readText('{\n  "app_secret": "hunter2",\n  "b": hunter2\n}'));
  t.equal(error.code, 'GK_JSON');
  t.match(error.message, /is not valid JSON: line 3, column 8: expected a value/);
  t.notMatch(`${error.message} ${error.detail} ${error.stack}`, 'hunter2');
  t.equal(error.cause, undefined, "the engine's own error quotes the content");
  t.end();
});

t.test('the top level is what is expected', (t) => {
  t.same(readText('[]', { expect: 'object or list' }), []);
  t.same(readText('{}', { expect: 'object or list' }), {});
  const cases: [string, string][] = [
    ['[]', 'must hold an object, {…}, and holds a list'],
    ['null', 'holds null'],
    ['"x"', 'holds a string'],
    ['5', 'holds a number'],
  ];
  for (const [content, message] of cases) {
    t.match(
      errorOf(() => readText(content)),
      { code: 'GK_JSON', message },
    );
  }
  t.match(
    errorOf(() => readText('5', { expect: 'object or list' })),
    { message: 'or a list, […]' },
  );
  t.end();
});

t.test('isJsonObject', (t) => {
  t.same([{}, [], null, 'x', undefined].map(isJsonObject), [true, false, false, false, false]);
  t.end();
});

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

t.test('says where and what', (t) => {
  const cases: [string, number, number, string][] = [
    ['{\n  "a": 1,\n}', 3, 1, 'the comma before it may be one too many'],
    ['[1,]', 1, 4, 'the comma before it may be one too many'],
    ['{"a" 1}', 1, 6, 'a colon'],
    ['{"a":}', 1, 6, 'a value'],
    ['{"a":1 "b":2}', 1, 8, '"," or "}"'],
    ['[1 2]', 1, 4, '"," or "]"'],
    ["{'a':1}", 1, 2, 'a name in double quotes or "}"'],
    ['{"a":1}\r\n{"b":2}', 2, 1, 'nothing more'],
    ['{"a":"x\n"}', 1, 8, 'a closing double quote'],
    ['{"a":"C:\\x"}', 1, 9, 'a valid escape'],
    ['["\\u123g"]', 1, 3, 'a valid escape'],
    ['{\u00a0}', 1, 2, 'a name'],
    ['{"a":[1', 1, 8, 'but the text ends here'],
    ['{"a":"x', 1, 8, 'but the text ends here'],
    ['{"a": // why\n1}', 1, 7, 'a value'],
    ['[01]', 1, 3, '"," or "]"'],
    ['[}', 1, 2, 'a value or "]"'],
    ['', 1, 1, 'a value'],
  ];
  for (const [text, line, column, expected] of cases) {
    const found = findSyntaxError(text);
    t.match(found, { line, column }, text);
    t.ok(found?.expected.includes(expected), `${text}: ${found?.expected}`);
  }
  t.end();
});

t.test('finds a mistake if and only if there is one', (t) => {
  const slip = fc.constantFrom(
    '',
    ',',
    ':',
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    '\n',
    '0',
    '-',
    'e',
    "'",
  );
  const mistaken = fc
    .tuple(fc.json(), fc.nat(), fc.nat({ max: 2 }), slip)
    .map(([text, position, removed, added]) => {
      const at = position % (text.length + 1);
      return text.slice(0, at) + added + text.slice(at + removed);
    });
  const spaced = fc.jsonValue().map((value) => JSON.stringify(value, null, '\t '));
  const loose = fc.stringMatching(/^[{}[\],:"\\0-9.eEtruefalsn \n-]{0,12}$/);
  const property = fc.property(fc.oneof(mistaken, spaced, loose), (text) => {
    return (findSyntaxError(text) === undefined) === isJson(text);
  });
  fc.assert(property, { numRuns: 5000 });
  t.pass();
  t.end();
});

t.test('quotes nothing of the text', (t) => {
  const property = fc.property(fc.stringMatching(/^[A-Z]{6,12}$/), fc.nat(), (secret, position) => {
    const text = `{"K":"${secret}","L":${secret}}`;
    const at = position % text.length;
    const found = findSyntaxError(text.slice(0, at) + text.slice(at + 1));
    return !/[A-Z]{2}/.test(found?.expected ?? '');
  });
  fc.assert(property);
  t.pass();
  t.end();
});
