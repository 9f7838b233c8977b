/**
 * Finding personal data by its value: what a row says about a person in one field must not stand in
 * another one, be it free text, a landing page's query or a field that no one declared.
 */
import { isMasked, kindOfName, normalise, type PiiKind, splitPhones } from './personal.ts';
import { remember } from './remember.ts';
import { decodeText, type Level, type Personal, type Replace, searchText } from './search.ts';

/** `?email=…&` in an address, plain, or percent-encoded inside another one's query. */
const PARAMETER = new RegExp(
  '(?<head>(?:^|[?&#;\\s])(?<name>(?:[\\w.[\\]-]|%5B|%5D){1,64})=)(?<value>[^&#;\\s"\'<>]+)|' +
    '(?<codedHead>%(?:25)*(?:3F|26|23)(?<codedName>[\\w.[\\]-]{1,64})%(?:25)*3D)' +
    '(?<codedValue>(?:(?!%(?:25)*(?:26|23))[^&#;\\s"\'<>])+)',
  'gi',
);
/** No value that is looked for is shorter, but for the words of names. */
const SHORTEST = 5;

export function createPersonal(inherited?: Personal): Personal {
  return {
    phones: new Set(inherited?.phones),
    literals: new Map(inherited?.literals),
    names: new Set(inherited?.names),
    patterns: new Map(),
    needles: undefined,
  };
}

/** Notes a value of a row. Too short or too common ones are not looked for elsewhere. */
export function addPersonal(personal: Personal, kind: PiiKind, text: string): void {
  const { phones, names, literal } = kind === 'name' ? readName(text) : readSaid(kind, text);
  for (const phone of phones) personal.phones.add(phone);
  for (const name of names) personal.names.add(name);
  if (literal !== '') personal.literals.set(literal, kind);
  personal.patterns.clear();
  personal.needles = undefined;
}

/** What a value says: national digits of phones, words of a name, and the whole, or '' if too short. */
interface Said {
  readonly phones: readonly string[];
  readonly names: readonly string[];
  readonly literal: string;
}

const NOTHING: readonly string[] = [];

function readSaid(kind: PiiKind, text: string): Said {
  if (kind === 'phone') return { phones: phonesOf(text), names: NOTHING, literal: '' };
  const value = normalise(kind, text).toLowerCase();
  const names = kind === 'name' ? namesOf(value) : NOTHING;
  return { phones: NOTHING, names, literal: isLiteral(kind, value) ? value : '' };
}

/** First and last names come again and again; all else is one person's. */
const readName = remember((text) => readSaid('name', text));

function phonesOf(text: string): string[] {
  return splitPhones(text)
    .filter((phone) => !isMasked(phone))
    .map((phone) => normalise('phone', phone).replace(/^\+(?:91)?/, ''))
    .filter((digits) => /^\d{7,}$/.test(digits));
}

function namesOf(value: string): string[] {
  return value
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word.length >= 3 && !/^\d+$/.test(word));
}

function isLiteral(kind: PiiKind, value: string): boolean {
  if (kind === 'name') return value.length > SHORTEST && value.includes(' ');
  if (kind === 'email') return value.length >= SHORTEST && value.includes('@');
  // A lone word in an address may be a town, and one in bank data a bank: those may stand.
  return kind !== 'text' && value.length > SHORTEST && /[\d\s@]/.test(value);
}

/** The text without what `personal` holds, in plain or percent-encoded spelling. */
export function scrubText(
  text: string,
  level: Level,
  personal: Personal,
  replace: Replace,
): string {
  if (text.length < 3) return text;
  if (level === 'place' || !namesPersonal(text)) return searchText(text, level, personal, replace);
  let scrubbed = '';
  let from = 0;
  for (const { kind, value, valueAt, end } of personalParameters(text)) {
    scrubbed += searchText(text.slice(from, valueAt), level, personal, replace);
    scrubbed += replace(kind, decodeText(value.replaceAll('+', ' ')));
    from = end;
  }
  return scrubbed + searchText(text.slice(from), level, personal, replace);
}

/** Whether a text holds a parameter whose name calls its value personal. */
function namesPersonal(text: string): boolean {
  return (text.includes('=') || text.includes('%3')) && looksPersonal(text);
}

const looksPersonal = remember((text) => personalParameters(text).next().done === false);

/** Of links come the same few again and again. */
const readParameterName = remember((name) => ({ kind: kindOfName(decodeText(name), undefined) }));

/** The parameters of a text whose name calls their value personal. */
function* personalParameters(text: string) {
  const parameter = new RegExp(PARAMETER);
  for (let match = parameter.exec(text); match !== null; match = parameter.exec(text)) {
    const { head, name, value, codedHead, codedName, codedValue } = match.groups ?? {};
    const valueAt = match.index + (head ?? codedHead ?? '').length;
    const { kind } = readParameterName(name ?? codedName ?? '');
    // What is no one's may hold a whole address with parameters of its own.
    if (kind === undefined || kind === 'text') parameter.lastIndex = valueAt;
    else yield { kind, value: value ?? codedValue ?? '', valueAt, end: parameter.lastIndex };
  }
}
