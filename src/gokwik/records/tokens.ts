/** Values on their way from one JSON text into another: what need not change is copied. */
import type { Json } from '../../cdk/protocol.ts';
import type { Field } from './fields.ts';
import { createNames } from './names.ts';
import { passOver } from './raw.ts';
import { decode, encode, type RowText, tokenAt } from './rowtext.ts';

const SPACE = 32;
const QUOTE = 34;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const FALSE = 102;
const NULL = 110;
const TRUE = 116;
const OPEN_OBJECT = 123;
const LAST_ASCII = 127;

/** So many digits and a point are the number that they say, exactly. */
const LONGEST_AMOUNT = 16;

/** `JSON.stringify`, which takes its time over a number. */
export function print(value: Json): string {
  return typeof value === 'number' && Number.isFinite(value) ? `${value}` : JSON.stringify(value);
}

/** The value of a token. */
export function readToken(token: string, isCoded: boolean): Json {
  const isPlain = token.charCodeAt(0) === QUOTE && !token.includes('\\');
  const text = decode(token, isCoded);
  return isPlain ? text.slice(1, -1) : JSON.parse(text);
}

/**
 * JSON of what a field makes of the value at a place; undefined: the value stays as it is written
 * there.
 */
export type ConvertToken = (source: RowText, at: number) => string | undefined;

export function compileToken(field: Field): ConvertToken {
  const { takesText, takesNumber, convert, members, item } = field;
  const inObject = members?.size ? compileMembers(members) : undefined;
  const inList = item && compileItems(compileToken(item));
  return (source, at) => {
    const { codes, spans, isCoded } = source.scan;
    const from = spans[at] as number;
    switch (codes[from]) {
      case QUOTE: {
        if (takesText && beginsText(codes[from + 1] as number)) return undefined;
        if (!takesNumber) break;
        const end = endOfAmount(codes, from + 1, (spans[at + 1] as number) - 1);
        if (end < 0) break;
        return source.text.slice(from + 1 - source.base, end - source.base);
      }
      case NULL:
        return undefined;
      case OPEN_OBJECT:
        if (members) return inObject?.(source, at);
        break;
      case OPEN_LIST:
        if (inList) return inList(source, at);
        break;
      case TRUE:
      case FALSE:
        break;
      default:
        if (takesNumber) return undefined;
    }
    const value = readToken(tokenAt(source, at), isCoded);
    const converted = convert(value as Exclude<Json, null>);
    // `5.0` is printed as the 5 that it is.
    if (converted === value && typeof value !== 'number') return undefined;
    return encode(print(converted), isCoded);
  };
}

/** Whether a string that begins so is surely more than white space. */
const beginsText = (first: number): boolean =>
  first > SPACE && first <= LAST_ASCII && first !== QUOTE && first !== BACKSLASH;

/**
 * Where an amount ends that is written as text: `"715.00"` is printed as 715, by its characters, since
 * making a number of it and a text of that takes longer than all else that is done to it. Zeros at its
 * end are left out, as `JSON.stringify` does. -1: it is written in another way.
 */
function endOfAmount(codes: Buffer, from: number, to: number): number {
  let point = -1;
  for (let at = from; at < to; at++) {
    const code = codes[at] as number;
    if (code === POINT && point < 0 && at > from) point = at;
    else if (code < ZERO || code > NINE) return -1;
  }
  const isPlain = to > from && to - from < LONGEST_AMOUNT && point !== to - 1;
  if (!isPlain || (codes[from] === ZERO && to - from > 1 && point !== from + 1)) return -1;
  if (point < 0) return to;
  let end = to;
  while (codes[end - 1] === ZERO) end -= 1;
  return end - 1 === point ? point : end;
}

/** Copies an object but for the members that a field makes something else of. */
function compileMembers(members: ReadonlyMap<string, Field>): ConvertToken {
  const names = createNames((name) => {
    const field = members.get(name);
    return field && compileToken(field);
  });
  return (source, at) => {
    const { scan } = source;
    const { spans } = scan;
    const end = spans[at + 1] as number;
    const copy = startCopy(source, at);
    let known = names.start;
    for (let place = at + 2; (spans[place] as number) < end; place = passOver(spans, place)) {
      known = names.findAt(scan, place, known);
      place += 2;
      copy.replace(place, known.what?.(source, place));
    }
    return copy.end();
  };
}

/** The same of a list. */
function compileItems(convert: ConvertToken): ConvertToken {
  return (source, at) => {
    const { spans } = source.scan;
    const end = spans[at + 1] as number;
    const copy = startCopy(source, at);
    for (let place = at + 2; (spans[place] as number) < end; place = passOver(spans, place)) {
      copy.replace(place, convert(source, place));
    }
    return copy.end();
  };
}

/** Copies the value at a place, with other values in it for those that are replaced, in their order. */
function startCopy({ scan: { spans }, text, base }: RowText, at: number) {
  let made = '';
  let copied = (spans[at] as number) - base;
  return {
    replace(place: number, token: string | undefined): void {
      if (token === undefined) return;
      made += text.slice(copied, (spans[place] as number) - base) + token;
      copied = (spans[place + 1] as number) - base;
    },
    /** Undefined: nothing was replaced. */
    end: (): string | undefined =>
      made === '' ? undefined : made + text.slice(copied, (spans[at + 1] as number) - base),
  };
}
