/**
 * From a raw row straight to the bytes of the emitted one: no object of its fields is made but of the
 * few that others ask for. It says what `compileFill` and `JSON.stringify` would, in a fraction of
 * the time; rows that it is not for are left to those.
 */

import { copy, type Draft, isNullFrom, print } from '../../cdk/draft.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import type { Scan } from '../../http/scan.ts';
import type { Layout } from './declared.ts';
import { splitDotted } from './dotted.ts';
import type { Field } from './fields.ts';
import { createNames } from './names.ts';
import type { PaymentClassifier } from './payment.ts';
import { passOver, type RawRow, type ScannedRow, scanOf } from './raw.ts';
import { shapeRow } from './shapes.ts';
import { compileToken, copyValue, printToken, readValue, type Token } from './tokens.ts';

export interface Printer {
  /**
   * Takes a row in, until the next one. Returns the fields that were asked for, null where missing;
   * undefined: this row is for `compileFill`.
   */
  read(raw: RawRow): JsonObject | undefined;
  /** Appends the row that was read as JSON, with what was changed in its fields since. */
  write(row: JsonObject, draft: Draft): void;
}

/** What a member of a raw row is, and where it stands in the row at hand. */
interface Member {
  readonly kind: 'field' | 'extra' | 'passed over' | 'refused';
  readonly label: Buffer;
  /** The row that it was last seen in, counted from 1, and its place there. */
  row: number;
  at: number;
}

/** A field in the place where it is printed. */
interface Slot {
  readonly label: Buffer;
  /** Undefined: its values are printed as they are. */
  readonly token: Token | undefined;
  readonly own: Member;
  /** Members of other names, for a row whose own says nothing. */
  readonly others: readonly Member[];
  /** Where nothing is known, null is printed; else it is left out. */
  readonly isDeclared: boolean;
  /** Its place among those that were asked for; -1: it was not. */
  readonly asked: number;
}

export interface PrinterOptions {
  readonly layout: Layout;
  readonly fields: ReadonlyMap<string, Field>;
  readonly classify: PaymentClassifier;
  /** Names of the fields that others ask for. */
  readonly asked: readonly string[];
}

/** What a name may hold: what stands between its quotes is then the name itself. */
const PLAIN_NAME = /^[ !#-[\]-~]*$/;
const NULL = Buffer.from('null');
const CLOSE = Buffer.from('}');
const OPEN_OBJECT = 123;
const NOWHERE = -1;
const NEVER = 0;
const NOBODY: Member = { kind: 'passed over', label: NULL, row: NEVER, at: 0 };

export function createPrinter(options: PrinterOptions): Printer {
  const { layout, fields, classify } = options;
  const { declared, heads, aliasNames, paymentClasses } = layout;
  const aliases = new Map(layout.aliases);
  const taken = paymentClasses.length > 0 ? ['payment_method', 'order_type'] : [];
  const asked = [...new Set([...options.asked, ...paymentClasses, ...taken])];
  const names = new Set([...declared, ...asked, ...aliases.keys()]);
  // A merchant's own cursor may be called in any alphabet.
  const isPlain = [...names].every((name) => PLAIN_NAME.test(name));
  const members = createNames(makeMember);
  const slots = [...names].map(makeSlot);
  const askedSlots = asked.map((_, index) => slots.find((slot) => slot.asked === index) as Slot);

  // The row at hand.
  let row = NEVER;
  let scan: Scan | undefined;
  const extras: Member[] = [];
  let extraCount = 0;
  let place = NOWHERE;
  /** What was asked for, as the row has it, and where in the scan. */
  const places = asked.map(() => NOWHERE);
  const before: Json[] = asked.map(() => null);
  const template = shapeRow(asked);

  function makeMember(name: string): Member {
    const isPrinted = fields.has(name) || !(declared.has(name) || aliasNames.has(name));
    const isRefused = !PLAIN_NAME.test(name) || splitDotted(name, heads) !== undefined;
    const kind = isRefused ? 'refused' : names.has(name) ? 'field' : 'extra';
    const label = Buffer.from(`,"${name}":`);
    return { kind: isPrinted ? kind : 'passed over', label, row: NEVER, at: 0 };
  }

  function makeSlot(name: string): Slot {
    const memberOf = (spelling: string): Member => members.find(spelling, members.start).what;
    const own = memberOf(name);
    const field = fields.get(name);
    return {
      label: Buffer.from(`,${JSON.stringify(name)}:`),
      token: field && compileToken(field),
      own: own.kind === 'field' ? own : NOBODY,
      others: (aliases.get(name) ?? []).map(memberOf),
      isDeclared: declared.has(name),
      asked: asked.indexOf(name),
    };
  }

  /** Notes what is there; false: the row is not for this printer. */
  function findMembers(from: Scan, at: number): boolean {
    const { spans } = from;
    const end = spans[at + 1] as number;
    let known = members.start;
    for (let place = at + 2; (spans[place] as number) < end; place = passOver(spans, place)) {
      known = members.findAt(from, place, known);
      place += 2;
      const member = known.what;
      // Of a name that stands twice, the last value is the one that counts.
      if (member.kind === 'refused' || member.row === row) return false;
      member.row = row;
      member.at = place;
      if (member.kind === 'extra') extras[extraCount++] = member;
    }
    return true;
  }

  /** JSON of a field as the row has it; nothing where it has none. */
  function printSlot({ token, own, others }: Slot, from: Scan, draft: Draft): void {
    const start = draft.end;
    if (own.row === row) printMember(token, own.at, from, draft);
    for (let index = 0; index < others.length; index++) {
      const { end } = draft;
      if (end > start && !isNullFrom(draft, start)) return;
      const other = others[index] as Member;
      if (other.row !== row) continue;
      draft.end = start;
      printMember(token, other.at, from, draft);
      // What says no more than that leaves it at null, or out.
      if (isNullFrom(draft, start)) draft.end = end;
    }
  }

  /** The value of a field as the row has it, and from where it can be copied, in `places`. */
  function readSlot({ own, others, token }: Slot, { codes, spans }: Scan): Json {
    let value: Json = null;
    for (let index = -1; index < others.length && value === null; index++) {
      const member = index < 0 ? own : (others[index] as Member);
      if (member.row !== row) continue;
      const raw = readValue(codes, spans[member.at] as number, spans[member.at + 1] as number);
      value = raw === null || token === undefined ? raw : token.convert(raw);
      // A number may be written in more ways than one.
      place = value === raw && typeof value !== 'number' ? member.at : NOWHERE;
    }
    return value;
  }

  function readAsked(from: Scan): JsonObject {
    const made: JsonObject = { ...template };
    for (let index = 0; index < asked.length; index++) {
      place = NOWHERE;
      const value = readSlot(askedSlots[index] as Slot, from);
      places[index] = place;
      before[index] = value;
      made[asked[index] as string] = value;
    }
    for (const name of paymentClasses) made[name] = classify(made.payment_method, made.order_type);
    return made;
  }

  function printAsked(index: number, made: JsonObject, from: Scan, draft: Draft): void {
    const value = made[asked[index] as string] ?? null;
    const isCopied = value === before[index] && places[index] !== NOWHERE;
    if (isCopied) copyValue(from, places[index] as number, draft);
    else if (value !== null) print(draft, value);
  }

  return {
    read(raw) {
      scan = isPlain ? scanOf(raw) : undefined;
      if (scan === undefined) return undefined;
      row += 1;
      extraCount = 0;
      return findMembers(scan, (raw as ScannedRow).at) ? readAsked(scan) : undefined;
    },
    write(made, draft) {
      if (scan === undefined) return;
      const start = draft.end;
      for (let index = 0; index < slots.length; index++) {
        const slot = slots[index] as Slot;
        const before = draft.end;
        copy(draft, slot.label, 0, slot.label.length);
        const from = draft.end;
        if (slot.asked < 0) printSlot(slot, scan, draft);
        else printAsked(slot.asked, made, scan, draft);
        if (draft.end > from) continue;
        if (slot.isDeclared) copy(draft, NULL, 0, NULL.length);
        else draft.end = before;
      }
      for (let index = 0; index < extraCount; index++) {
        const { label, at } = extras[index] as Member;
        copy(draft, label, 0, label.length);
        copyValue(scan, at, draft);
      }
      // In place of the first comma: `record_key` is always there.
      draft.bytes[start] = OPEN_OBJECT;
      copy(draft, CLOSE, 0, CLOSE.length);
    },
  };
}

function printMember(token: Token | undefined, at: number, scan: Scan, draft: Draft): void {
  if (token) printToken(token, scan, at, draft);
  else copyValue(scan, at, draft);
}
