import fc from 'fast-check';
import t from 'tap';
import { findSyntaxError } from '../../src/cdk/syntax.ts';

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
    ['{"a":[1', 1, 8, 'but the file ends here'],
    ['{"a":"x', 1, 8, 'but the file ends here'],
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
