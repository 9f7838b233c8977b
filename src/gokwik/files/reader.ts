/** The files of one stream as the engine sees them. */
import type { FileReader, Logger } from '../../cdk/source.ts';
import type { Downloader } from '../../http/download.ts';
import type { Anomalies } from '../anomalies.ts';
import type { Mapper } from '../records/mapper.ts';
import type { Zone } from '../records/time.ts';
import type { Location } from './location.ts';
import { readMarks, writeMarks } from './marks.ts';
import type { FileKind } from './shapes.ts';

/** An entry of `files` in the config. */
export interface FileSource {
  readonly stream: string;
  readonly location: Location;
  /** Undefined: find out. */
  readonly format: FileKind | undefined;
}

/** What reading any file needs of the world. */
export interface FileTools {
  readonly log: Logger;
  /** Asked for when the first address is read. */
  openDownloader(): Promise<Downloader>;
}

export interface FileReaderOptions extends FileTools {
  readonly stream: string;
  readonly sources: readonly FileSource[];
  readonly mapper: Mapper;
  /** Of stamps without an offset. */
  readonly zone: Zone;
  readonly anomalies: Anomalies;
}

export function createFileReader(options: FileReaderOptions): FileReader {
  return {
    open(bookmark) {
      const marks = readMarks(bookmark);
      return {
        async *pages(signal) {
          // Loaded here: a merchant without files needs no parser of CSV, and starts without it.
          const { readFiles } = await import('./files.ts');
          yield* readFiles(options, marks, signal);
        },
        bookmark: () => writeMarks(marks),
      };
    },
  };
}
