/**
 * Names and address lines in running text. A name that nothing announces cannot be told from any
 * other words: that is what a mode does not promise.
 */
import { type Hit, readTokens } from './spelling.ts';

/** Words that a person's name follows, however it is written. */
const TITLES =
  /(?<![\p{L}\p{N}])(?:mr|mrs|miss|ms|dr|shri|shree|smt|kumari|c\/o|s\/o|d\/o|w\/o|h\/o|attn|name is|name|naam)(?![\p{L}\p{N}])[\s.:=-]{0,4}/gu;
/** Words that one often follows: there it must begin with a capital. */
const CUES =
  /(?<![\p{L}\p{N}])(?:dear|hi|hello|namaste|regards|thanks|love|from|for|to|call|contact|ask for|(?:rec[a-z]{1,6}|signed|collected|accepted|placed|ordered) by|this is|i am|i'm|my (?:son|daughter|wife|husband|mother|father|brother|sister|friend))(?![\p{L}\p{N}])[\s,.:-]{1,3}/gu;
const NAME = /^\p{Lu}[\p{L}\p{M}'’]{1,20}\.?(?: (?:\p{Lu}\.? ?)?\p{Lu}[\p{L}\p{M}'’]{1,20}){0,3}/u;
const ANY_NAME = /^[\p{L}\p{M}][\p{L}\p{M}'’]{1,20}(?: (?:\p{L}\. ?)?[\p{L}\p{M}'’]{2,20})?/u;
/** What begins with a capital after such words, and is no name. */
const NO_NAMES = new Set(
  (
    'sir madam team customer customers customercare support all everyone both the your you our us my me ' +
    'delivery order orders cod upi prepaid cash payment refund return exchange product india delhi mumbai ' +
    'pune bengaluru bangalore chennai kolkata hyderabad monday tuesday wednesday thursday friday saturday ' +
    'sunday january february march april may june july august september october november december jan feb ' +
    'mar apr jun jul aug sep oct nov dec diwali holi eid christmas new happy gift pack size ref please ' +
    'before after call calling delhivery xpressbees dtdc bluedart ekart gokwik shopify whatsapp sms email mail ' +
    'women men kids hub security reception guard home office is on of in at and or no not it this that'
  ).split(' '),
);
const LONGEST_NAME = 90;
/** Before the address of a mail, as mails have it: `"Asha Verma" <asha@…>`. */
const MAILBOX =
  /(?<![\p{L}\p{M}'’.-])[\p{L}\p{M}'’.-]{1,30}(?: [\p{L}\p{M}'’.-]{1,30}){0,3}(?="? ?<[^<>\s@]{1,64}@)/gu;

export function* readNames(plain: string, lower: string): Iterable<Hit> {
  for (const { 0: name, index } of lower.matchAll(MAILBOX))
    yield { from: index, to: index + name.length, kind: 'name' };
  if (!/\s|:/.test(plain)) return;
  for (const [cue, name] of [
    [TITLES, ANY_NAME],
    [CUES, NAME],
  ] as const) {
    for (const match of lower.matchAll(cue)) {
      const from = match.index + match[0].length;
      const found = name.exec(plain.slice(from, from + LONGEST_NAME))?.[0];
      if (found === undefined) continue;
      const words = found.split(/\s+/);
      const end = words.findIndex((word) => NO_NAMES.has(word.toLowerCase().replace(/\W/g, '')));
      const kept = end < 0 ? found : words.slice(0, end).join(' ');
      if (kept !== '') yield { from, to: from + kept.length, kind: 'name' };
    }
  }
}

/** Words of address lines, of which two, or one and a number, make one. */
const ADDRESS_WORDS = new Set(
  (
    'flat house hno plot apartment apartments apt apts residency society colony nagar marg road rd street ' +
    'lane gali galli mohalla chowk bazar bazaar sector block floor villa tower towers heights enclave ' +
    'vihar puram layout phase near nr opp opposite behind bungalow chawl wing building bldg complex ' +
    'estate garden gardens mandir temple masjid church ward village taluka tehsil dist cross main bunglow ' +
    'pally peth wadi pura halli nivas niwas sadan bhavan bhawan kunj park extension extn bagh ganj'
  ).split(' '),
);
/** Words that only fit an address when another one is there. */
const WEAK_WORDS = new Set(
  'near main cross phase house block floor garden opposite behind street park extension extn'.split(
    ' ',
  ),
);
/** `Flat 200 off` is an offer. */
const FLAT_OFF = /^ (?:rs|inr|₹|off|rate|price|\d+ ?(?:%|off|rs))/;
const LONGEST_LINE = 60;

interface Clause {
  readonly from: number;
  readonly to: number;
  readonly words: number;
  readonly strong: number;
  readonly hasNumber: boolean;
  /** Where its first and last words of an address stand. */
  readonly first: number;
  readonly last: number;
}

export function* readAddresses(plain: string, lower: string): Iterable<Hit> {
  let group: Clause[] = [];
  for (const clause of readClauses(plain, lower)) {
    const isShort = clause.to - clause.from <= LONGEST_LINE;
    if (clause.words > 0 || (isShort && (clause.hasNumber || group.length > 0))) group.push(clause);
    else {
      yield* addressOf(group);
      group = [];
    }
  }
  yield* addressOf(group);
}

function* addressOf(group: readonly Clause[]): Iterable<Hit> {
  const held = [...group];
  while (held.length > 0 && held.at(-1)?.words === 0) held.pop();
  const from = held[0]?.first;
  const to = held.at(-1)?.last;
  if (from === undefined || to === undefined) return;
  const words = held.reduce((sum, clause) => sum + clause.words, 0);
  const strong = held.reduce((sum, clause) => sum + clause.strong, 0);
  const hasNumber = held.some((clause) => clause.hasNumber);
  if (strong > 0 && (words > 1 || hasNumber)) yield { from, to, kind: 'address' };
}

function* readClauses(plain: string, lower: string): Iterable<Clause> {
  const text = lower.replace(/(?<![a-z0-9])h\.? ?no\b/g, (said) => 'hno'.padEnd(said.length));
  for (const { 0: said, index } of text.matchAll(/[^,;|\n]+/g))
    yield readClause(plain, text, index, index + said.length);
}

function readClause(plain: string, text: string, from: number, to: number): Clause {
  let [words, strong, hasNumber, first, last] = [0, 0, false, to, from];
  let previous = '';
  let named = to;
  for (const token of readTokens(text.slice(from, to))) {
    const isNumber = /^\d{1,5}$/.test(token.word);
    const isWord =
      ADDRESS_WORDS.has(token.word) &&
      !(token.word === 'flat' && FLAT_OFF.test(text.slice(from + token.to, from + token.to + 12)));
    // `50% off`, `rs 200`, `2 kg` are no numbers of houses.
    const after = text.slice(from + token.to, from + token.to + 5);
    const counts =
      isNumber && !/^ ?(?:%|off|kg|gm|ml|pm|am|x |g\b)/.test(after) && previous !== 'rs';
    if (isWord) words++;
    if (isWord) named = Math.min(named, from + token.from);
    if (isWord && !WEAK_WORDS.has(token.word)) strong++;
    if (counts) hasNumber = true;
    if (isWord || counts) {
      // A road has a name before it: `Jubilee Hills Road`.
      first = Math.min(first, counts ? from + token.from : named);
      if (isWord || previous !== '') last = from + token.to;
    }
    previous = token.word;
    if (plain.charAt(from + token.from) === text.charAt(from + token.from)) named = to;
    else if (named > from + token.from) named = from + token.from;
  }
  return { from, to, words, strong, hasNumber, first: beginOfWord(text, from, first), last };
}

/** `B-204` begins at its letter. */
function beginOfWord(text: string, from: number, at: number): number {
  let begin = at;
  while (begin > from && !/\s/.test(text.charAt(begin - 1))) begin--;
  return begin;
}
