/** What `check` says of files: the newest of each entry is opened and its kind is found out. */
import { ConnectorError } from '../../cdk/errors.ts';
import { createAnomalies } from '../anomalies.ts';
import { partsOf } from './content.ts';
import { describeLocation, type FoundFile, listFiles } from './location.ts';
import { labelOf, openFound } from './opened.ts';
import { FileProblem } from './problem.ts';
import type { FileSource, FileTools } from './reader.ts';
import { recogniseText } from './text.ts';

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
    const newest = files.reduce<FoundFile | undefined>(
      (best, file) => (best && (best.modifiedMs ?? 0) >= (file.modifiedMs ?? 0) ? best : file),
      undefined,
    );
    if (!newest) throw new FileProblem(`no file is at ${describeLocation(location)}`);
    const title = await titleOf(newest, source, tools, signal);
    const count = files.length === 1 ? '1 file' : `${files.length} files`;
    return { stream, line: `${count}, ${title} (${labelOf(newest)})`, isReadable: true };
  } catch (error) {
    if (!(error instanceof FileProblem || error instanceof ConnectorError)) throw error;
    return { stream, line: error.message, isReadable: false };
  }
}

async function titleOf(
  file: FoundFile,
  { stream, format }: FileSource,
  { openDownloader }: FileTools,
  signal: AbortSignal,
): Promise<string> {
  try {
    const opened = await openFound(file, undefined, openDownloader, signal);
    if (!opened) throw new FileProblem('it is not there');
    for await (const part of partsOf(opened)) {
      const { asOfMs, label } = part;
      const anomalies = createAnomalies();
      const options = {
        stream,
        expected: format,
        zone: '+05:30',
        asOfMs,
        name: label,
        anomalies,
      } as const;
      return (await recogniseText(part, options)).title;
    }
    throw new FileProblem('nothing is in it');
  } catch (error) {
    if (error instanceof FileProblem) throw new FileProblem(`${labelOf(file)}: ${error.message}`);
    throw error;
  }
}
