/** A file that cannot be read, or not to its end: a sentence for the user, without the file's name. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}

/** A good file, of another stream: where a pattern found it, it is passed over. */
export class OtherStream extends FileProblem {}
