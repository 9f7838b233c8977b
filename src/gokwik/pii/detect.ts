/**
 * What is personal by value, whoever's it is and whatever the field is called. Every pattern here is
 * fixed and takes linear time; what a row itself says is looked for in `search`.
 */
import ipaddr from 'ipaddr.js';
import type { PiiKind } from './kinds.ts';
import { readAddresses, readNames } from './prose.ts';
import { type Hit, isLetter, type View } from './spelling.ts';

/** Orders, products and amounts hold digits and words that are no one's: there only what is certain. */
export function* detect(view: View, isThing: boolean): Iterable<Hit> {
  const { plain, lower } = view;
  if (lower.includes('@')) yield* readMails(lower);
  if (/[([{]\s?at/.test(lower)) {
    for (const match of lower.matchAll(SPELT_MAIL)) yield hitOf(match, 'email');
  }
  const hasDigit = /\d/.test(lower);
  if (hasDigit) {
    yield* readPhones(lower, isThing);
    if (MASK.test(lower)) {
      for (const match of lower.matchAll(MASKED)) {
        if (isMaskedNumber(match[0])) yield hitOf(match, 'phone');
      }
    }
    for (const [kind, pattern] of SURE) {
      for (const match of lower.matchAll(pattern)) yield hitOf(match, kind);
    }
  }
  if (/[./]/.test(lower)) yield* readLinks(plain, lower);
  if (isThing) return;
  const agent = lower.search(/mozilla\/|dalvik\/|okhttp\/|cfnetwork\//);
  if (agent >= 0) yield { from: agent, to: plain.length, kind: 'user_agent' };
  if (lower.includes('///')) {
    for (const match of lower.matchAll(THREE_WORDS)) yield hitOf(match, 'location');
  }
  if (hasDigit) {
    for (const match of lower.matchAll(DIGEST)) yield hitOf(match, 'device');
    yield* readIps(lower);
    yield* readNumbers(lower);
    for (const match of lower.matchAll(COORDINATES)) {
      if (isPoint(match[0])) yield hitOf(match, 'location');
    }
    yield* readBirths(lower);
  }
  yield* readNames(plain, lower);
  yield* readAddresses(plain, lower);
}

const hitOf = (match: RegExpMatchArray, kind: PiiKind): Hit => {
  const from = match.index ?? 0;
  return { from, to: from + match[0].length, kind };
};

/** `asha (at) shop [dot] in` */
const SPELT_MAIL =
  /(?<![\w.+-])[\w.+-]{1,64}\s?[([{]\s?at\s?[)\]}]\s?[a-z0-9-]{1,63}(?:\s?(?:\.|[([{]\s?dot\s?[)\]}])\s?[a-z0-9-]{1,63}){0,4}/g;

/** Values that cannot well be anything else, whatever the field. Of banks' codes the first four letters are known. */
const SURE: readonly (readonly [PiiKind, RegExp])[] = [
  ['identity', /(?<![a-z0-9])\d{2}[a-z]{5}\d{4}[a-z][1-9a-z]z[0-9a-z](?![a-z0-9])/g],
  ['identity', /(?<![a-z0-9])[a-z]{3}[abcfghljpt][a-z]\d{4}[a-z](?![a-z0-9])/g],
  // A driving licence: state, office, year, number.
  [
    'identity',
    /(?<![a-z0-9])(?:a[nprs]|br|c[gh]|d[dln]|g[aj]|h[pr]|j[hk]|k[al]|l[ad]|m[hlnpz]|nl|o[dr]|p[by]|rj|sk|t[gnrs]|u[akpt]|wb)[ -]?\d{2}[ -]?(?:19|20)\d{2}[ -]?\d{7}(?![a-z0-9])/g,
  ],
  [
    'bank',
    /(?<![a-z0-9])(?:sbin|hdfc|icic|utib|kkbk|punb|barb|cnrb|ubin|idib|ioba|bkid|yesb|idfb|indb|fdrl|sibl|kvbl|ktkb|ratn|ucba|cbin|mahb|psib|hsbc|citi|scbl|dbss|airp|pytm|ipos|aubl|esfb|ujvn|bdbl|karb|tmbl|ciub|dcbl|jaka|ibkl|jsfb|usfb)0[a-z0-9]{6}(?![a-z0-9])/g,
  ],
  ['bank', /(?<![a-z0-9])[a-z]{2}\d{2}[a-z]{4}\d{10,22}(?![a-z0-9])/g],
  ['device', /(?<![a-z0-9])ga1\.\d\.\d{5,12}\.\d{9,12}(?!\d)/g],
  ['device', /(?<![a-z0-9])fb\.[1-3]\.\d{10,14}\.[a-z0-9_-]{5,200}/g],
  // What lets a program in, and what a message to one phone is sent to.
  ['device', /(?<![a-z0-9])(?:bearer|basic) [a-z0-9._~+/-]{12,2000}=*/g],
  ['device', /(?<![a-z0-9])eyj[a-z0-9_-]{8,2000}\.[a-z0-9_-]{2,4000}\.[a-z0-9_-]*/g],
  ['device', /(?<![a-z0-9])(?:shp(?:at|ca|pa|ss)|[sr]k_(?:live|test)|whsec)_[a-z0-9]{8,200}/g],
  ['device', /(?<![\w-])[\w-]{0,40}:apa91b[\w-]{8,300}/g],
  // WhatsApp's id of a message holds the phone.
  ['device', /(?<![a-z0-9])wamid\.[a-z0-9+/=_-]{10,200}/g],
  ['device', /(?<![0-9a-f:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![0-9a-f:-])/g],
  [
    'location',
    /(?<![a-z0-9])[23456789cfghjmpqrvwx]{4,8}\+[23456789cfghjmpqrvwx]{2,3}(?![a-z0-9])/g,
  ],
  // Google's id of an address.
  ['location', /(?<![a-z0-9])chij[a-z0-9_-]{20,120}/g],
  // An account beside the code of its branch.
  [
    'bank',
    /(?<!\d)\d{9,18}(?=[ /|,;:-]{1,3}(?:ifsc[ :]{0,3})?[a-z]{4}0[a-z0-9]{6}(?![a-z0-9]))|(?<![a-z0-9])[a-z]{4}0[a-z0-9]{6}[ /|,;:-]{1,3}\d{9,18}(?!\d)/g,
  ],
  // Also `a/c XX1234` and `Visa ending in 1234`.
  [
    'bank',
    /(?<=(?:a\/c|acc|acct|account|khata|card|visa|mastercard|rupay)[a-z. :#*•-]{0,20})(?:\d{9,18}|(?<=[x*•]{2}|ending (?:in |with )?)\d{3,6})(?!\d)/g,
  ],
];

/** SHA-256: pixels send mails and phones so. */
const DIGEST = /(?<![a-z0-9])[0-9a-f]{64}(?![a-z0-9])/g;

/** `98XXXXXX10`, `4111 **** **** 1111`, `ABXXXXXX4F`: with the rest of the row, too much is left. */
const MASKED =
  /(?<![a-z\d*•])\+?[a-z]{0,2}[\dx*•]{2,19}(?:[ -][\dx*•]{2,19}){0,5}[a-z]?(?![a-z\d*•])/g;
const MASK = /[x*•]{3}/;
function isMaskedNumber(text: string): boolean {
  const { length } = text.replace(/[ +-]/g, '');
  return length >= 8 && length <= 19 && MASK.test(text) && /\d/.test(text);
}

/** A place by three words. */
const THREE_WORDS = /(?<![\p{L}/:])\/{3}\p{L}{3,20}\.\p{L}{3,20}\.\p{L}{3,20}(?![\p{L}./])/gu;
const COORDINATES =
  /(?<![\d.])-?\d{1,3}\.(?:\d{3,17}\s?,\s?-?\d{1,3}\.\d{3,17}|\d{4,17}\s-?\d{1,3}\.\d{4,17})(?![\d.])/g;

/** Degrees of latitude and longitude. */
function isPoint(text: string): boolean {
  const [latitude = 1000, longitude = 1000] = text.split(/[,\s]+/).map(Number);
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

/** Words and the number of a house. */
const isLine = (text: string): boolean =>
  /\p{L}{3}/u.test(text) && /(?<!\d)\d{1,5}(?!\d)/.test(text);

/** Whether a value under a name that may mean a kind looks like it. */
export function looksLike(kind: PiiKind, value: string): boolean {
  const text = value.trim();
  switch (kind) {
    case 'name':
      return looksLikeName(text);
    case 'upi':
      return text.includes('@');
    case 'location':
      // A point, or more than a town and its PIN code.
      return /^-?\d{1,3}\.\d{3,17}$/.test(text) || (text.includes(',') && isLine(text));
    case 'phone':
      return /^[+(\d][\d\s().-]{6,20}$/.test(text);
    case 'link':
      return /^(?:https?:\/\/)?[a-z0-9-]+(?:\.[a-z0-9-]+)+\/\S+$/i.test(text);
    case 'birth':
      return /^(?:19|20)\d{2}-?\d{2}-?\d{2}|^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$/.test(text);
    case 'address':
      return /[ ,]/.test(text) && /\p{L}{3}/u.test(text);
    case 'device':
      return /^\S{8,}$/.test(text) && /\d/.test(text);
    default:
      return /^[a-z0-9 -]{9,30}$/i.test(text) && (text.match(/\d/g)?.length ?? 0) >= 9;
  }
}

/** What exports and people write where there is nothing: as a hash it would be everybody's. */
export const isPlaceholder = (text: string): boolean =>
  /^\s*(?:na|n\/a|nan|none|null|nil|undefined|[-.0])\s*$/i.test(text);

/** Words that fields called `customer` or `received_by` hold beside names. */
const NO_NAMES =
  /^(?:new|returning|repeat|existing|guest|registered|yes|no|true|false|none|null|na|n\/a|vip|gold|silver|platinum|admin|system|api|web|app|merchant|online store|self|security|other|unknown|default|buyer|seller|customer|consignee|shopify|gokwik)$/i;

function looksLikeName(text: string): boolean {
  if (text.length > 60 || NO_NAMES.test(text)) return false;
  const words = text.split(/[\s.]+/).filter((word) => word !== '');
  if (words.length === 0 || words.length > 5) return false;
  if (!words.every((word) => /^[\p{L}\p{M}'’-]+$/u.test(word))) return false;
  // One word in small letters is what programs say.
  return words.length > 1 || !/^[a-z'-]+$/.test(text);
}

/** An address of mail; what follows its `@` may be the local part of another one. */
const MAIL = /[a-z0-9\u0080-\uffff.+_'*-]{1,64}@(?=([a-z0-9\u0080-\uffff.+_'-]{1,255}))/g;

function* readMails(lower: string): Iterable<Hit> {
  for (const { 0: found, 1: behind = '', index } of lower.matchAll(MAIL)) {
    const local = found.slice(0, -1).replace(/^['._-]+/, '');
    const host = behind.replace(/['.+_-]+$/, '');
    if (local === '' || !/^(?:[a-z\u0080-\uffff]|[a-z0-9-]+\.[a-z]{2})/.test(host)) continue;
    const at = index + found.length - 1;
    // A handle at a bank's has no dot: `name@okbank`.
    const kind = host.includes('.') ? 'email' : 'upi';
    yield { from: at - local.length, to: at + 1 + host.length, kind };
  }
}

/** Digits with what people put between them. */
const RUN = /[+(]?\d[\d\s().-]*\d/g;
/** Words before a number that say whose it is. */
const CALLED = /(?:ph|phone|mob|mobile|m|tel|cell|call|no|wa|whatsapp|contact|number|alt)$/;
const NOT_CALLED =
  /(?:order|ord|awb|sku|inv|invoice|txn|utr|rrn|ref|shipment|product|item)[\s:#_-]{0,3}$/;
const BEFORE = 14;
const UUID_CHARS = 36;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

function* readPhones(lower: string, isThing: boolean): Iterable<Hit> {
  const uuids = [...lower.matchAll(UUID)].map((match) => match.index);
  let behind = 0;
  for (const match of lower.matchAll(RUN)) {
    if (match[0].length < 8) continue;
    while ((uuids[behind] ?? lower.length) + UUID_CHARS <= match.index) behind += 1;
    if ((uuids[behind] ?? lower.length) < match.index + match[0].length) continue;
    const groups = [...match[0].matchAll(/\d+/g)];
    for (let first = 0; first < groups.length; first++) {
      const taken = takePhone(lower, match.index, groups, first);
      if (taken === undefined) continue;
      if (!isThing || taken.isPrefixed) yield { ...taken, kind: 'phone' };
      first = taken.last;
    }
  }
}

/** The longest number that begins at a group of digits. */
function takePhone(
  lower: string,
  runAt: number,
  groups: readonly RegExpExecArray[],
  first: number,
): { from: number; to: number; last: number; isPrefixed: boolean } | undefined {
  const start = runAt + (groups[first]?.index ?? 0);
  const before = lower.slice(Math.max(0, start - BEFORE), start);
  if (isLetter(lower, start - 1) && !CALLED.test(/[a-z]*$/.exec(before)?.[0] ?? ''))
    return undefined;
  if (NOT_CALLED.test(before)) return undefined;
  const isPrefixed = /\+\s?\(?$/.test(before) || /\(\+$/.test(before);
  let digits = '';
  let found: { from: number; to: number; last: number; isPrefixed: boolean } | undefined;
  for (let last = first; last < groups.length && last < first + 7; last++) {
    const group = groups[last];
    const previous = groups[last - 1];
    if (group === undefined) break;
    if (previous && last > first && group.index - previous.index - previous[0].length > 3) break;
    digits += group[0];
    if (digits.length > 15) break;
    const to = runAt + group.index + group[0].length;
    const shape = groups.slice(first, last + 1).map((part) => part[0].length);
    if (isPhone(digits, shape, isPrefixed) && !isLetter(lower, to) && !isFraction(lower, to)) {
      const from = isPrefixed
        ? start - (/[+(\s]+$/.exec(before)?.[0].trimStart().length ?? 0)
        : start;
      found = { from, to, last, isPrefixed };
    }
  }
  return found;
}

/** `7012345678.25` is an amount. */
const isFraction = (lower: string, at: number): boolean =>
  /^\.\d{2}(?!\d)/.test(lower.slice(at, at + 4));

function isPhone(digits: string, shape: readonly number[], isPrefixed: boolean): boolean {
  if (isPrefixed) return digits.length >= 8 && digits.length <= 15;
  if (/^(?:0{0,2}91)?0?[6-9]\d{9}$/.test(digits)) {
    // Groups of people: 5 5, 4 3 3, 3 3 4, 2 5 5, 5 3 2; a 4 4 4 or 1 … is some other number.
    if (shape.length === 1 || Math.min(...shape.slice(-2)) >= 3) return true;
    return shape.length === 3 && Math.min(...shape) >= 2 && Math.max(...shape) >= 4;
  }
  if (/^00[1-9]\d{8,12}$/.test(digits)) return true;
  if (shape.length === 1) return false;
  // A landline with its code, and a number of North America.
  if (/^0[1-9]\d{8,9}$/.test(digits)) return (shape[0] ?? 0) >= 3 && (shape[0] ?? 0) <= 5;
  return /^[2-9]\d{9}$/.test(digits) && shape.join('-') === '3-3-4';
}

/** Aadhaar, cards: numbers with a check digit, in one piece or in groups. */
const NUMBER = /(?<![\w.-])\d(?:[ -]?\d){11,18}(?![\w-])/g;

function* readNumbers(lower: string): Iterable<Hit> {
  for (const match of lower.matchAll(NUMBER)) {
    const digits = match[0].replace(/\D/g, '');
    const before = lower.slice(Math.max(0, match.index - BEFORE), match.index);
    if (NOT_CALLED.test(before)) continue;
    if (/^[2-9]\d{11}$/.test(digits) && hasVerhoeff(digits)) yield hitOf(match, 'identity');
    else if (digits.length >= 15 && CARD.test(digits) && hasLuhn(digits))
      yield hitOf(match, 'card');
  }
}

const CARD =
  /^(?:4\d{15}|4\d{18}|5[0-8]\d{14}|2[2-7]\d{14}|6\d{15}|8[12]\d{14}|508\d{13}|35[36]\d{13}|3[47]\d{13})$/;

function hasLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    sum += at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** The check of Aadhaar numbers, by the multiplication of the group D5. */
function hasVerhoeff(digits: string): boolean {
  const multiply = (a: number, b: number): number =>
    a < 5
      ? b < 5
        ? (a + b) % 5
        : ((a + b - 5) % 5) + 5
      : b < 5
        ? ((a - 5 - b + 5) % 5) + 5
        : (a - b + 5) % 5;
  const permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  let check = 0;
  for (let at = 0; at < digits.length; at++) {
    let digit = Number(digits[digits.length - 1 - at]);
    for (let times = 0; times < at % 8; times++) digit = permutation[digit] ?? 0;
    check = multiply(check, digit);
  }
  return check === 0;
}

const V4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g;
const V6 = /(?<![\w:])[0-9a-f:.]{6,45}(?![\w:])/g;

function* readIps(lower: string): Iterable<Hit> {
  for (const match of lower.matchAll(V4)) {
    const before = lower.slice(Math.max(0, match.index - BEFORE), match.index);
    if (!/(?:version|build|v)[\s:.=]?$/.test(before) && ipaddr.IPv4.isValid(match[0])) {
      yield hitOf(match, 'ip');
    }
  }
  if (!lower.includes(':')) return;
  for (const match of lower.matchAll(V6)) {
    if (match[0].split(':').length > 2 && ipaddr.IPv6.isValid(match[0])) yield hitOf(match, 'ip');
  }
}

const BORN = /\b(?:dob|d\.o\.b|birth|birthday|bday|b'day|born|janm|anniversary)\b/g;
const DAY =
  /\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/. -]\d{1,2}[/. -]\d{2,4}|\d{1,2}(?:st|nd|rd|th)? ?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6},? ?\d{2,4}/;
const NEAR = 40;

function* readBirths(lower: string): Iterable<Hit> {
  for (const match of lower.matchAll(BORN)) {
    const at = match.index + match[0].length;
    const day = DAY.exec(lower.slice(at, at + NEAR));
    if (day) yield { from: at + day.index, to: at + day.index + day[0].length, kind: 'birth' };
  }
}

/** With a host, or what is put behind one: `cn/Z2Nw/recover?key=…`. */
const ADDRESS =
  /(?:(?<![a-z])[a-z]{2,12}:\/\/|www\.|(?<![\w.@-])(?:[a-z0-9-]{1,40}\.){1,3}[a-z]{2,6}\/|(?<![\w./-])[\w-]{0,64}(?:\/[\w-]{1,64}){1,6}\?)[^\s"'<>]*/g;
/** Short ones open what somebody was sent. */
const SHORT =
  /^(?!youtu)(?:[a-z0-9.-]{4,14}|[a-z0-9.-]{2,40}\.(?:link|me|ly))(?:\/[\w-]{1,6})?\/(\w{5,12})$/i;
const isShort = (bare: string): boolean =>
  /[a-z][A-Z\d]|\d[a-zA-Z]|[A-Z]\d[A-Z]/.test(SHORT.exec(bare)?.[1] ?? '');
const MAPS =
  /^(?:maps\.google\.|www\.google\.[a-z.]+\/maps|google\.[a-z.]+\/maps|maps\.app\.goo\.gl|goo\.gl\/maps|maps\.apple\.com)/;
const OPENS =
  /\/(?:carts?|checkouts?|recover|recovery|abandon|abandoned|resume|restore|pay|payments?|payment-?links?|plink|invoices?|authenticate|activate|reset)(?=[/?])/;
/** A secret in a path or query: long, or with letters and digits. */
const SECRET = /[/=](?=[a-z_-]{0,60}\d)[a-z0-9_-]{8,}|[/=][a-z0-9_-]{24,}/;
const OPENING_PARAMETER =
  /[?&](?:(?:key|recover\w*|abc|abandon\w*)=[^&\s]{6}|(?:[\w-]{0,40}token|[\w-]{0,40}signature|sig|hmac)=[^&\s]|pa=[^&\s]{1,64}@)/;

function* readLinks(plain: string, lower: string): Iterable<Hit> {
  for (const match of lower.matchAll(ADDRESS)) {
    const bare = match[0].replace(/^https?:\/\//, '');
    if (MAPS.test(bare)) yield hitOf(match, 'location');
    else if (
      isShort(
        plain.slice(match.index, match.index + match[0].length).replace(/^https?:\/\//i, ''),
      ) ||
      OPENING_PARAMETER.test(bare) ||
      (OPENS.test(bare) && SECRET.test(bare.slice(bare.search(OPENS))))
    ) {
      yield hitOf(match, 'link');
    }
  }
}
