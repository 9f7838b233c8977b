import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import type { TextPart } from '../../../src/gokwik/files/content.ts';
import { isTailed, newSeal, verify } from '../../../src/gokwik/files/seal.ts';

/** A text in a store, and how many bytes of it were asked for. */
function partOf(bytes: Buffer, md5 = createHash('md5').update(bytes).digest('hex')) {
  const asked = { whole: 0, tail: 0 };
  const part: TextPart = {
    ...{ kind: 'text', key: 'a', label: 'a', asOfMs: undefined, md5 },
    async *open() {
      asked.whole += bytes.length;
      yield* [bytes.subarray(0, 7), bytes.subarray(7)];
    },
    async *tail(from) {
      asked.tail += bytes.length - from;
      yield bytes.subarray(from);
    },
  };
  return { part, asked };
}

function markOf(bytes: Buffer, offset: number) {
  const seal = newSeal(partOf(bytes).part);
  seal.update(bytes.subarray(0, offset >> 1));
  seal.update(bytes.subarray(offset >> 1, offset));
  return { offset, ...seal.mark() };
}

t.test('what comes behind a mark tells whether what stands before it is the same', async (t) => {
  // Of several blocks, too.
  const bytes = fc
    .uint8Array({ minLength: 1, maxLength: 300, size: 'max' })
    .map((array) => Buffer.from(array));
  const property = fc.asyncProperty(bytes, bytes, fc.nat(), async (old, added, at) => {
    const grown = Buffer.concat([old, added]);
    const mark = markOf(old, old.length);
    const { part, asked } = partOf(grown);
    const seal = await verify(part, mark);
    t.ok(seal);
    const behind = added.length + (old.length % 64);
    t.equal(asked.whole, 0);
    t.ok(asked.tail <= 3 * behind, 'the tail alone is asked for');
    t.match(mark.md5, /^[0-9a-f]{40}$/, 'nothing of the file is in a state');
    // Taken up once more, it is the digest of all.
    seal?.update(added);
    t.ok(await isTailed(part, { offset: grown.length, ...seal?.mark() }));
    const changed = Buffer.from(grown);
    const place = at % old.length;
    changed[place] = (changed[place] ?? 0) ^ 1;
    t.equal(await verify(partOf(changed).part, mark), undefined);
  });
  await fc.assert(property, { numRuns: 60 });
});

t.test('a store that tells no MD5 has the beginning read', async (t) => {
  const old = Buffer.from('a,b\n1,2\n');
  const grown = Buffer.concat([old, Buffer.from('3,4\n')]);
  const mark = markOf(old, old.length);
  const kms = partOf(grown, 'f'.repeat(32));
  t.ok(await verify(kms.part, mark), 'a tag that only looks like one says nothing');
  const none = { ...partOf(grown).part, md5: undefined };
  t.ok(await verify(none, mark));
  t.equal(await verify({ ...none, open: partOf(Buffer.from('x')).part.open }, mark), undefined);
});

t.test('a mark that makes no sense verifies nothing', async (t) => {
  const { part } = partOf(Buffer.from('abc'));
  for (const md5 of ['', '.', 'zz.!!', `${'0'.repeat(32)}.${'A'.repeat(200)}`]) {
    t.equal(await verify(part, { offset: 2, md5 }), undefined, md5);
  }
});
