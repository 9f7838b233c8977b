/** The entries of `files`, and the files that lie there, in the order in which they are read. */
import { ConnectorError } from '../../cdk/errors.ts';
import { describeLocation, FileProblem, type Location } from './location.ts';
import { compareFiles, digestOf, type Ordered, shortenName } from './marks.ts';
import { type OwnShape, SHAPES } from './shapes.ts';
import { type FoundFile, listFiles, type Store } from './stores/store.ts';
import { WEBHOOKS } from './webhooks.ts';

/** An entry of `files` in the config. */
export interface FileSource {
  /** Undefined: each file goes to the streams that it belongs to. */
  readonly stream: string | undefined;
  readonly location: Location;
  /** What the merchant says that its files are; undefined: find out. */
  readonly format: string | undefined;
  readonly shape: OwnShape | undefined;
  /** Whether files that cannot be read are passed over, rather than to fail their streams. */
  readonly skipsBroken: boolean;
}

/** Streams that files of known kinds feed. */
export const FILE_STREAMS: ReadonlySet<string> = new Set([
  ...SHAPES.map(({ stream }) => stream),
  ...Object.values(WEBHOOKS).flat(),
]);

/** The streams that an entry can feed. */
export function streamsOf({ stream, shape }: FileSource): readonly string[] {
  if (stream !== undefined) return [stream];
  return shape?.stream === undefined ? [...FILE_STREAMS] : [shape.stream];
}

export interface Listed extends Ordered {
  readonly file: FoundFile;
  readonly source: FileSource;
}

export interface ListProblem {
  readonly source: FileSource;
  readonly message: string;
  /** Nothing is there, which may be right. */
  readonly isEmpty: boolean;
  /** Its store could not be asked: what is there is not known. */
  readonly error?: ConnectorError;
}

interface ListTools {
  openStore(location: Location): Promise<Store>;
  readonly hideName: (name: string) => string;
}

/** @param selected whether a stream is read. */
export async function listAll(
  sources: readonly FileSource[],
  selected: (stream: string) => boolean,
  { openStore, hideName }: ListTools,
  signal: AbortSignal,
): Promise<{ files: Listed[]; problems: ListProblem[] }> {
  /** Of one store, read by one shape: what is there, by its id or path. */
  const shelves = new Map<string, Map<string, Listed>>();
  const problems: ListProblem[] = [];
  const keys = new Set<string>();
  for (const source of sources) {
    const { location, shape } = source;
    const wanted = streamsOf(source).filter(selected);
    const place = hideName(describeLocation(location));
    // Read by another shape it is another table.
    const as = shape ? `#${digestOf(JSON.stringify(shape)).toString(36)}` : '';
    try {
      const found = await listFiles(location, await openStore(location), signal);
      for (const { key, message } of found.problems) {
        problems.push({ source, message: `${hideName(key)}: ${message}`, isEmpty: false });
      }
      if (found.files.length + found.problems.length === 0) {
        problems.push({ source, message: `no file is at ${place}`, isEmpty: true });
      }
      const { scheme, container, account } = location;
      const shelf = JSON.stringify([scheme, container, account?.name, as]);
      const listed = shelves.get(shelf) ?? new Map<string, Listed>();
      shelves.set(shelf, listed);
      for (const file of found.files) {
        const unit = file.id ?? file.path;
        const known = listed.get(unit);
        if (known) {
          const all = [...new Set([...known.wanted, ...wanted])];
          listed.set(unit, { ...known, wanted: all, source: merge(known.source, source) });
          continue;
        }
        const wantedKey = `${shortenName(hideName(file.key))}${as}`;
        const above = shortenName(hideName(file.name.split('/').at(-2) ?? ''));
        const key = uniqueKey(wantedKey, above, file.modifiedMs, keys);
        listed.set(unit, { wanted, file, source, ...orderOf(file, key) });
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ConnectorError) {
        problems.push({ source, message: error.message, isEmpty: false, error });
      } else if (error instanceof FileProblem) {
        problems.push({ source, message: `${place}: ${error.message}`, isEmpty: false });
      } else throw error;
    }
  }
  const files = [...shelves.values()].flatMap((listed) => [...listed.values()]);
  return { files: files.sort(compareFiles), problems };
}

/** Two entries that find the same file. */
const merge = (a: FileSource, b: FileSource): FileSource => ({
  ...a,
  stream: a.stream === b.stream ? a.stream : undefined,
  skipsBroken: a.skipsBroken && b.skipsBroken,
});

/** Of two folders with the same names, or of two names of which the personal part is hidden. */
function uniqueKey(
  wanted: string,
  above: string,
  modifiedMs: number | undefined,
  keys: Set<string>,
): string {
  let key = wanted;
  if (keys.has(key)) key = `${above}/${wanted}`;
  if (keys.has(key)) key = `${wanted}~${(modifiedMs ?? 0).toString(36)}`;
  for (let nth = 2; keys.has(key); nth += 1) key = `${wanted}~${nth}`;
  keys.add(key);
  return key;
}

function orderOf(file: FoundFile, key: string): Omit<Ordered, 'wanted'> {
  const { size, modifiedMs, tag = '' } = file;
  return { key, modifiedMs, digest: digestOf(`${key} ${size} ${modifiedMs}${tag && ` ${tag}`}`) };
}
