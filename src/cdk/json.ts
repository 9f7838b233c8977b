import { readFileSync } from 'node:fs';
import { ConfigError } from './errors.ts';
import type { JsonObject } from './protocol.ts';
import { findSyntaxError } from './syntax.ts';

/** Whether a parsed JSON value is an object, and no list. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface ReadOptions {
  /** The user and group the process runs as, for the advice on permissions. */
  readonly identity?: { readonly uid: number; readonly gid: number };
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
  const value = parse(text, the);
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

function parse(text: string, the: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the engine's own message: it quotes the text around the mistake.
    const found = findSyntaxError(text);
    const where = found
      ? `: line ${found.line}, column ${found.column}: expected ${found.expected}`
      : '';
    throw new ConfigError('GK_JSON', `${the} is not valid JSON${where}.`);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
