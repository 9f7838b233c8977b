import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What stands between the connector and a store: counts what comes back, and cuts it off. */
export interface Wire {
  readonly port: number;
  /** Bytes that came back since the last reset. */
  bytes(): number;
  reset(): void;
  /** Ends the connection once so many more bytes have come back. Once. */
  cutAfter(bytes: number): void;
  /** How often a connection was cut. */
  cuts(): number;
  close(): Promise<void>;
}

export async function startWire(port: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  let bytes = 0;
  let cutAt = Number.POSITIVE_INFINITY;
  let cuts = 0;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes >= cutAt) {
        cutAt = Number.POSITIVE_INFINITY;
        cuts += 1;
        near.write(chunk.subarray(0, chunk.length >> 1), () => near.resetAndDestroy());
        return;
      }
      if (!near.write(chunk)) {
        far.pause();
        near.once('drain', () => far.resume());
      }
    });
    far.once('end', () => near.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    bytes: () => bytes,
    reset() {
      bytes = 0;
    },
    cutAfter(more) {
      cutAt = bytes + more;
    },
    cuts: () => cuts,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
