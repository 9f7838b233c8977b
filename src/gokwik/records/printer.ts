/**
 * From a raw row straight to the text of the emitted one: no object of its fields is made but of the
 * few that others ask for. It says what `compileFill` and `JSON.stringify` would, in half the time;
 * rows that it is not for are left to those.
 */
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import type { Scan } from '../../http/scan.ts';
import type { Layout } from './declared.ts';
import { splitDotted } from './dotted.ts';
import type { Field } from './fields.ts';
import { createNames } from './names.ts';
import type { PaymentClassifier } from './payment.ts';
import { passOver, type RawRow, type ScannedRow, scanOf } from './raw.ts';
import { decode, encode, openRow, type RowText, tokenAt } from './rowtext.ts';
import { shapeRow } from './shapes.ts';
import { type ConvertToken, compileToken, print, readToken } from './tokens.ts';

export interface Printer {
  /**
   * Takes a row in, until the next one. Returns the fields that were asked for, null where missing;
   * undefined: this row is for `compileFill`.
   */
  read(raw: RawRow): JsonObject | undefined;
  /** The row that was read as JSON, with what was changed in its fields since. */
  write(row: JsonObject): string;
}

/** What a member of a raw row is, and where it stands in the row at hand. */
interface Member {
  /** Where it goes; -1: it is not declared, and follows behind the declared ones. */
  readonly slot: number;
  /** What it goes through; undefined: it is printed as it is. */
  readonly convert: ConvertToken | undefined;
  readonly kind: 'printed' | 'passed over' | 'refused';
  readonly label: string;
  /** The row that it was last seen in, counted from 1, and its place there. */
  row: number;
  at: number;
}

export interface PrinterOptions {
  readonly layout: Layout;
  readonly fields: ReadonlyMap<string, Field>;
  readonly classify: PaymentClassifier;
  /** Names of the fields that others ask for. */
  readonly asked: readonly string[];
}

/** What a name may hold: what stands between its quotes is then the name itself, in any coding. */
const PLAIN_NAME = /^[ !#-[\]-~]*$/;

export function createPrinter(options: PrinterOptions): Printer {
  const { layout, fields, classify } = options;
  const { declared, heads, aliasNames, paymentClasses } = layout;
  const own = paymentClasses.length > 0 ? ['payment_method', 'order_type'] : [];
  const asked = [...new Set([...options.asked, ...paymentClasses, ...own])];
  const names = [...new Set([...declared, ...asked, ...layout.aliases.map(([name]) => name)])];
  // A merchant's own cursor may be called in any alphabet; its label is not in a row's coding.
  const isPlain = names.every((name) => PLAIN_NAME.test(name));
  const slotOf = new Map(names.map((name, slot) => [name, slot]));
  const labels = names.map((name, slot) => `${slot === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  // What no one declared comes behind, and is null only where the raw row has it so.
  const { size: declaredSize } = declared;
  const askedSlots = asked.map((name) => slotOf.get(name) ?? 0);

  const members = createNames(makeMember);
  const aliases = layout.aliases.map(([name, spellings]) => ({
    slot: slotOf.get(name) ?? 0,
    convert: members.find(name, members.start).what.convert,
    members: spellings.map((spelling) => members.find(spelling, members.start).what),
  }));

  // The row at hand.
  let row = 0;
  let isCoded = false;
  const present: Member[] = [];
  let size = 0;
  const slots: (string | undefined)[] = names.map(() => undefined);
  let extras = '';
  /** A text of its own at once: what is put together by `+` is copied later, and collected. */
  const parts = labels.slice(0, declaredSize).flatMap((label) => [label, 'null']);
  const before: Json[] = asked.map(() => null);
  const template = shapeRow(asked);

  function makeMember(name: string): Member {
    const field = fields.get(name);
    const isRefused = !PLAIN_NAME.test(name) || splitDotted(name, heads) !== undefined;
    const isPrinted = field !== undefined || (!declared.has(name) && !aliasNames.has(name));
    return {
      slot: slotOf.get(name) ?? -1,
      convert: field && compileToken(field),
      kind: isPrinted ? (isRefused ? 'refused' : 'printed') : 'passed over',
      label: `,"${name}":`,
      row: 0,
      at: 0,
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
      present[size] = member;
      size += 1;
    }
    return true;
  }

  /** JSON of a member's value, undefined for null. */
  function tokenOf(
    source: RowText,
    at: number,
    convert: ConvertToken | undefined,
  ): string | undefined {
    const token = convert?.(source, at) ?? tokenAt(source, at);
    return token === 'null' ? undefined : token;
  }

  function fillSlots(source: RowText): void {
    slots.fill(undefined);
    extras = '';
    for (let index = 0; index < size; index++) {
      const { kind, slot, convert, label, at } = present[index] as Member;
      if (kind === 'passed over') continue;
      const token = tokenOf(source, at, convert);
      if (slot === -1) extras += label + (token ?? 'null');
      else slots[slot] = slot < declaredSize ? token : (token ?? 'null');
    }
    for (const { slot, convert, members: spellings } of aliases) {
      for (const { at, row: seen } of spellings) {
        if ((slots[slot] ?? 'null') !== 'null') break;
        if (seen === row) slots[slot] = tokenOf(source, at, convert);
      }
    }
  }

  return {
    read(raw) {
      const scan = scanOf(raw);
      if (scan === undefined || !isPlain) return undefined;
      row += 1;
      size = 0;
      const { at } = raw as ScannedRow;
      if (!findMembers(scan, at)) return undefined;
      fillSlots(openRow(scan, at));
      isCoded = scan.isCoded;
      const made: JsonObject = { ...template };
      for (let index = 0; index < asked.length; index++) {
        const token = slots[askedSlots[index] as number];
        const value = token === undefined ? null : readToken(token, isCoded);
        before[index] = value;
        made[asked[index] as string] = value;
      }
      for (const name of paymentClasses)
        made[name] = classify(made.payment_method, made.order_type);
      return made;
    },
    write(made) {
      for (let index = 0; index < asked.length; index++) {
        const value = made[asked[index] as string] ?? null;
        if (value === before[index]) continue;
        const token = value === null ? undefined : encode(print(value), isCoded);
        slots[askedSlots[index] as number] = token;
      }
      for (let slot = 0; slot < declaredSize; slot++) parts[2 * slot + 1] = slots[slot] ?? 'null';
      let others = '';
      for (let slot = declaredSize; slot < slots.length; slot++) {
        const token = slots[slot];
        if (token !== undefined) others += labels[slot] + token;
      }
      parts[2 * declaredSize] = `${others}${extras}}`;
      return decode(parts.join(''), isCoded);
    },
  };
}
