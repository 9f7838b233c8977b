/** The first half of mapping: a raw row's values, typed and named, in the schema's order. */

import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import type { Layout } from './declared.ts';
import { mergeObjects, setAtPath, splitDotted } from './dotted.ts';
import type { Field } from './fields.ts';
import type { PaymentClassifier } from './payment.ts';
import { rememberShapes, shapeRow } from './shapes.ts';
import { getOwn, isBlank, isText, setOwn } from './values.ts';

/** What to do with rows that have these keys in this order, as all rows of a page mostly do. */
interface Plan {
  /** A row of nulls: the declared fields, then the undeclared ones. */
  readonly template: JsonObject;
  /** What each value of a raw row goes through; undefined for what is not declared. */
  readonly fields: readonly (Field | undefined)[];
  readonly unknown: readonly string[];
  readonly dotted: readonly { readonly name: string; readonly path: readonly string[] }[];
}

/** Declared fields first, null where missing, then what no one declared, untouched. */
export function compileFill(
  { declared, heads, aliases, aliasNames, paymentClasses }: Layout,
  fields: ReadonlyMap<string, Field>,
  classify: PaymentClassifier,
): (raw: JsonObject) => JsonObject {
  const findPlan = rememberShapes(makePlan);

  function makePlan(keys: readonly string[], remembered: boolean): Plan {
    const undeclared = keys.filter((name) => !declared.has(name) && !aliasNames.has(name));
    const paths = undeclared.map((name) => ({ name, path: splitDotted(name, heads) }));
    const unknown = paths.filter(({ path }) => path === undefined).map(({ name }) => name);
    return {
      // A shape seen once is not worth the effort; its undeclared fields are added one by one.
      template: remembered ? shapeRow([...declared, ...unknown]) : bare,
      fields: keys.map((name) => fields.get(name)),
      unknown,
      dotted: paths.flatMap(({ name, path }) => (path === undefined ? [] : [{ name, path }])),
    };
  }
  const bare = shapeRow([...declared]);

  function fillAliases(row: JsonObject, raw: JsonObject): void {
    for (const [field, names] of aliases) {
      if (!isBlank(row[field])) continue;
      for (const name of names) {
        const value = getOwn(raw, name) ?? null;
        if (value === null) continue;
        const declared = fields.get(field);
        const converted = declared ? declared.convert(value) : value;
        if (isBlank(converted)) continue;
        setOwn(row, field, converted);
        break;
      }
    }
  }

  /** Flattened members, put into the object they belong to. */
  function fillDotted(row: JsonObject, raw: JsonObject, dotted: Plan['dotted']): void {
    const nested: JsonObject = {};
    for (const { name, path } of dotted) setAtPath(nested, path, raw[name] ?? null);
    for (const head of Object.keys(nested)) {
      const expanded = fields.get(head)?.convert((nested[head] ?? {}) as JsonObject) ?? null;
      const there = row[head];
      if (isJsonObject(expanded))
        row[head] = isJsonObject(there) ? mergeObjects(there, expanded) : expanded;
    }
  }

  return (raw) => {
    const plan = findPlan(Object.keys(raw));
    const row: JsonObject = { ...plan.template };
    // By position: values come in the order of keys, and 40 look-ups by name would cost twice this.
    const values = Object.values(raw);
    for (let at = 0; at < values.length; at++) {
      const field = plan.fields[at];
      const value = values[at];
      if (field === undefined || value === null || value === undefined) continue;
      row[field.name] = field.takesText && isText(value) ? value : field.convert(value);
    }
    for (const name of plan.unknown) setOwn(row, name, raw[name] as Json);
    if (aliases.length > 0) fillAliases(row, raw);
    if (plan.dotted.length > 0) fillDotted(row, raw, plan.dotted);
    for (const name of paymentClasses) row[name] = classify(row.payment_method, row.order_type);
    return row;
  };
}
