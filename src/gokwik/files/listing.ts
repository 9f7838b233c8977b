/** The entries of `files`, and the files that lie there, in the order in which they are read. */
import {
  describeLocation,
  FileProblem,
  type FoundFile,
  type Location,
  listFiles,
} from './location.ts';
import { digestOf, type Ordered } from './marks.ts';
import { type OwnShape, SHAPES } from './shapes.ts';
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
  ...Object.values(WEBHOOKS).flatMap(({ streams }) => [...streams]),
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
}

/** @param selected whether a stream is read. */
export async function listAll(
  sources: readonly FileSource[],
  selected: (stream: string) => boolean,
  hideName: (name: string) => string,
): Promise<{ files: Listed[]; problems: ListProblem[] }> {
  const listed = new Map<string, Listed>();
  const problems: ListProblem[] = [];
  const keys = new Set<string>();
  for (const source of sources) {
    const { location, shape } = source;
    const wanted = streamsOf(source).filter(selected);
    const place = hideName(describeLocation(location));
    // Read by another shape it is another table.
    const as = shape ? `#${digestOf(JSON.stringify(shape)).toString(36)}` : '';
    try {
      const found = await listFiles(location);
      for (const { key, message } of found.problems) {
        problems.push({ source, message: `${hideName(key)}: ${message}`, isEmpty: false });
      }
      if (found.files.length + found.problems.length === 0) {
        problems.push({ source, message: `no file is at ${place}`, isEmpty: true });
      }
      for (const file of found.files) {
        const unit = `${file.name}${as}`;
        const known = listed.get(unit);
        if (known) {
          const all = [...new Set([...known.wanted, ...wanted])];
          listed.set(unit, { ...known, wanted: all, source: merge(known.source, source) });
          continue;
        }
        const key = uniqueKey(`${hideName(file.key)}${as}`, file, keys);
        listed.set(unit, { ...orderOf(file, key), wanted, file, source });
      }
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      problems.push({ source, message: `${place}: ${error.message}`, isEmpty: false });
    }
  }
  // What is behind an address has no place in the order: it comes last.
  const placeOf = ({ place = '\uffff' }: Listed): string => place;
  const files = [...listed.values()].sort(
    (a, b) => compare(placeOf(a), placeOf(b)) || compare(a.key, b.key),
  );
  return { files, problems };
}

/** Two entries that find the same file. */
const merge = (a: FileSource, b: FileSource): FileSource => ({
  ...a,
  stream: a.stream === b.stream ? a.stream : undefined,
  skipsBroken: a.skipsBroken && b.skipsBroken,
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Of two folders with the same names, or of two names of which the personal part is hidden. */
function uniqueKey(wanted: string, { name, modifiedMs }: FoundFile, keys: Set<string>): string {
  let key = wanted;
  if (keys.has(key)) key = `${name.split('/').at(-2) ?? ''}/${wanted}`;
  if (keys.has(key)) key = `${wanted}~${(modifiedMs ?? 0).toString(36)}`;
  for (let nth = 2; keys.has(key); nth += 1) key = `${wanted}~${nth}`;
  keys.add(key);
  return key;
}

function orderOf(file: FoundFile, key: string): Omit<Ordered, 'wanted'> {
  const { size, modifiedMs } = file;
  const place =
    modifiedMs === undefined ? undefined : `${new Date(modifiedMs).toISOString()} ${key}`;
  return { key, place, digest: digestOf(`${key} ${size} ${modifiedMs}`) };
}

/** A file's name without the mails and phones in it: receivers name captures by their buyer. */
export const maskName = (name: string): string =>
  name
    .replace(/[^\s@/]{1,64}@[^\s@/]{1,255}\.[a-z]{2,16}/gi, '[removed]')
    .replace(/(?<!\d)(?:\+?91[- ]?|0)?[6-9]\d{4}[- ]?\d{5}(?!\d)/g, '[removed]');
