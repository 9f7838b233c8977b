/** Helpers for text that people typed or will read. */

/** `\s` and what copying from chats and sheets brings along unseen: zero-width and direction marks. */
const UNSEEN = /[\s\u0085\u00ad\u200b-\u200f\u202a-\u202e\u2060]/;

/** Without the spaces, line breaks and invisible characters around it. */
export function trimText(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && UNSEEN.test(text.charAt(from))) from += 1;
  while (to > from && UNSEEN.test(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** Controls, C1 and what turns the direction of text: a message could look like another one by them. */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be printed
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** The text without characters that nobody sees, line breaks and tabs excepted. */
export const plainText = (text: string): string => text.toWellFormed().replace(UNPRINTABLE, '');

/** At most `maxChars` of it, with a note of how much was left out; never half of a character pair. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const last = text.charCodeAt(maxChars - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  const kept = text.slice(0, splitsPair ? maxChars - 1 : maxChars);
  return `${kept}… (${text.length - kept.length} more characters)`;
}

/** `a`, `a or b`, `a, b or c`. */
export function orList(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/** The candidate that `word` was probably meant to be: at most one slip in three characters. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestSlips = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const slips = countSlips(word.toLowerCase(), candidate.toLowerCase());
    if (slips < bestSlips) [best, bestSlips] = [candidate, slips];
  }
  return best;
}

/** Optimal string alignment distance: insertions, deletions, changes, and swaps of neighbours. */
function countSlips(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1];
      let slips = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) slips = Math.min(slips, at(beforeLast, j - 2) + 1);
      row.push(slips);
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, to.length);
}

const at = (row: readonly number[], index: number): number =>
  row[index] ?? Number.POSITIVE_INFINITY;

/** Texts that are remembered; then the half that was not asked for lately goes (I8). */
const MOST = 200;
/** What is longer is hardly ever the same twice. */
const LONGEST = 256;

/**
 * `make` for each text once: rows say the same over and over (cities, methods, first names, the same
 * person in both addresses). Not for what differs from row to row.
 */
export function remember<T>(make: (text: string) => T): (text: string) => T {
  let recent = new Map<string, T>();
  let older = new Map<string, T>();
  return (text) => {
    if (text.length > LONGEST) return make(text);
    let made = recent.get(text);
    if (made !== undefined) return made;
    made = older.get(text) ?? make(text);
    if (recent.size >= MOST / 2) {
      older = recent;
      recent = new Map();
    }
    recent.set(text, made);
    return made;
  };
}

/** Without percent-encoding; as it is where that is broken. */
export function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
