/** Bodies that flow. */

/** All of it at once. */
export async function gather(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What comes, until it is more than so many bytes. */
export async function* capped(
  body: AsyncIterable<Buffer>,
  mostBytes: number,
  tooLarge: () => Error,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge();
    yield chunk;
  }
}

/** The first bytes of a body, so many if it has them, and the whole of it. */
export async function peek(
  body: AsyncIterable<Buffer>,
  bytes: number,
): Promise<{ readonly head: Buffer; readonly whole: AsyncIterable<Buffer> }> {
  const rest = body[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    head = Buffer.concat([head, next.value]);
    if (head.length >= bytes) break;
  }
  const whole = async function* () {
    yield head;
    yield* { [Symbol.asyncIterator]: () => rest };
  };
  return { head, whole: whole() };
}
