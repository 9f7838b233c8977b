/** A file that cannot be read, or not to its end: a sentence for the user, without the file's name. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}

/** What a file is called in messages, in `_source` and in the state: never a URL's query. */
export interface Named {
  readonly name: string;
}
