const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** What every integer that a double cannot hold looks like: 2^53 has 16 digits. Texts may look so, too. */
const LONG = /(?:^|[:,[\s])-?\d{16}/;
const TOKEN = /\\.|"|-?\d[\d.eE+-]*/g;
/** Texts, and what Python writes where it has no number: as one beyond all numbers it is counted, and null. */
const NO_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;
const INTEGER = /^-?\d+$/;

/**
 * Bytes → JSON value. Integers that a double cannot hold come back as strings of their digits: an id
 * must not be rounded to its neighbour's. `NaN` is Infinity. Throws on invalid UTF-8 and on anything that is not JSON;
 * the error quotes the text, so it must not leave the caller.
 */
export function parseJson(bytes: Uint8Array): unknown {
  // Takes a byte order mark off.
  const given = UTF8.decode(bytes);
  // Parsed as it is even when it will be parsed again: quoting may only be done to valid JSON.
  const { text, value } = parse(given);
  return LONG.test(text) ? JSON.parse(quoteBigIntegers(text)) : value;
}

function parse(text: string): { readonly text: string; readonly value: unknown } {
  try {
    return { text, value: JSON.parse(text) };
  } catch (error) {
    const mended = text.replace(NO_NUMBER, (token) => (token.startsWith('"') ? token : '1e999'));
    if (mended === text) throw error;
    return { text: mended, value: JSON.parse(mended) };
  }
}

/** As `parseJson`; undefined for what is no JSON. */
export function tryJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch {
    return undefined;
  }
}

/** `text` is valid JSON: a backslash is inside a string, and a number outside of it is whole. */
function quoteBigIntegers(text: string): string {
  let isInString = false;
  return text.replace(TOKEN, (token) => {
    if (token === '"') isInString = !isInString;
    const isBig = !isInString && INTEGER.test(token) && !Number.isSafeInteger(Number(token));
    return isBig ? `"${token}"` : token;
  });
}
