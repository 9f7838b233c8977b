/**
 * A raw row's values, named and typed: `record_key` first, then the fields in the order in which they
 * came, then the declared ones that did not come, as nulls. What depends on the names alone is made
 * once for all rows of the same names, as those of one page mostly are.
 */

import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { pathsOf, valueAt } from '../path.ts';
import type { FieldSource } from '../streams/stream.ts';
import { fillText } from '../template.ts';
import { type Convert, propertiesOf, typesOf } from './fields.ts';
import { createPaymentClassifier } from './payment.ts';
import { getOwn, hasNames, isBlank, parseAmount, setOwn } from './values.ts';

export const KEY = 'record_key';

export interface RowOptions {
  /** JSON Schema with our `x-` annotations. */
  readonly schema: JsonObject;
  readonly fields: ReadonlyMap<string, Convert>;
  /** Where fields come from, for those that do not come under their own name. */
  readonly sources: Readonly<Record<string, FieldSource | undefined>>;
  /** Counts a value that could not be read (I7). Takes a phrase without any value in it. */
  readonly count: (what: string) => void;
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
  const { schema, fields, sources, count } = options;
  const classify = createPaymentClassifier(count);
  const properties = propertiesOf(schema);
  const declared = new Set([KEY, ...properties.map(([name]) => name)]);
  const heads = new Set(
    properties.filter(([, inner]) => typesOf(inner).includes('object')).map(([name]) => name),
  );
  const classes = properties
    .filter(([, inner]) => inner['x-derived'] === 'payment_class')
    .map(([name]) => name);
  const taken = Object.entries(sources).flatMap(([name, source]) =>
    source === undefined ? [] : [compileSource(name, source, count)],
  );
  const fieldOf = new Map(
    taken.flatMap(({ name, paths }) => [name, ...paths].map((path) => [path, name] as const)),
  );
  const plans: Plan[] = [];
  let latest: Plan | undefined;

  function planOf(raw: JsonObject): Plan {
    if (latest && hasNames(raw, latest.names)) return latest;
    const names = Object.keys(raw);
    const known = plans.find((plan) => hasNames(raw, plan.names));
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
    const named = [
      ...shown.map((name) => fieldOf.get(name) ?? name),
      ...taken.map(({ name }) => name),
    ];
    const order = new Set([KEY, ...named, ...declared]);
    return {
      names,
      template: JSON.parse(
        JSON.stringify(Object.fromEntries([...order].map((name) => [name, null]))),
      ),
      targets: names.map((name) =>
        paths.has(name) || fieldOf.has(name) || (declared.has(name) && !fields.has(name))
          ? undefined
          : { name, convert: fields.get(name) },
      ),
      dotted: [...paths].map(([name, path]) => ({ name, path })),
    };
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
    const { template, targets, dotted } = planOf(raw);
    const row: JsonObject = { ...template };
    let at = 0;
    // Names come in the plan's order.
    for (const name in raw) {
      const target = targets[at++];
      if (target) setOwn(row, target.name, apply(target.convert, raw[name]));
    }
    for (const { name, take } of taken) setOwn(row, name, apply(fields.get(name), take(raw)));
    if (dotted.length > 0) fillDotted(row, raw, dotted);
    for (const name of classes) row[name] = classify(row.payment_method, row.order_type);
    return row;
  };
}

interface Taken {
  readonly name: string;
  readonly paths: readonly string[];
  readonly take: (raw: JsonObject) => Json;
}

/** What a field is before it is typed: the first of its paths that says something. */
function compileSource(name: string, source: FieldSource, count: RowOptions['count']): Taken {
  const {
    divide,
    nulls = [],
    value,
  }: Exclude<FieldSource, string> = typeof source === 'object' ? source : {};
  const sources = pathsOf(name, source);
  const paths = value === undefined ? sources : [];
  const words = nulls.map((word) => word.trim().toLowerCase());
  const isNothing = (found: Json | undefined): boolean =>
    isBlank(found) ||
    (typeof found !== 'object' && words.includes(String(found).trim().toLowerCase()));
  const read = (raw: JsonObject): Json => {
    if (value !== undefined) {
      const named = sources.map((one) => [one, valueAt(raw, one)] as const);
      return fillText(value, Object.fromEntries(named)) ?? null;
    }
    for (const path of paths) {
      const found = valueAt(raw, path);
      if (!isNothing(found)) return found ?? null;
    }
    return null;
  };
  if (divide === undefined) return { name, paths, take: read };
  const phrase = `\`${name}\` is not an amount; null was emitted`;
  const take = (raw: JsonObject): Json => {
    const found = read(raw);
    const amount = parseAmount(found);
    if (amount === undefined && found !== null) count(phrase);
    return amount === undefined ? null : amount / divide;
  };
  return { name, paths, take };
}

/** What no one declared stays as it is. */
function apply(convert: Convert | undefined, value: Json | undefined): Json {
  if (value === null || value === undefined) return null;
  return convert ? convert(value) : value;
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
