/** What `check` says of files: the newest of each entry is opened and its kind is found out. */
import { ConnectorError } from '../../cdk/errors.ts';
import { createAnomalies } from '../anomalies.ts';
import { type FileTools, labelOf, openFound, partsOf } from './content.ts';
import { type FileSource, recogniseText } from './folder.ts';
import {
  describeLocation,
  FileProblem,
  type FoundFile,
  isNamed,
  listFiles,
  OtherStream,
} from './location.ts';

export interface Probe {
  readonly stream: string;
  /** How many files are there, and what the newest one is; or why that cannot be told. */
  readonly line: string;
  readonly isReadable: boolean;
}

export async function probeFiles(
  sources: readonly FileSource[],
  tools: FileTools,
  signal: AbortSignal,
): Promise<Probe[]> {
  const probes: Probe[] = [];
  // One after another: they are few, and a person reads the first failure.
  for (const source of sources) probes.push(await probe(source, tools, signal));
  return probes;
}

async function probe(source: FileSource, tools: FileTools, signal: AbortSignal): Promise<Probe> {
  const { stream, location } = source;
  try {
    const files = await listFiles(location);
    if (files.length === 0) throw new FileProblem(`no file is at ${describeLocation(location)}`);
    const found = await newestOf(files, source, tools, signal);
    const count = files.length === 1 ? '1 file' : `${files.length} files`;
    return { stream, line: `${count}, ${found}`, isReadable: true };
  } catch (error) {
    if (!(error instanceof FileProblem || error instanceof ConnectorError)) throw error;
    return { stream, line: error.message, isReadable: false };
  }
}

/** What the newest file of the stream is; those of other streams are passed over, as in a read. */
async function newestOf(
  files: readonly FoundFile[],
  source: FileSource,
  tools: FileTools,
  signal: AbortSignal,
): Promise<string> {
  const { location, stream } = source;
  const age = ({ modifiedMs }: FoundFile): number => modifiedMs ?? Number.POSITIVE_INFINITY;
  for (const file of [...files].sort((a, b) => age(b) - age(a))) {
    try {
      return `${await titleOf(file, source, tools, signal)} (${labelOf(file)})`;
    } catch (error) {
      if (error instanceof OtherStream && !isNamed(location, file)) continue;
      if (!(error instanceof FileProblem)) throw error;
      throw new FileProblem(`${labelOf(file)}: ${error.message}`);
    }
  }
  throw new FileProblem(`no file at ${describeLocation(location)} is one of stream ${stream}`);
}

async function titleOf(
  file: FoundFile,
  { stream, format }: FileSource,
  { openDownloader }: FileTools,
  signal: AbortSignal,
): Promise<string> {
  const opened = await openFound(file, undefined, openDownloader, signal);
  if (!opened) throw new FileProblem('it is not there');
  for await (const part of partsOf(opened)) {
    const { asOfMs, label } = part;
    const anomalies = createAnomalies();
    const zone = '+05:30';
    const options = { stream, expected: format, zone, asOfMs, name: label, anomalies } as const;
    return (await recogniseText(part, options)).title;
  }
  throw new FileProblem('nothing is in it');
}
