/** The files of one stream as the engine sees them. */
import type { FileReader } from '../../cdk/source.ts';
import type { FileReaderOptions } from './folder.ts';
import { readMarks, writeMarks } from './marks.ts';

export type { FileTools } from './content.ts';
export type { FileSource } from './folder.ts';

export function createFileReader(options: FileReaderOptions): FileReader {
  return {
    open(bookmark) {
      const marks = readMarks(bookmark);
      return {
        async *pages(signal) {
          // Loaded here: a merchant without files needs no parser of CSV, and starts without it.
          const { readFiles } = await import('./folder.ts');
          yield* readFiles(options, marks, signal);
        },
        bookmark: () => writeMarks(marks),
      };
    },
  };
}
