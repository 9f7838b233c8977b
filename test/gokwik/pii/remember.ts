import t from 'tap';
import { remember } from '../../../src/gokwik/pii/remember.ts';

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
