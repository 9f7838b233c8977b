/** The files of a config as the engine sees them. */
import type { FileReader } from '../../cdk/source.ts';
import type { Failure, FolderOptions, Place } from './folder.ts';
import { readBook, writeBook } from './marks.ts';

export type { FileTools } from './content.ts';

/** @param streams that the entries may feed. */
export function createFileReader(streams: readonly string[], options: FolderOptions): FileReader {
  return {
    streams,
    open(bookmarks) {
      const books = new Map([...bookmarks].map(([stream, saved]) => [stream, readBook(saved)]));
      const failures = new Map<string, Failure>();
      const errors = new Map<string, unknown>();
      const place: Place = { fold() {} };
      return {
        async *pages(signal) {
          // Loaded here: a merchant without files needs no parser of CSV, and starts without it.
          const { readFolder, unreadable } = await import('./folder.ts');
          yield* readFolder(options, books, failures, place, signal);
          for (const [stream, failure] of failures) errors.set(stream, unreadable(stream, failure));
        },
        bookmark(stream) {
          place.fold();
          const book = books.get(stream);
          return book ? writeBook(book) : {};
        },
        failure: (stream) => errors.get(stream),
      };
    },
  };
}
