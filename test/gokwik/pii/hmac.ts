import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { createPii } from '../../../src/gokwik/pii/pii.ts';

const SCHEMA = { properties: { account: { type: ['string', 'null'], 'x-pii': 'bank' } } };

t.test("a hash is Node's HMAC-SHA-256, whatever the lengths of key and text", async (t) => {
  const unicode = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 });
  const long = fc.integer({ min: 300, max: 1200 }).map((length) => '₹'.repeat(length));
  const key = fc.oneof(unicode, fc.string({ minLength: 60, maxLength: 70 }));
  fc.assert(
    fc.property(key, fc.oneof(unicode, long), (secret, text) => {
      const account = text.trim();
      const row = { account };
      createPii({ mode: 'hash', key: secret }).compile(SCHEMA, new Set())(row, undefined);
      const expected = createHmac('sha256', secret).update(account).digest('hex');
      if (row.account !== (account === '' ? null : expected)) throw new Error('another hash');
    }),
    { numRuns: 500 },
  );
  t.pass();
});
