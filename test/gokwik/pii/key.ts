import { randomBytes } from 'node:crypto';
import t from 'tap';
import { weaknessOf } from '../../../src/gokwik/pii/key.ts';

t.test('16 random bytes in hex or base64 pass, and so do five words', async (t) => {
  const random = Array.from({ length: 500 }, () => randomBytes(16));
  for (const key of [
    ...['velvet tractor mango ledger sunrise', 'correct-horse-battery-staple-nine'],
    ...random.flatMap((bytes) => [bytes.toString('hex'), bytes.toString('base64')]),
  ]) {
    t.equal(weaknessOf(key), undefined, key);
  }
});

t.test('what can be guessed is weak, and it is said why', async (t) => {
  const weak: Readonly<Record<string, readonly string[]>> = {
    'has fewer than 16 characters': ['short', '3f9c1b7e5a2d804'],
    'has few different characters': [
      ...['aaaaaaaaaaaaaaaaaaaa', 'abababababababababab', 'abc123abc123abc123abc123'],
      ...['deadbeefdeadbeefdeadbeef', 'the the the the the'],
    ],
    'repeats itself': ['0123456789abcdef0123456789abcdef', 'p8Kq2Zm4Xw7Rp8Kq2Zm4Xw7R'],
    'is made of runs or common words': [
      ...['abcdefghijklmnopqrstuvwxyz', '1234567890123456789012', 'zyxwvutsrqponmlkjihg'],
      ...['qwertyuiopasdfghjklzxcvbnm', 'QWERTYUIOPqwertyuiop123', 'qazwsxedcrfvtgbyhnuj'],
      ...['1q2w3e4r5t6y7u8i9o0p', '9876543210987654', '00112233445566778899aabbccddeeff'],
      ...['passwordpassword1234', 'gokwik-secret-key-2026', 'a-long-random-string-of-your-own'],
      'output of openssl rand -hex 32',
      ...['our-company-name-2026', 'AcmeTextiles2026!', 'Acme-Textiles-Pune-411038'],
      ...['correct horse battery', 'P@ssw0rdP@ssw0rd1'],
    ],
  };
  for (const [why, keys] of Object.entries(weak)) {
    for (const key of keys) t.equal(weaknessOf(key), why, key);
  }
});
