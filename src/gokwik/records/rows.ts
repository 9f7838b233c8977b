/**
 * A raw row's values, named and typed: `record_key` first, then the fields in the order in which they
 * came, then the declared ones that did not come, as nulls. What depends on the names alone is made
 * once for all rows of the same names, as those of one page mostly are.
 */

import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { type Convert, propertiesOf, typesOf } from './fields.ts';
import type { PaymentClassifier } from './payment.ts';
import { getOwn, isBlank, setOwn } from './values.ts';

export const KEY = 'record_key';

export interface RowOptions {
  /** JSON Schema with our `x-` annotations. */
  readonly schema: JsonObject;
  readonly fields: ReadonlyMap<string, Convert>;
  /** Other spellings upstream: emitted field → names that it may come under. */
  readonly aliases: Readonly<Partial<Record<string, readonly string[]>>>;
  readonly classify: PaymentClassifier;
}

/** What becomes of rows with these names in this order. */
interface Plan {
  readonly names: readonly string[];
  /** Nulls, in the order of the emitted row. */
  readonly template: JsonObject;
  /** What each value goes through; undefined where it has no place of its own. */
  readonly targets: readonly (
    | { readonly name: string; readonly convert: Convert | undefined }
    | undefined
  )[];
  /** Members of objects that came flattened: `Customer.phone`. */
  readonly dotted: readonly { readonly name: string; readonly path: readonly string[] }[];
}

/** Plans remembered; what further ones need is made each time (I8). */
const REMEMBERED = 16;

/** Gives a new row and leaves the raw one as it is. */
export function compileRows(options: RowOptions): (raw: JsonObject) => JsonObject {
  const { schema, fields, aliases, classify } = options;
  const properties = propertiesOf(schema);
  const declared = new Set([KEY, ...properties.map(([name]) => name)]);
  const heads = new Set(
    properties.filter(([, inner]) => typesOf(inner).includes('object')).map(([name]) => name),
  );
  const classes = properties
    .filter(([, inner]) => inner['x-derived'] === 'payment_class')
    .map(([name]) => name);
  const aliasList = Object.entries(aliases).map(
    ([name, spellings = []]) => [name, spellings] as const,
  );
  const fieldOfAlias = new Map(
    aliasList.flatMap(([field, names]) => names.map((name) => [name, field] as const)),
  );
  const plans: Plan[] = [];
  let latest: Plan | undefined;

  function planOf(names: readonly string[]): Plan {
    if (latest && haveSameNames(latest.names, names)) return latest;
    const known = plans.find((plan) => haveSameNames(plan.names, names));
    latest = known ?? makePlan(names);
    if (!known && plans.length < REMEMBERED) plans.push(latest);
    return latest;
  }

  function makePlan(names: readonly string[]): Plan {
    const paths = new Map(
      names.flatMap((name) => {
        const path = declared.has(name) ? undefined : splitDotted(name, heads);
        return path ? [[name, path] as const] : [];
      }),
    );
    const shown = names.filter((name) => !paths.has(name));
    const order = new Set([
      KEY,
      ...shown.map((name) => fieldOfAlias.get(name) ?? name),
      ...declared,
    ]);
    return {
      names,
      template: JSON.parse(
        JSON.stringify(Object.fromEntries([...order].map((name) => [name, null]))),
      ),
      targets: names.map((name) =>
        paths.has(name) || fieldOfAlias.has(name) || (declared.has(name) && !fields.has(name))
          ? undefined
          : { name, convert: fields.get(name) },
      ),
      dotted: [...paths].map(([name, path]) => ({ name, path })),
    };
  }

  /** What came under another name, where the field's own says nothing. */
  function fillAliases(row: JsonObject, raw: JsonObject): void {
    for (const [name, spellings] of aliasList) {
      if (!isBlank(row[name])) continue;
      for (const spelling of spellings) {
        const value = apply(fields.get(name), getOwn(raw, spelling));
        if (isBlank(value)) continue;
        setOwn(row, name, value);
        break;
      }
    }
  }

  function fillDotted(row: JsonObject, raw: JsonObject, dotted: Plan['dotted']): void {
    const nested: JsonObject = {};
    for (const { name, path } of dotted) setAtPath(nested, path, raw[name] ?? null);
    for (const head of Object.keys(nested)) {
      const expanded = apply(fields.get(head), nested[head]);
      const there = row[head];
      if (!isJsonObject(expanded)) continue;
      row[head] = isJsonObject(there) ? mergeObjects(there, expanded) : expanded;
    }
  }

  return (raw) => {
    const { template, targets, dotted } = planOf(Object.keys(raw));
    const row: JsonObject = { ...template };
    // By position: values come in the order of names, and a look-up for each would cost twice this.
    const values = Object.values(raw);
    for (let at = 0; at < values.length; at++) {
      const target = targets[at];
      if (target) setOwn(row, target.name, apply(target.convert, values[at]));
    }
    if (aliasList.length > 0) fillAliases(row, raw);
    if (dotted.length > 0) fillDotted(row, raw, dotted);
    for (const name of classes) row[name] = classify(row.payment_method, row.order_type);
    return row;
  };
}

/** What no one declared stays as it is. */
function apply(convert: Convert | undefined, value: Json | undefined): Json {
  if (value === null || value === undefined) return null;
  return convert ? convert(value) : value;
}

function haveSameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/**
 * The path of a flattened member, its head in lower case, when that head is one of `heads`:
 * `Address.city` → `['address', 'city']`. Undefined: the name is one like any other.
 */
function splitDotted(name: string, heads: ReadonlySet<string>): string[] | undefined {
  const dot = name.indexOf('.');
  if (dot < 1) return undefined;
  const head = name.slice(0, dot).toLowerCase();
  if (!heads.has(head)) return undefined;
  const rest = name.slice(dot + 1).split('.');
  return rest.includes('') ? undefined : [head, ...rest];
}

/** Writes a value at a path, making the objects on the way; what is there already wins. */
function setAtPath(target: JsonObject, path: readonly string[], value: Json): void {
  const [name = '', ...rest] = path;
  const there = getOwn(target, name) ?? null;
  if (rest.length === 0) {
    if (there === null) setOwn(target, name, value);
    return;
  }
  if (there !== null && !isJsonObject(there)) return;
  const inner = there ?? {};
  setAtPath(inner, rest, value);
  setOwn(target, name, inner);
}

/** Both objects in one, `first` winning wherever it has a value; neither is changed. */
function mergeObjects(first: JsonObject, second: JsonObject): JsonObject {
  const merged = { ...first };
  for (const name of Object.keys(second)) {
    const mine = getOwn(first, name) ?? null;
    const theirs = second[name] ?? null;
    if (mine === null) setOwn(merged, name, theirs);
    else if (isJsonObject(mine) && isJsonObject(theirs))
      setOwn(merged, name, mergeObjects(mine, theirs));
  }
  return merged;
}
