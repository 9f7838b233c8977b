import { Readable } from 'node:stream';
import t from 'tap';
import { capped, gather, peek } from '../../src/http/body.ts';

const bodyOf = (...parts: string[]): AsyncIterable<Buffer> =>
  Readable.from(parts.map((part) => Buffer.from(part)));

t.test('gather: all of a body, or no more than is allowed', async (t) => {
  const tooLarge = () => new Error('too large');
  t.equal((await gather(bodyOf('ab', '', 'c'))).toString(), 'abc');
  t.equal((await gather(capped(bodyOf('ab', 'c'), 3, tooLarge))).toString(), 'abc');
  await t.rejects(gather(capped(bodyOf('ab', 'c'), 2, tooLarge)), /too large/);
});

t.test('peek: the beginning, however it is cut, and all of it still', async (t) => {
  for (const parts of [['abcd'], ['a', 'b', 'cd'], ['', 'abc', 'd']]) {
    const { head, whole } = await peek(bodyOf(...parts), 2);
    t.equal(head.toString().slice(0, 2), 'ab');
    t.equal((await gather(whole)).toString(), 'abcd');
  }
  const { head, whole } = await peek(bodyOf('a'), 2);
  t.equal(head.toString(), 'a', 'a shorter one');
  t.equal((await gather(whole)).toString(), 'a');
});
