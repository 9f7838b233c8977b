/**
 * From a raw row straight to the bytes of the emitted one: what need not change is copied as it
 * stands, and no object is made but of the few fields that others ask for. It says what `compileFill`
 * and `JSON.stringify` would, in another order; rows that it is not for are left to those.
 */
import { copy, createDraft, type Draft, isNullFrom, print } from '../../cdk/draft.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import type { Scan } from '../../http/scan.ts';
import type { Layout } from './declared.ts';
import type { Field } from './fields.ts';
import { compileMembers, type Member } from './members.ts';
import type { PaymentClassifier } from './payment.ts';
import { passOver, type RawRow, type ScannedRow, scanOf } from './raw.ts';
import { shapeRow } from './shapes.ts';
import { keeps, printChanged, printValue, readValue } from './tokens.ts';

export interface Printer {
  /**
   * Takes a row in, until the next one. Returns the fields that were asked for, null where missing;
   * undefined: this row is for `compileFill`. `needsRest` is shown them without those that are asked
   * for at times only, which are read when it says so.
   */
  read(raw: RawRow, needsRest: (row: JsonObject) => boolean): JsonObject | undefined;
  /** Appends the row that was read as JSON, with what was changed in its fields since. */
  write(row: JsonObject, draft: Draft): void;
}

export interface PrinterOptions {
  readonly layout: Layout;
  readonly fields: ReadonlyMap<string, Field>;
  readonly classify: PaymentClassifier;
  /** Names of the fields that others ask for, the key first. */
  readonly asked: readonly string[];
  /** Names of those that they ask for at times. */
  readonly rest: readonly string[];
}

const COMMA = Buffer.from(',');
const CLOSE = Buffer.from('}');
const NOWHERE = -1;

export function createPrinter({ layout, fields, classify, ...options }: PrinterOptions): Printer {
  const { paymentClasses } = layout;
  const taken = paymentClasses.length > 0 ? ['payment_method', 'order_type'] : [];
  const usual = new Set([...options.asked, ...paymentClasses, ...taken]);
  const askedNames = [...new Set([...usual, ...options.rest])];
  const { names, asked, special, plain, isPlain } = compileMembers(layout, fields, askedNames);
  const opening = Buffer.from(`{${JSON.stringify(askedNames[0])}:`);

  // The row at hand.
  let row = 0;
  let scan: Scan | undefined;
  const present: Member[] = [];
  let size = NOWHERE;
  /** Nulls for what it lacks, which is mostly what the row before it lacked. */
  const absent = createDraft(1024);
  let isSameShape = false;
  /** How much of what is asked for was read, what the row has, and the places to copy it from. */
  let read = 0;
  const before: Json[] = asked.map(() => null);
  const places = asked.map(() => NOWHERE);
  const template = shapeRow(askedNames);

  const isRead = ({ asked: place }: Member): boolean => place >= 0 && place < read;

  const isThere = ({ kind, row: seen }: Member): boolean => kind === 'printed' && seen === row;

  /** Notes what is there; false: the row is not for this printer. */
  function findMembers(from: Scan, at: number): boolean {
    const { spans } = from;
    const end = spans[at + 1] as number;
    const lastSize = size;
    let found = 0;
    let name = names.start;
    // Until it is known to be for it, as no row is.
    size = NOWHERE;
    isSameShape = true;
    for (let place = at + 2; (spans[place] as number) < end; place = passOver(spans, place)) {
      name = names.findAt(from, place, name);
      place += 2;
      const member = name.what;
      // Of a name that stands twice, the last value is the one that counts.
      if (member.kind === 'refused' || member.row === row) return false;
      member.row = row;
      member.at = place;
      if (present[found] !== member) isSameShape = false;
      present[found] = member;
      found += 1;
    }
    size = found;
    if (size !== lastSize) isSameShape = false;
    return true;
  }

  function readAsked(from: Scan, needsRest: (row: JsonObject) => boolean): JsonObject {
    const made: JsonObject = { ...template };
    read = 0;
    readTo(usual.size, made, from);
    for (const name of paymentClasses) made[name] = classify(made.payment_method, made.order_type);
    if (needsRest(made)) readTo(asked.length, made, from);
    return made;
  }

  /** Reads the next ones of what is asked for. */
  function readTo(end: number, made: JsonObject, { codes, spans }: Scan): void {
    for (let index = read; index < end; index++) {
      const own = asked[index] as Member;
      const { token, others } = own;
      let value: Json = null;
      let place = NOWHERE;
      for (let other = -1; other < others.length && value === null; other++) {
        const member = other < 0 ? own : (others[other] as Member);
        if (other < 0 ? !isThere(own) : member.row !== row) continue;
        const { at } = member;
        const raw = readValue(codes, spans[at] as number, spans[at + 1] as number);
        value = raw === null || token === undefined ? raw : token.convert(raw);
        // A number may be written in more ways than one.
        place = value === raw && typeof value !== 'number' ? at : NOWHERE;
      }
      places[index] = place;
      before[index] = value;
      made[askedNames[index] as string] = value;
    }
    read = end;
  }

  /** JSON of a field that may have come under other names; nothing where it did under none. */
  function printFirst(
    { token, others }: Member,
    own: Member | undefined,
    from: Scan,
    draft: Draft,
  ) {
    const start = draft.end;
    if (own) printValue(token, from, own.at, draft);
    for (const other of others) {
      const { end } = draft;
      if (end > start && !isNullFrom(draft, start)) return;
      if (other.row !== row) continue;
      draft.end = start;
      printValue(token, from, other.at, draft);
      // What says no more than that leaves it at null, or out.
      if (isNullFrom(draft, start)) draft.end = end;
    }
  }

  /** What is there, copied in stretches as long as nothing in them changes. */
  function printPresent(made: JsonObject, from: Scan, draft: Draft): void {
    const { codes, spans } = from;
    const [first] = present;
    if (size === 0 || first === undefined) return;
    let copied = spans[first.at - 2] as number;
    let behind = copied;
    // Others begin with the comma before them.
    if (first.kind === 'printed') copy(draft, COMMA);
    for (let index = 0; index < size; index++) {
      const member = present[index] as Member;
      const { token, at, asked: place } = member;
      const start = spans[at] as number;
      const end = spans[at + 1] as number;
      if (member.kind === 'passed over') {
        copy(draft, codes, copied, behind);
        copied = end;
      } else if (isRead(member)) {
        const value = made[askedNames[place] as string] ?? null;
        if (value !== before[place] || places[place] !== at) {
          copy(draft, codes, copied, start);
          print(draft, value);
          copied = end;
        }
      } else if (member.others.length > 0 || (token && !keeps(token, codes, start))) {
        copy(draft, codes, copied, start);
        if (member.others.length > 0) printFirst(member, member, from, draft);
        else if (token) printChanged(token, from, at, draft);
        copied = end;
      }
      behind = end;
    }
    copy(draft, codes, copied, behind);
  }

  /** What is not there: made by the connector, come under another name, or null. */
  function printAbsent(made: JsonObject, from: Scan, draft: Draft): void {
    for (const member of special) {
      if (isThere(member)) continue;
      const { label, asked: place, isDeclared } = member;
      const start = draft.end;
      copy(draft, label);
      const behind = draft.end;
      const wasRead = isRead(member);
      const value = wasRead ? (made[askedNames[place] as string] ?? null) : null;
      if (value !== null) print(draft, value);
      else if (!wasRead) printFirst(member, undefined, from, draft);
      if (draft.end > behind) continue;
      if (isDeclared) print(draft, null);
      else draft.end = start;
    }
    if (!isSameShape) {
      absent.end = 0;
      for (const member of plain) {
        if (isThere(member) || !member.isDeclared) continue;
        copy(absent, member.label);
        print(absent, null);
      }
    }
    copy(draft, absent.bytes, 0, absent.end);
  }

  return {
    read(raw, needsRest) {
      scan = isPlain ? scanOf(raw) : undefined;
      if (scan === undefined) return undefined;
      row += 1;
      return findMembers(scan, (raw as ScannedRow).at) ? readAsked(scan, needsRest) : undefined;
    },
    write(made, draft) {
      if (scan === undefined) return;
      copy(draft, opening);
      print(draft, made[askedNames[0] as string] ?? null);
      printPresent(made, scan, draft);
      printAbsent(made, scan, draft);
      copy(draft, CLOSE);
    },
  };
}
