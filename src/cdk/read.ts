import type { Arguments } from './args.ts';
import { parseCatalog } from './catalog.ts';
import { readStreams } from './engine.ts';
import { readJsonFile } from './json.ts';
import { renderError } from './render.ts';
import type { Session } from './run.ts';
import type { OpenSource } from './source.ts';
import { parseStates } from './state.ts';

/** The command `read`: files in, records and states out. Resolves with the exit code. */
export async function read(
  args: Extract<Arguments, { command: 'read' }>,
  source: OpenSource,
  session: Session,
): Promise<number> {
  const { writer, log, now, root, identity } = session;
  const file = { ...(identity && { identity }) };
  const configured = parseCatalog(readJsonFile(args.catalog, 'catalog', file));
  const saved = parseStates(
    args.state &&
      readJsonFile(args.state, 'state', { ...file, expect: 'object or list', whenEmpty: [] }),
  );
  try {
    const failed = await readStreams({
      source,
      configured,
      saved,
      writer,
      log,
      now,
      signal: root.signal,
      report: (error, descriptor) => {
        for (const message of renderError(error, session, descriptor)) writer.message(message);
      },
    });
    return failed.length > 0 ? 1 : 0;
  } finally {
    const minutesBehind = Math.round(-source.skewMs() / 60_000);
    if (minutesBehind > 5) {
      log.warn(
        `The server's clock is ${minutesBehind} minutes behind this machine's. The saved cursors stay behind the server's, so that no row is lost; check the clock of this machine.`,
      );
    }
    // I7: what was dropped, unparsed or unknown is said once, at the end.
    for (const line of source.anomalies()) log.warn(line);
  }
}
