/** Whether a secret can be guessed, as far as a look at it can tell. */

/** What keyboards and calendars have in a row. */
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qazwsxedcrfvtgbyhnujmikolp',
  '01234567890123456789',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
].flatMap((row) => [row, row.toUpperCase()]);
const SHORTEST = 16;
const FEWEST_DISTINCT = 8;
/** What is left behind runs and common words. Of a million keys of 16 random bytes none had fewer. */
const FEWEST_BITS = 40;
const COMMON =
  /p[a@]ssw[o0]rd|passwd|secret|changeme|letmein|admin|gokwik|example|long|your|own|random|string|test|hash|key|output|openssl|rand|hex/gi;

/** Why a key is weak, as the end of a sentence; undefined when it is not. */
export function weaknessOf(key: string): string | undefined {
  if (key.length < SHORTEST) return `has fewer than ${SHORTEST} characters`;
  if (new Set(key).size < FEWEST_DISTINCT) return 'has few different characters';
  if (isRepeated(key)) return 'repeats itself';
  const rare = key.replace(COMMON, '');
  const words = rare.split(/[^\p{L}\p{N}]+/u).filter((word) => /^\p{L}{4,}$/u.test(word));
  // A passphrase: five words of a list of thousands have 60 bits.
  if (new Set(words.map((word) => word.toLowerCase())).size >= 5) return undefined;
  const told = isSpelled(key) ? rare : rare.replace(WORD, shorten);
  if (bitsOf(withoutRuns(told)) < FEWEST_BITS) {
    return 'is made of runs or common words';
  }
  return undefined;
}

/** As programs spell random bytes: words in it are there by chance. */
const isSpelled = (key: string): boolean =>
  /^(?:[0-9a-f]{32,}|(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])[A-Za-z0-9+/]{22,}={0,2})$/.test(key) ||
  (key.match(/(?<=[a-z])[^a-z]|(?<=[A-Z])[^A-Z]|(?<=\d)\D/g)?.length ?? 0) > key.length * 0.3;
/** A word says little more than its first letter. What is random is seldom spelled so. */
const WORD = /(?<!\p{L})\p{Lu}?\p{Ll}{3,}|(?<=\p{Ll})\p{Lu}\p{Ll}{2,}/gu;
const shorten = (word: string): string =>
  /[aeiouy]/i.test(word) && !/[^aeiouy]{4}/i.test(word) ? word.charAt(0) : word;

/** `abcabcabc…`: the text is found again in its double, before its own end. */
const isRepeated = (key: string): boolean => (key + key).indexOf(key, 1) < key.length;

/** Without what goes up, down or along a keyboard for four characters and more. */
function withoutRuns(key: string): string {
  const follows = (at: number): boolean => {
    const pair = key.slice(at - 1, at + 1);
    if (pair.length < 2) return false;
    if (pair[0] === pair[1]) return true;
    const reversed = `${pair[1]}${pair[0]}`;
    return ROWS.some((row) => row.includes(pair) || row.includes(reversed));
  };
  let kept = '';
  for (let at = 0; at < key.length; ) {
    let to = at + 1;
    while (to < key.length && follows(to)) to++;
    kept += to - at >= 4 ? key.charAt(at) : key.slice(at, to);
    at = to;
  }
  return kept;
}

/** Shannon's entropy of the characters, times their number. */
function bitsOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length);
  return bits;
}
