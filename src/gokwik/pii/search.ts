/**
 * Finding personal data in texts: what the row itself says of a person, what a text calls by name
 * (`?email=…`, `Mobile: …`), and what is personal by its looks. Everything takes linear time: a row's
 * own values are looked up word by word.
 */
import { remember } from '../../cdk/text.ts';
import { detect } from './detect.ts';
import { type PiiKind, readName } from './kinds.ts';
import { type Hit, readTokens, spellPhones, type Token, type View, viewText } from './spelling.ts';

/**
 * How much of a text may go. `declared`: the schema's author has judged the field not personal, so
 * only what is surely the row's own goes (a lone name may be a product's). `place`: city, state and
 * the like, where only the row's phones and e-mails go. `thing`: as `declared`, and what is certain.
 * `free`: whatever looks personal.
 */
export type Level = 'declared' | 'place' | 'thing' | 'free';

/** What stands in place of a personal value. */
export type Replace = (kind: PiiKind, text: string) => string;

/** What a row has said about a person so far. */
export interface Personal {
  /** National digits, and how many of them the numbers have. */
  readonly phones: Set<string>;
  readonly lengths: Set<number>;
  /** Values and what they begin with, their words with a space between; a name's words also each for itself. */
  readonly values: Map<string, Known>;
  /** What the parent's row had said. */
  readonly above: Personal | undefined;
}

interface Known {
  /** Undefined: values only begin so. */
  readonly kind: PiiKind | undefined;
  /** Whether it is one word of a name. */
  readonly isWord: boolean;
}

const BEGINNING: Known = { kind: undefined, isWord: false };

export function createPersonal(above?: Personal): Personal {
  return { phones: new Set(), lengths: new Set(), values: new Map(), above };
}

/** Shorter values are not looked for elsewhere, but for the words of names. */
const SHORTEST = 5;
/** Of longer values the beginning is looked for. */
const MOST_WORDS = 40;
/** Between two words of one value. */
const WIDEST_GAP = 3;
const SHORTEST_PHONE = 7;

/** Notes a value of a row. Too short or too common ones are not looked for elsewhere. */
export function addPersonal(personal: Personal, kind: PiiKind, text: string): void {
  if (kind === 'text') return;
  if (kind === 'phone') {
    for (const digits of phonesOf(text)) {
      personal.phones.add(digits);
      personal.lengths.add(digits.length);
    }
    return;
  }
  const { words, isWhole } = readSaid(kind, text);
  if (isWhole) addValue(personal.values, words, kind, false);
  if (kind !== 'name') return;
  for (const word of words) {
    if (word.length >= 3 && !/\d/.test(word)) addValue(personal.values, [word], kind, true);
  }
}

function addValue(
  to: Personal['values'],
  words: readonly string[],
  kind: PiiKind,
  isWord: boolean,
): void {
  let said = '';
  for (const word of words) {
    said = said === '' ? word : `${said} ${word}`;
    if (!to.has(said)) to.set(said, BEGINNING);
  }
  if (!isWord || to.get(said)?.kind === undefined) to.set(said, { kind, isWord });
}

/** A value's words, and whether the whole is rare enough to be looked for. */
interface Said {
  readonly words: readonly string[];
  readonly isWhole: boolean;
}

function readValue(kind: PiiKind, text: string): Said {
  const { lower } = viewText(text.trim());
  const words = readTokens(lower)
    .slice(0, MOST_WORDS)
    .map(({ word }) => word);
  if (kind === 'name') return { words, isWhole: lower.length > SHORTEST && words.length > 1 };
  // A lone word in an address may be a town, and one in bank data a bank: those may stand.
  const isRare = kind === 'email' ? lower.includes('@') : /[\d\s@]/.test(lower);
  return { words, isWhole: lower.length > SHORTEST && isRare && words.length > 0 };
}

/** First and last names come again and again; all else is one person's. */
const readNameSaid = remember((text) => readValue('name', text));
const readSaid = (kind: PiiKind, text: string): Said =>
  kind === 'name' ? readNameSaid(text) : readValue(kind, text);

function phonesOf(text: string): string[] {
  return spellPhones(text)
    .map((phone) => phone.replace(/^\+(?:91)?/, ''))
    .filter((digits) => /^\d+$/.test(digits) && digits.length >= SHORTEST_PHONE);
}

/** What a text is, whoever's values are looked for in it. */
interface Looked {
  readonly view: View;
  readonly tokens: readonly Token[];
  readonly labelled: readonly Hit[];
  readonly numbers: readonly DigitRun[];
  /** What is personal by its looks, in free texts and in those about things. */
  found: readonly Hit[] | undefined;
  foundSure: readonly Hit[] | undefined;
}

const lookAt = remember((text): Looked => {
  const view = viewText(text);
  return {
    view,
    tokens: readTokens(view.lower),
    labelled: readParameters(view),
    numbers: readNumbers(view.plain),
    found: undefined,
    foundSure: undefined,
  };
});

function foundIn(looked: Looked, level: Level): readonly Hit[] {
  if (level === 'thing') {
    looked.foundSure ??= [...detect(looked.view, true)];
    return looked.foundSure;
  }
  looked.found ??= [...readLabels(looked.view), ...detect(looked.view, false)];
  return looked.found;
}

/** The text without personal data, as far as `level` lets it go. */
export function scrubText(
  text: string,
  level: Level,
  personal: Personal,
  replace: Replace,
): string {
  if (text.length < 3) return text;
  const looked = lookAt(text);
  const hits = knownIn(looked, level, personal);
  if (level !== 'place') for (const hit of looked.labelled) hits.push(hit);
  if (level === 'free' || level === 'thing') {
    for (const hit of foundIn(looked, level)) hits.push(hit);
  }
  return hits.length === 0 ? text : replaceHits(looked.view, hits, replace);
}

function replaceHits(view: View, hits: Hit[], replace: Replace): string {
  // Of two that overlap the first counts, and of two that begin together the longer one.
  hits.sort((a, b) => a.from - b.from || b.to - a.to);
  const isEncoded = /[+%]/.test(view.text);
  let scrubbed = '';
  let shownTo = 0;
  let hiddenTo = 0;
  for (const { from, to, kind } of hits) {
    if (from < hiddenTo || to <= from) continue;
    const value = view.plain.slice(from, to);
    const spaced = isEncoded && kind === 'name' ? value.replaceAll('+', ' ') : value;
    scrubbed += view.text.slice(shownTo, view.startOf(from)) + replace(kind, spaced);
    shownTo = view.endOf(to);
    hiddenTo = to;
  }
  return scrubbed + view.text.slice(shownTo);
}

/** What the row, or the one above it, says elsewhere. */
function knownIn(looked: Looked, level: Level, personal: Personal): Hit[] {
  const hits: Hit[] = [];
  const words: Hit[] = [];
  for (let by: Personal | undefined = personal; by !== undefined; by = by.above) {
    if (looked.numbers.length > 0) addPhones(looked, by, hits);
    if (by.values.size > 0) addValues(looked, by.values, level, hits, words);
  }
  if (words.length === 0) return hits;
  const counts = level === 'free' || (level !== 'place' && isAboutPerson(looked, words));
  return counts ? [...hits, ...words] : hits;
}

/** Whole values; single words of names are put to `words`, since they may be a product's. */
function addValues(
  { tokens }: Looked,
  values: Personal['values'],
  level: Level,
  hits: Hit[],
  words: Hit[],
): void {
  for (let at = 0; at < tokens.length; at++) {
    let said = '';
    let previous: Token | undefined;
    let longest: Hit | undefined;
    for (let next = at; next < tokens.length; next++) {
      const token = tokens[next];
      if (token === undefined || token.from - (previous?.to ?? token.from) > WIDEST_GAP) break;
      said = said === '' ? token.word : `${said} ${token.word}`;
      const known = values.get(said);
      if (known === undefined) break;
      if (known.kind !== undefined) {
        const hit = { from: tokens[at]?.from ?? 0, to: token.to, kind: known.kind };
        if (known.isWord) words.push(hit);
        else longest = hit;
      }
      previous = token;
    }
    if (longest === undefined) continue;
    if (level === 'place' && longest.kind !== 'email') continue;
    hits.push(longest);
  }
}

/** An address of a page, or two words of names, are hardly about a product. */
function isAboutPerson({ view }: Looked, words: readonly Hit[]): boolean {
  if (/=|:\/\//.test(view.plain)) return true;
  const said = new Set(words.map(({ from, to }) => view.lower.slice(from, to)));
  return said.size > 1;
}

/** Digits, and what people put between them: as many as a phone has. */
const RUN = /\d[\d\s().+-]{5,}\d/g;

/** The digits of a run, and where each of them stands. */
interface DigitRun {
  readonly digits: string;
  readonly places: readonly number[];
}

function readNumbers(plain: string): readonly DigitRun[] {
  // Most texts have none.
  if (plain.length < SHORTEST_PHONE || plain.search(RUN) < 0) return [];
  return Array.from(plain.matchAll(RUN), ({ 0: run, index }) => ({
    digits: run.replace(/\D/g, ''),
    places: Array.from(run.matchAll(/\d/g), (digit) => index + digit.index),
  }));
}

/** The row's phones wherever their digits stand, with India's prefix. */
function addPhones({ view, numbers }: Looked, { phones, lengths }: Personal, hits: Hit[]): void {
  for (const { digits, places } of numbers) {
    for (let at = 0; at < digits.length; at++) {
      for (const length of lengths) {
        if (at + length > digits.length || !phones.has(digits.slice(at, at + length))) continue;
        const prefix = /(?:91|0)$/.exec(digits.slice(Math.max(0, at - 2), at))?.[0].length ?? 0;
        const first = places[at - prefix] ?? 0;
        const from = view.plain[first - 1] === '+' ? first - 1 : first;
        hits.push({ from, to: (places[at + length - 1] ?? 0) + 1, kind: 'phone' });
        break;
      }
    }
  }
}

const LONGEST_NAME = 64;
const kindOfLabel = remember((name) => {
  const { kind, isGuess } = readName(name, undefined);
  return { kind: kind === 'text' || isGuess ? undefined : kind };
});

const PARAMETER = /(?<![^?&#;\s])([\w.[\]-]{1,64})=/g;

/** `?email=…&` in an address, plain, or encoded inside another one's query. */
function readParameters(view: View): Hit[] {
  const { plain } = view;
  const hits: Hit[] = [];
  for (const { 1: name = '', index } of plain.matchAll(PARAMETER)) {
    const at = index + name.length;
    const { kind } = kindOfLabel(name);
    if (kind === undefined || at < (hits.at(-1)?.to ?? 0)) continue;
    // An `&` that is encoded once more than the `=` belongs to the value.
    const width = view.endOf(at + 1) - view.startOf(at);
    let to = at + 1;
    while (
      to < plain.length &&
      !(/[&#;\s"'<>]/.test(plain.charAt(to)) && view.endOf(to + 1) - view.startOf(to) <= width)
    ) {
      to++;
    }
    if (to > at + 1) hits.push({ from: at + 1, to, kind });
  }
  return hits;
}

/** `Mobile: 98765 43210; Name: Asha`, and members of JSON that is cut off. */
function readLabels({ plain }: View): Hit[] {
  const hits: Hit[] = [];
  if (!/[:=]/.test(plain)) return hits;
  let open: { from: number; to: number; kind: PiiKind } | undefined;
  for (let from = 0; from <= plain.length; ) {
    let to = from;
    while (to < plain.length && !',;|\n{}'.includes(plain.charAt(to))) to++;
    const piece = plain.slice(from, to);
    const label = LABEL.exec(piece.slice(0, LONGEST_NAME * 2));
    const kind = label ? kindOfLabel(label[1] ?? '').kind : undefined;
    if (label && kind !== undefined && !/^\s*\/\//.test(piece.slice(label[0].length))) {
      open = { from: from + label[0].length, to: from + piece.trimEnd().length, kind };
      if (open.to > open.from) hits.push(open);
    } else if (label || plain.charAt(from - 1) !== ',') open = undefined;
    // An address goes on behind a comma.
    else if (open?.kind === 'address') hits.push({ from, to, kind: 'address' });
    from = to + 1;
  }
  return hits.map((hit) => withoutQuotes(plain, hit));
}

const LABEL =
  /^[\s"'[(\\]{0,8}(\p{L}[\p{L}\p{M}\p{N} ._/'-]{0,40}?)[\s"'\\]{0,4}[:=-][\s"'\\]{0,4}/u;

function withoutQuotes(plain: string, { from, to, kind }: Hit): Hit {
  let [begin, end] = [from, to];
  while (begin < end && /[\s"'\\[(]/.test(plain.charAt(begin))) begin++;
  while (end > begin && /[\s"'\\\])]/.test(plain.charAt(end - 1))) end--;
  return { from: begin, to: end, kind };
}
