import { readFileSync } from 'node:fs';
import { ConfigError } from './errors.ts';
import type { JsonObject } from './protocol.ts';

/** Whether a parsed JSON value is an object, and no list. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a JSON Schema says of the fields of an object, by their names. */
export const fieldSchemas = (schema: unknown): JsonObject =>
  isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};

interface ReadOptions {
  /** The user and group the process runs as, for the advice on permissions. */
  readonly identity?: { readonly uid: number; readonly gid: number } | undefined;
  /** What its top level must be; by default an object. */
  readonly expect?: 'object' | 'object or list';
  /** What an empty file stands for, where one is fine (state). By default it is an error. */
  readonly whenEmpty?: unknown;
  readonly read?: (path: string) => Uint8Array;
}

/**
 * Reads one of the JSON files that hosts pass. The file is only ever read (C18), and no error shows
 * any of it, since it may hold secrets (I9).
 *
 * @param what how messages call it: `config`, `catalog` or `state`, after its flag
 * @throws ConfigError `GK_FILE` when it cannot be read, `GK_JSON` when it is not such JSON
 */
export function readJsonFile(path: string, what: string, options: ReadOptions = {}): unknown {
  const { expect = 'object', read = readFileSync } = options;
  const the = `The ${what} file ${path} (--${what})`;
  let bytes: Uint8Array;
  try {
    bytes = read(path);
  } catch (error) {
    throw unreadable(error, the, options.identity);
  }
  const text = decode(bytes, the);
  if (text.trim() === '') {
    if ('whenEmpty' in options) return options.whenEmpty;
    throw new ConfigError('GK_JSON', `${the} is empty.`);
  }
  const value = parseDocument(text, the);
  if (isJsonObject(value) || (expect === 'object or list' && Array.isArray(value))) return value;
  const allowed = expect === 'object' ? 'an object, {…}' : 'an object, {…}, or a list, […]';
  throw new ConfigError('GK_JSON', `${the} must hold ${allowed}, and holds ${kindOf(value)}.`);
}

function unreadable(error: unknown, the: string, identity: ReadOptions['identity']): ConfigError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const fail = (why: string): ConfigError =>
    new ConfigError('GK_FILE', `${the} ${why}`, { detail: code });
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return fail(
      'was not found. In a container, its directory must be mounted, for example with -v "$PWD:/config", and the path is the one inside: /config/….',
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const who = identity
      ? `user ${identity.uid}, group ${identity.gid}, which the connector runs as,`
      : 'the user that the connector runs as';
    return fail(
      `may not be read: ${who} has no permission for it or for a directory above it. Run the container as yourself with --user "$(id -u):$(id -g)", or allow reading with chmod a+r on the file and chmod a+rx on its directory.`,
    );
  }
  if (code === 'EISDIR') return fail('is a directory. Give the path of the file in it.');
  return fail(`cannot be read (${code}).`);
}

function decode(bytes: Uint8Array, the: string): string {
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  // JSON begins with an ASCII character, so a zero among the first two bytes is UTF-16 as well.
  if (utf16 || first === 0 || second === 0) {
    throw new ConfigError(
      'GK_JSON',
      `${the} is UTF-16 text (PowerShell's ">" and Notepad's "Unicode" write it). Save it as UTF-8.`,
    );
  }
  try {
    // Without `ignoreBOM`, the decoder takes a byte order mark off.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError('GK_JSON', `${the} is not UTF-8 text. Save it as UTF-8.`);
  }
}

/**
 * Parses a document that a person wrote. @throws ConfigError with `code`: line and column of the
 * first mistake and what would be right there, and nothing of the text, which may hold secrets (I9).
 */
export function parseDocument(text: string, the: string, code = 'GK_JSON'): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const found = findSyntaxError(text);
    const where = found
      ? `: line ${found.line}, column ${found.column}: expected ${found.expected}`
      : '';
    throw new ConfigError(code, `${the} is not valid JSON${where}.`);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

/** Where a text stops being JSON. `line` and `column` count from 1. */
interface SyntaxProblem {
  readonly line: number;
  readonly column: number;
  /** What would have been right there, for people. It quotes nothing of the text. */
  readonly expected: string;
}

/** What may come next. `after`: a value has just ended. */
type State = 'value' | 'item' | 'item or ]' | 'name or }' | 'name' | 'colon' | 'after';

const EXPECTED: Record<Exclude<State, 'after'>, string> = {
  value: 'a value',
  item: 'a value (the comma before it may be one too many)',
  'item or ]': 'a value or "]"',
  'name or }': 'a name in double quotes or "}"',
  name: 'a name in double quotes (the comma before it may be one too many)',
  colon: 'a colon, ":"',
};
const QUOTE = 'a closing double quote before the end of the line';
const ESCAPE = 'a valid escape (a backslash itself is "\\\\")';

const SPACE = /[ \t\n\r]*/y;
const ATOM = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;
/** Of a string: characters that stand for themselves, or an escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these may not stand in a string
const PART = /[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Finds the first mistake in a text that `JSON.parse` refused: its messages quote the text, which may
 * hold secrets, and name no line. Undefined if there is none after all.
 */
export function findSyntaxError(text: string): SyntaxProblem | undefined {
  const open: ('}' | ']')[] = [];
  let state: State = 'value';
  let at = 0;
  for (;;) {
    at = endOf(SPACE, text, at) ?? at;
    const character = text[at];
    const closer = open.at(-1);
    const naming: boolean = state === 'name' || state === 'name or }';
    let end = at + 1;
    if (state === 'after' && character === undefined && !closer) return undefined;

    if (closer && character === closer && (state === 'after' || state.endsWith(closer))) {
      open.pop();
      state = 'after';
    } else if (state === 'after') {
      if (character !== ',' || !closer)
        return problem(text, at, closer ? `"," or "${closer}"` : 'nothing more');
      state = closer === '}' ? 'name' : 'item';
    } else if (state === 'colon') {
      if (character !== ':') return problem(text, at, EXPECTED.colon);
      state = 'value';
    } else if (character === '"') {
      for (let to: number | undefined = end; to !== undefined; to = endOf(PART, text, to)) end = to;
      if (text[end] !== '"') return problem(text, end, text[end] === '\\' ? ESCAPE : QUOTE);
      end += 1;
      state = naming ? 'colon' : 'after';
    } else if (!naming && (character === '{' || character === '[')) {
      open.push(character === '{' ? '}' : ']');
      state = character === '{' ? 'name or }' : 'item or ]';
    } else {
      const to = naming ? undefined : endOf(ATOM, text, at);
      if (to === undefined) return problem(text, at, EXPECTED[state]);
      end = to;
      state = 'after';
    }
    at = end;
  }
}

function endOf(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function problem(text: string, at: number, expected: string): SyntaxProblem {
  const before = text.slice(0, at).split(/\r\n|\r|\n/);
  const column = (before.at(-1)?.length ?? 0) + 1;
  const cutOff = at >= text.length ? ', but the text ends here' : '';
  return { line: before.length, column, expected: expected + cutOff };
}
