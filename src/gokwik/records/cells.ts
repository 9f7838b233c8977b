/** The first half of mapping for rows of a sheet: from cells straight to named, typed values. */
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import type { Layout } from './declared.ts';
import type { Field } from './fields.ts';
import type { PaymentClassifier } from './payment.ts';
import { type CellRow, type Column, type Columns, cellOf, columnsOf } from './raw.ts';
import { shapeRow } from './shapes.ts';
import { isBlank, isText } from './values.ts';

interface Target extends Column {
  /** What its cells go through; undefined: no one declared it. */
  readonly field: Field | undefined;
}

/** What becomes of the rows under these columns. */
interface Plan {
  readonly columns: Columns;
  /** A row of nulls: the declared fields, then the undeclared ones. */
  readonly template: JsonObject;
  readonly plain: readonly Target[];
  readonly heads: readonly { readonly name: string; readonly members: readonly Target[] }[];
  /** Columns under another name of a field, which they fill when it is empty. */
  readonly aliases: readonly Target[];
}

/** Says what `compileFill` would of the row as an object, without making it one. */
export function compileCells(
  { declared, aliases, aliasNames, paymentClasses }: Layout,
  fields: ReadonlyMap<string, Field>,
  classify: PaymentClassifier,
): (raw: CellRow) => JsonObject {
  // Sheets are read one after another, so one plan is remembered.
  let plan: Plan | undefined;

  function makePlan(columns: Columns): Plan {
    const { plain, heads } = columns;
    const isUndeclared = ({ name }: { readonly name: string }): boolean =>
      !declared.has(name) && !aliasNames.has(name);
    const unknown = [...plain, ...heads].filter(isUndeclared).map(({ name }) => name);
    return {
      columns,
      template: shapeRow([...declared, ...unknown]),
      plain: plain
        .map((column) => ({ ...column, field: fields.get(column.name) }))
        .filter((column) => column.field !== undefined || isUndeclared(column)),
      heads: heads.map(({ name, members }) => ({
        name,
        members: members.map((member) => ({
          ...member,
          field: fields.get(name)?.members?.get(member.name),
        })),
      })),
      aliases: aliases.flatMap(([name, spellings]) =>
        spellings.flatMap((spelling) => {
          const found = plain.find((column) => column.name === spelling);
          return found ? [{ name, at: found.at, field: fields.get(name) }] : [];
        }),
      ),
    };
  }

  return (raw) => {
    const columns = columnsOf(raw);
    if (plan?.columns !== columns) plan = makePlan(columns);
    const { cells } = raw;
    const row: JsonObject = { ...plan.template };
    for (const { name, at, field } of plan.plain) {
      const cell = cellOf(cells, at);
      if (cell !== undefined) row[name] = convert(cell, field);
    }
    for (const { name: head, members } of plan.heads) {
      let made: JsonObject | undefined;
      for (const { name, at, field } of members) {
        const cell = cellOf(cells, at);
        if (cell === undefined) continue;
        made ??= {};
        made[name] = convert(cell, field);
      }
      if (made) row[head] = made;
    }
    for (const { name, at, field } of plan.aliases) {
      const cell = isBlank(row[name]) ? cellOf(cells, at) : undefined;
      if (cell !== undefined) row[name] = convert(cell, field);
    }
    for (const name of paymentClasses) row[name] = classify(row.payment_method, row.order_type);
    return row;
  };
}

const convert = (cell: string, field: Field | undefined): Json =>
  field === undefined || (field.takesText && isText(cell)) ? cell : field.convert(cell);
