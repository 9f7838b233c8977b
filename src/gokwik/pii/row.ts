/**
 * The walk over a row that hides personal data, compiled per stream: first what the row says about a
 * person is collected, then annotated and personal-looking fields are masked, and every other text
 * is searched for what was collected.
 */

import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { propertiesOf, typesOf } from '../records/fields.ts';
import { parseEmbedded, setOwn } from '../records/values.ts';
import { isPlaceName, kindOfName, PII_KINDS, type PiiKind } from './kinds.ts';
import {
  addPersonal,
  createPersonal,
  hasPhone,
  type Level,
  type Personal,
  type Replace,
  scrubText,
} from './search.ts';

/**
 * Hides a row in place and tells what it had said; its fields keep their order. `inherited`: what the
 * parent's row had said, which must not stand in its children either.
 */
export type Hide = (row: JsonObject, inherited: Personal | undefined) => Personal;

/** What stands in place of a personal value, and inside a text. */
export interface Mask {
  /** Annotated objects and lists go as a whole. */
  readonly drops: boolean;
  readonly value: (kind: PiiKind, value: string | number) => Json;
  readonly replace: Replace;
}

/** `exempt`: top-level fields that are not searched, unless the schema says that they are personal. */
export function compileHide(schema: JsonObject, exempt: ReadonlySet<string>, mask: Mask): Hide {
  const rules = compileRules(mask);
  const declared = new Map<string, Rule>();
  for (const [name, inner] of propertiesOf(schema)) {
    // What the schema calls personal is hidden even where a profile made it a key.
    if (!exempt.has(name) || JSON.stringify(inner).includes('"x-pii"')) {
      declared.set(name, compileRule(name, inner, undefined, rules, mask));
    }
  }
  const ruleOf = (name: string): Rule =>
    declared.get(name) ?? (exempt.has(name) ? KEEP : rules.ofName(name, undefined));
  return (row, inherited) => {
    const personal = createPersonal(inherited);
    const names = Object.keys(row);
    for (const name of names) ruleOf(name).collect(row[name] ?? null, personal);
    let isRenamed = false;
    const hidden = names.map((name): [string, Json] => {
      const value = row[name] ?? null;
      const rule = ruleOf(name);
      const keepsName = rule === KEEP || value === null || declared.has(name);
      const shown = keepsName ? name : hideName(name, personal, mask);
      if (shown !== name) isRenamed = true;
      return [shown, value === null ? null : rule.hide(value, personal)];
    });
    // A field that takes another name would go to the end: then all are written anew, in their order.
    if (isRenamed) for (const name of names) delete row[name];
    for (const [name, value] of hidden) setOwn(row, name, value);
    return personal;
  };
}

/** The kind of an annotation; one we do not know is taken for a secret, not for nothing. */
function kindOfSchema(schema: JsonObject): PiiKind | undefined {
  const kind = schema['x-pii'];
  if (kind === undefined || kind === null) return undefined;
  return PII_KINDS.find((known) => known === kind) ?? 'bank';
}

/** A declared field. `above`: the kind of the object or list it is in. */
function compileRule(
  name: string,
  schema: JsonObject,
  above: PiiKind | undefined,
  rules: Rules,
  mask: Mask,
): Rule {
  const ofSchema = (key: string, inner: JsonObject, kind: PiiKind | undefined): Rule =>
    compileRule(key, inner, kind, rules, mask);
  const kind = kindOfSchema(schema) ?? above;
  const types = typesOf(schema);
  if (types.includes('object') && isJsonObject(schema.properties)) {
    const inner = new Map(
      propertiesOf(schema).map(([key, property]) => [key, ofSchema(key, property, kind)]),
    );
    return rules.ofMembers(
      (key) => inner.get(key) ?? rules.ofUnknown(key, name, kind),
      kind,
      inner,
    );
  }
  if (types.includes('array') && isJsonObject(schema.items)) {
    return rules.ofItems(ofSchema(name, schema.items, kind), kind);
  }
  if (types.includes('object') || types.includes('array')) {
    return kind === undefined
      ? rules.ofName(name, undefined)
      : rules.ofUnknown(name, undefined, kind);
  }
  if (kind !== undefined && kind !== 'text') {
    // A hash is no number and no instant: there the value can only go.
    const fits = types.length === 0 || (types.includes('string') && schema.format === undefined);
    const leaf = rules.ofKind(kind, fits ? mask.value : () => null);
    return types.length === 1 ? leaf : rules.ofTree(leaf);
  }
  if (!types.includes('string') || schema.format !== undefined) return KEEP;
  return rules.ofText(kind === 'text' ? 'text' : isPlaceName(name) ? 'place' : 'declared');
}

/**
 * What to do with the value at one place of a row: collect what it says about a person, then hide it.
 * Rules are made once, by name and annotation, and know nothing of a single row.
 */
interface Rule {
  collect(value: Json, personal: Personal): void;
  hide(value: Json, personal: Personal): Json;
}

/** Names of undeclared fields whose rule is remembered (I8). */
const REMEMBERED_NAMES = 2000;

/** Nothing to find: numbers, booleans and instants that the schema declares. */
const KEEP: Rule = { collect: () => {}, hide: (value) => value };

type Rules = ReturnType<typeof compileRules>;

function compileRules(mask: Mask) {
  const remembered = new Map<string, Rule>();

  /** A field inside something annotated: its own name decides where the annotation is `text`. */
  function ofUnknown(name: string, parent: string | undefined, kind: PiiKind | undefined): Rule {
    if (kind === undefined) return ofName(name, parent);
    if (kind !== 'text') return ofTree(ofKind(kind, mask.value));
    const named = kindOfName(name, parent);
    return named === undefined || named === 'text' ? ofLoose('text', name) : ofName(name, parent);
  }

  /** A field that no schema declares, by its name and that of what holds it. */
  function ofName(name: string, parent: string | undefined): Rule {
    const key = `${name.length} ${name}${parent === undefined ? '' : ` ${parent}`}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const kind = kindOfName(name, parent);
    const level = isPlaceName(name) ? 'place' : 'unknown';
    const rule =
      kind === undefined || kind === 'text'
        ? ofLoose(kind ?? level, name)
        : kind === 'address'
          ? ofLoose('unknown', name, ofKind(kind, mask.value))
          : ofTree(ofKind(kind, mask.value));
    if (remembered.size >= REMEMBERED_NAMES) remembered.clear();
    remembered.set(key, rule);
    return rule;
  }

  /** Whatever stands under a name: objects by the names in them, texts (or `leaf`) by `level`. */
  function ofLoose(level: Level, name: string, leaf: Rule = ofText(level)): Rule {
    return ofTree(leaf, (key) =>
      level === 'text' ? ofUnknown(key, name, 'text') : ofName(key, name),
    );
  }

  /** A value of any shape: `leaf` for scalars, however deep; members by name where that matters. */
  function ofTree(leaf: Rule, ruleOf?: (name: string) => Rule): Rule {
    const tree: Rule = {
      collect: (value, personal) => pick(value).collect(value, personal),
      hide: (value, personal) => pick(value).hide(value, personal),
    };
    const items = ofItems(tree, undefined);
    const members = ofMembers(ruleOf ?? (() => tree), undefined);
    function pick(value: Json): Rule {
      if (Array.isArray(value)) return items;
      return isJsonObject(value) ? members : leaf;
    }
    return tree;
  }

  function ofKind(kind: PiiKind, maskValue: Mask['value']): Rule {
    return {
      collect(value, personal) {
        if (isScalar(value)) addPersonal(personal, kind, String(value));
      },
      hide: (value) => (isScalar(value) ? maskValue(kind, value) : value),
    };
  }

  function ofText(level: Level): Rule {
    return {
      collect(value, personal) {
        const embedded = typeof value === 'string' ? parseEmbedded(value) : undefined;
        if (embedded !== undefined) ofLoose('unknown', '').collect(embedded, personal);
      },
      hide(value, personal) {
        if (typeof value === 'string') {
          const embedded = parseEmbedded(value);
          if (embedded === undefined) return scrubText(value, level, personal, mask.replace);
          const hidden = JSON.stringify(ofLoose('unknown', '').hide(embedded, personal));
          return hidden === JSON.stringify(embedded) ? value : hidden;
        }
        if (
          typeof value === 'number' &&
          level !== 'declared' &&
          hasPhone(String(value), personal)
        ) {
          return mask.value('phone', value);
        }
        return value;
      },
    };
  }

  /**
   * An object: its members by name, and undeclared names themselves searched. `kind` is the whole
   * object's annotation.
   */
  function ofMembers(
    ruleOf: (name: string) => Rule,
    kind: PiiKind | undefined,
    declared?: ReadonlyMap<string, Rule>,
  ): Rule {
    return {
      collect(value, personal) {
        if (!isJsonObject(value)) return;
        const rule = declared === undefined ? labelled(value, ruleOf) : ruleOf;
        for (const name of Object.keys(value)) rule(name).collect(value[name] ?? null, personal);
      },
      hide(value, personal) {
        if (!isJsonObject(value)) return value;
        if (isDropped(kind)) return null;
        const rule = declared === undefined ? labelled(value, ruleOf) : ruleOf;
        const hidden: JsonObject = {};
        for (const name of Object.keys(value)) {
          const inner = value[name] ?? null;
          const shown = declared?.has(name) ? name : hideName(name, personal, mask);
          setOwn(hidden, shown, inner === null ? null : rule(name).hide(inner, personal));
        }
        return hidden;
      },
    };
  }

  function ofItems(item: Rule, kind: PiiKind | undefined): Rule {
    return {
      collect(value, personal) {
        if (Array.isArray(value)) for (const inner of value) item.collect(inner, personal);
      },
      hide(value, personal) {
        if (!Array.isArray(value)) return value;
        if (isDropped(kind)) return null;
        return value.map((inner) => (inner === null ? null : item.hide(inner, personal)));
      },
    };
  }

  /** Whether a whole object or list goes. Free text stays, without what is personal in it. */
  function isDropped(kind: PiiKind | undefined): boolean {
    return kind !== undefined && kind !== 'text' && mask.drops;
  }

  /** `{"name": "Mobile", "value": "…"}` is a field called Mobile. */
  function labelled(value: JsonObject, ruleOf: (name: string) => Rule): (name: string) => Rule {
    const label = value.name ?? value.key ?? value.label;
    if (typeof label !== 'string' || typeof value.value !== 'string') return ruleOf;
    return (name) => {
      if (name === 'value') return ofName(label, undefined);
      return name === 'name' ? ofLoose('unknown', name) : ruleOf(name);
    };
  }

  return { ofUnknown, ofName, ofTree, ofKind, ofText, ofMembers, ofItems };
}

/** Objects are keyed by a phone number or an e-mail at times. */
function hideName(name: string, personal: Personal, mask: Mask): string {
  return /[\d@\s]/.test(name) ? scrubText(name, 'declared', personal, mask.replace) : name;
}

function isScalar(value: Json): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
