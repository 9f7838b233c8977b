/** What rows of a stream may hold and are printed with, known before the first of them. */
import type { Layout } from './declared.ts';
import { splitDotted } from './dotted.ts';
import type { Field } from './fields.ts';
import { createNames, type Names } from './names.ts';
import { compileToken, type Token } from './tokens.ts';

/** A member of a raw row, and where it stands in the row at hand. */
export interface Member {
  /** `passed over`: the connector makes it itself, or it is another name of a field. */
  readonly kind: 'printed' | 'passed over' | 'refused';
  readonly label: Buffer;
  /** Where nothing is known of it, null is printed; else it is left out. */
  readonly isDeclared: boolean;
  /** Undefined: its values stay as they are. */
  readonly token: Token | undefined;
  /** Its place among those that were asked for; -1: it was not. */
  readonly asked: number;
  /** Members of other names, for a row in which it says nothing. */
  readonly others: Member[];
  /** The row that it was last seen in, counted from 1, and the place of its value there. */
  row: number;
  at: number;
}

export interface Members {
  /** Every name that a row may have. */
  readonly names: Names<Member>;
  /** What others ask for, in that order; the key is the first. */
  readonly asked: readonly Member[];
  /** Fields that may be there without their own member: made by the connector, or called otherwise. */
  readonly special: readonly Member[];
  /** The other fields. */
  readonly plain: readonly Member[];
  /** Whether all names are spelled as their bytes. */
  readonly isPlain: boolean;
}

/** What a name may hold: what stands between its quotes is then the name itself. */
const PLAIN_NAME = /^[ !#-[\]-~]*$/;

/** @param askedNames names of the fields that others ask for, the key first. */
export function compileMembers(
  { declared, heads, aliases, aliasNames }: Layout,
  fields: ReadonlyMap<string, Field>,
  askedNames: readonly string[],
): Members {
  const names = createNames(makeMember);
  const memberOf = (name: string): Member => names.find(name, names.start).what;
  const aliased = aliases.map(([name]) => name);
  const known = [...new Set([...declared, ...askedNames, ...aliased])];
  for (const [name, spellings] of aliases) memberOf(name).others.push(...spellings.map(memberOf));
  const asked = askedNames.map(memberOf);
  const special = new Set([...asked.slice(1), ...aliased.map(memberOf)]);
  return {
    names,
    asked,
    special: [...special],
    plain: known.map(memberOf).filter((member) => member !== asked[0] && !special.has(member)),
    // A merchant's own cursor may be called in any alphabet.
    isPlain: known.every((name) => PLAIN_NAME.test(name)),
  };

  function makeMember(name: string): Member {
    const field = fields.get(name);
    const isPrinted = field !== undefined || !(declared.has(name) || aliasNames.has(name));
    const isRefused = !PLAIN_NAME.test(name) || splitDotted(name, heads) !== undefined;
    return {
      kind: isPrinted ? (isRefused ? 'refused' : 'printed') : 'passed over',
      label: Buffer.from(`,${JSON.stringify(name)}:`),
      isDeclared: declared.has(name),
      token: field && compileToken(field),
      asked: askedNames.indexOf(name),
      others: [],
      row: 0,
      at: 0,
    };
  }
}
