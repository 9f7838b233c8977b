const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** What every integer that a double cannot hold looks like: 2^53 has 16 digits. Texts may look so, too. */
const LONG = /(?:^|[:,[\s])-?\d{16}/;
/** Numbers, and what tells whether they stand in a text. A pattern of whole texts would not be linear. */
const NUMBER = /\\.|"|-?\d[\d.eE+-]*/g;
/** What Python writes where it has no number: as one beyond all numbers it is counted, and null. */
const NO_NUMBER = /\\.|"|-?\b(?:NaN|Infinity)\b/g;
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
    const mended = replaceOutside(text, NO_NUMBER, () => '1e999');
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

const quoteBigIntegers = (text: string): string =>
  replaceOutside(text, NUMBER, (token) =>
    INTEGER.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );

/** Outside of texts a valid JSON has no backslash, and a token is whole. */
function replaceOutside(text: string, tokens: RegExp, change: (token: string) => string): string {
  let isInside = false;
  return text.replace(tokens, (token) => {
    if (token === '"') isInside = !isInside;
    return isInside || token === '"' || token.startsWith('\\') ? token : change(token);
  });
}
