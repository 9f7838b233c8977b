/** Sources of patterns (flag `i`) that find a value in every way it may be spelled. */

/**
 * `text`, in lower case, white space of any length. `encoded`: also percent-encoded, once or
 * several times over (`%40`, `%2540`), with `+` for a space.
 */
export function spellText(text: string, encoded: boolean): string {
  const space = encoded ? '(?:\\s|\\+|%(?:25)*20)+' : '\\s+';
  return text
    .split(/\s+/)
    .map((word) => Array.from(word, (letter) => spellLetter(letter, encoded)).join(''))
    .join(space);
}

/** National digits with what people put between them, and India's prefix where it stands. */
export function spellPhone(digits: string, encoded: boolean): string {
  // Not `{0,3}`: V8 unrolls that, and ten of them take milliseconds to compile.
  const between = encoded ? '(?:[\\s().+-]|%(?:25)*(?:20|28|29|2B|2D))*' : '[\\s().-]*';
  const plus = encoded ? '(?:\\+|%(?:25)*2B)?' : '\\+?';
  // A 0 after a 2 may be the end of `%20`.
  return `(?:${plus}91${between}|(?<!2)0)?${[...digits].join(between)}`;
}

function spellLetter(letter: string, encoded: boolean): string {
  if (/[a-z0-9]/.test(letter)) return letter;
  const plain = letter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  if (!encoded) return plain;
  // The pattern ignores case, but not that of a letter behind its bytes.
  const spellings = [...new Set([letter, letter.toUpperCase()])].map(spellBytes);
  return `(?:${[plain, ...spellings].join('|')})`;
}

function spellBytes(letter: string): string {
  const bytes = Array.from(Buffer.from(letter), (byte) => byte.toString(16).padStart(2, '0'));
  return bytes.map((byte) => `%(?:25)*${byte}`).join('');
}
