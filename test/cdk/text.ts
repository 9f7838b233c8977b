import fc from 'fast-check';
import t from 'tap';
import { closest, cutText, orList, remember, trimText } from '../../src/cdk/text.ts';

t.test('trimText takes off what cannot be seen, at the edges only', (t) => {
  t.equal(
    trimText(' \u00a0\ufeff\u200b\ta\u00a0\u200b b\r\n\u2028\u200f\u2060 '),
    'a\u00a0\u200b b',
  );
  t.equal(trimText(' \u200b '), '');
  t.equal(trimText('ab'), 'ab');
  t.end();
});

t.test('cutText keeps short texts, and never cuts a pair in half', (t) => {
  t.equal(cutText('12345', 5), '12345');
  t.equal(cutText('123456789', 5), '12345… (4 more characters)');
  t.equal(cutText('1234😀6', 5), '1234… (3 more characters)');
  t.end();
});

t.test('orList', (t) => {
  t.same([orList([]), orList(['a']), orList(['a', 'b', 'c'])], ['', 'a', 'a, b or c']);
  t.end();
});

t.test('closest finds what was meant', (t) => {
  const fields = ['app_id', 'app_secret', 'lookback_days', 'end_date'];
  const cases: [string, string | undefined][] = [
    ['app_secert', 'app_secret'],
    ['appSecret', 'app_secret'],
    ['APP_ID', 'app_id'],
    ['lookbackdays', 'lookback_days'],
    ['lookback', undefined],
    ['client', undefined],
    ['', undefined],
  ];
  for (const [word, meant] of cases) t.equal(closest(word, fields), meant, word);
  t.equal(closest('ba', ['ab']), 'ab', 'a swap is one slip');
  t.equal(closest('abcdef', []), undefined);
  t.end();
});

t.test('closest forgives any one slip in a word', (t) => {
  const word = 'return_prime_token';
  const slip = fc.record({
    at: fc.nat(word.length - 2),
    kind: fc.constantFrom('-', '+', '~', 'x'),
  });
  const property = fc.property(slip, ({ at, kind }) => {
    const [a = '', b = ''] = word.slice(at);
    const slipped = { '-': b, '+': `${a}q${b}`, '~': `q${b}`, x: `${b}${a}` }[kind];
    const typed = word.slice(0, at) + slipped + word.slice(at + 2);
    return closest(typed, ['pii_mode', word, 'return_token']) === word;
  });
  fc.assert(property);
  t.pass();
  t.end();
});

t.test('makes each text once, while it comes again', async (t) => {
  let made = 0;
  const length = remember((text) => {
    made += 1;
    return text.length;
  });
  for (let round = 0; round < 1000; round += 1) {
    if (length('Mumbai') !== 6 || length(`row ${round}`) < 5) t.fail('another result');
  }
  t.equal(made, 1001, 'what comes only once does not push it out');
});

t.test('forgets what no longer comes, and never keeps long texts', async (t) => {
  let made = 0;
  const same = remember((text) => {
    made += 1;
    return text;
  });
  for (let index = 0; index < 1000; index += 1) same(String(index));
  same('0');
  t.equal(made, 1001);
  const long = 'x'.repeat(1000);
  same(long);
  t.equal(same(long), long);
  t.equal(made, 1003);
});
