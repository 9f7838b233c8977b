/** The entries of `files`, and the files that lie there, in the order in which they are read. */

import { basename, dirname } from 'node:path';
import { ConnectorError } from '../../cdk/errors.ts';
import { describeLocation, FileProblem, type Location } from './location.ts';
import { compareFiles, digestOf, type Ordered, shortenName } from './marks.ts';
import { type OwnShape, SHAPES } from './shapes.ts';
import { isSmall, listFiles, type Store, type Stored } from './stores/store.ts';
import { WEBHOOKS } from './webhooks.ts';

/** An entry of `files` in the config. */
export interface FileSource {
  /** Undefined: each file goes to the streams that it belongs to. */
  readonly stream: string | undefined;
  readonly location: Location;
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

/** All that is kept of a file while a sync lasts: there may be 100,000. */
export interface Listed extends Ordered, Stored {
  readonly modifiedMs: number | undefined;
  readonly store: Store;
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
): Promise<{ files: Listed[]; keys: ReadonlySet<string>; problems: ListProblem[] }> {
  const files: Listed[] = [];
  /** Of one store, read by one shape: the places in `files` of what several entries, or pages, may find. */
  const shelves = new Map<string, Map<string, number>>();
  const problems: ListProblem[] = [];
  const keys = new Set<string>();
  for (const source of sources) {
    const { location, shape } = source;
    const wanted = streamsOf(source).filter(selected);
    const place = hideName(describeLocation(location));
    // Read by another shape it is another table.
    const as = shape ? `#${digestOf(JSON.stringify(shape)).toString(36)}` : '';
    try {
      const { scheme, container, account } = location;
      const shelf = JSON.stringify([scheme, container, account?.name, as]);
      const listed = shelves.get(shelf) ?? new Map<string, number>();
      shelves.set(shelf, listed);
      const store = await openStore(location);
      let isEmpty = true;
      for await (const page of listFiles(location, store, signal)) {
        for (const [name, item] of page) {
          isEmpty = false;
          if ('problem' in item) {
            problems.push({ source, message: `${hideName(name)}: ${item.problem}`, isEmpty });
            continue;
          }
          const unit = item.id ?? item.path;
          const at = listed.get(unit);
          const known = at === undefined ? undefined : files[at];
          if (at !== undefined && known) {
            const all = [...new Set([...known.wanted, ...wanted])];
            files[at] = { ...known, wanted: all, source: merge(known.source, source) };
            continue;
          }
          if (sources.length > 1 || item.id !== undefined) listed.set(unit, files.length);
          const key = uniqueKey(`${shortenName(hideName(name))}${as}`, item, hideName, keys);
          files.push(listedOf(item, key, { wanted, source, store }));
        }
      }
      if (isEmpty) problems.push({ source, message: `no file is at ${place}`, isEmpty });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ConnectorError) {
        problems.push({ source, message: error.message, isEmpty: false, error });
      } else if (error instanceof FileProblem) {
        problems.push({ source, message: `${place}: ${error.message}`, isEmpty: false });
      } else throw error;
    }
  }
  return { files: files.sort(compareFiles), keys, problems };
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
  { path, modifiedMs }: Stored,
  hideName: ListTools['hideName'],
  keys: Set<string>,
): string {
  let key = wanted;
  if (keys.has(key)) key = `${shortenName(hideName(basename(dirname(path))))}/${wanted}`;
  if (keys.has(key)) key = `${wanted}~${(modifiedMs ?? 0).toString(36)}`;
  for (let nth = 2; keys.has(key); nth += 1) key = `${wanted}~${nth}`;
  keys.add(key);
  return key;
}

/** Member by member: of a spread object, V8 makes a shape for each, larger than the object. */
function listedOf(
  item: Stored,
  key: string,
  { wanted, source, store }: Pick<Listed, 'wanted' | 'source' | 'store'>,
): Listed {
  const { path, id, inode, size, modifiedMs, tag } = item;
  const digest = digestOf(`${key} ${size} ${modifiedMs}${tag ? ` ${tag}` : ''}`);
  // Nobody asks it of a small one, which is read whole.
  const md5 = isSmall(item) ? undefined : item.md5;
  return { path, id, inode, size, modifiedMs, tag, md5, key, digest, wanted, source, store };
}
