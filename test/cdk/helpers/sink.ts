import { Writable } from 'node:stream';

/** A sink that takes everything at once, as a pipe with room does: what it was given, it copies. */
export function collectingSink(): { readonly sink: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { sink, text: () => Buffer.concat(chunks).toString() };
}
