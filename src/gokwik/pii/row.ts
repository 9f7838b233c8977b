/**
 * The walk over a row that hides personal data, compiled per stream: first what the row says about a
 * person is collected, then annotated and personal-looking fields are masked, and every other text
 * is searched.
 */

import { isJsonObject } from '../../cdk/json.ts';
import { createNames } from '../../cdk/mend.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { propertiesOf, typesOf } from '../records/fields.ts';
import { hasNames, parseEmbedded, setOwn } from '../records/values.ts';
import { isPlaceholder, looksLike } from './detect.ts';
import { PII_KINDS, type PiiKind, readName } from './kinds.ts';
import {
  addPersonal,
  createPersonal,
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

/** What a row says about a person, of a row that is not printed itself. */
export type Collect = (row: JsonObject) => Personal;

/** What stands in place of a personal value, and inside a text. */
export interface Mask {
  /** Annotated objects and lists go as a whole. */
  readonly drops: boolean;
  /** Fields that neither the schema nor the profile names go. */
  readonly dropsUndeclared: boolean;
  readonly value: (kind: PiiKind, value: string | number) => Json;
  readonly replace: Replace;
}

/**
 * `exempt`: top-level fields that are not searched, unless the schema says that they are personal.
 * `listed`: fields that the profile names, which count as declared.
 */
export function compileHide(
  schema: JsonObject,
  exempt: ReadonlySet<string>,
  listed: ReadonlySet<string>,
  mask: Mask,
): { hide: Hide; collect: Collect } {
  const rules = compileRules(mask);
  const declared = new Map<string, Rule>();
  for (const [name, inner] of propertiesOf(schema)) {
    // What the schema calls personal is hidden even where a profile made it a key.
    const isExempt = exempt.has(name) && !JSON.stringify(inner).includes('"x-pii"');
    declared.set(name, isExempt ? KEEP : compileRule(name, inner, undefined, rules, mask));
  }
  const ruleOf = (name: string): Rule => {
    const known = declared.get(name);
    if (known !== undefined) return known;
    if (exempt.has(name)) return KEEP;
    return mask.dropsUndeclared && !listed.has(name) ? GONE : rules.ofName(name, undefined);
  };
  const planOf = compilePlans(
    () => ruleOf,
    (name) => declared.has(name) || exempt.has(name),
  );
  const collect = (row: JsonObject, inherited?: Personal): Personal => {
    const walk = { personal: createPersonal(inherited), hides: false };
    collectMembers(row, planOf(row), walk);
    return walk.personal;
  };
  return {
    collect: (row) => collect(row),
    hide(row, inherited) {
      const personal = collect(row, inherited);
      const hidden = hideMembers(row, row, planOf(row), { personal, hides: true }, mask);
      if (hidden === row) return personal;
      // A field of another name would go to the end: then all are written anew, in their order.
      for (const name of Object.keys(row)) delete row[name];
      for (const name of Object.keys(hidden)) setOwn(row, name, hidden[name] ?? null);
      return personal;
    },
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
    const ofOther = (key: string): Rule =>
      mask.dropsUndeclared ? GONE : rules.ofUnknown(key, name, kind);
    return rules.ofMembers(() => (key) => inner.get(key) ?? ofOther(key), kind, inner);
  }
  if (types.includes('array') && isJsonObject(schema.items)) {
    return rules.ofItems(ofSchema(name, schema.items, kind), kind);
  }
  if (types.includes('object') || types.includes('array')) {
    // What it holds is declared nowhere.
    if (mask.dropsUndeclared) return () => null;
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
  const { isPlace } = readName(name, undefined);
  return rules.ofText(kind === 'text' ? 'free' : isPlace ? 'place' : 'declared');
}

/**
 * What to do with the value at one place of a row: on the first walk collect what it says about a person,
 * on the second give what stands in its place. Rules are made once, by name and annotation, and know
 * nothing of a single row.
 */
type Rule = (value: Json, walk: Walk) => Json;

interface Walk {
  readonly personal: Personal;
  readonly hides: boolean;
}

/** The rules of an object's members, by all of their names. */
type RuleAmong = (names: readonly string[]) => (name: string) => Rule;

/** Shops call an order by its number: `"name": "#1023"`. */
const isNoNumber = (name: string): boolean => /^[^#]*\p{L}/u.test(name);
const isCalledName = (name: string): boolean => /^name$/i.test(name);
const isContact = (name: string): boolean =>
  ['phone', 'email', 'address'].includes(readName(name, undefined).kind ?? '');

/** Names of undeclared fields whose rule is remembered (I8). */
const REMEMBERED_NAMES = 2000;

/** Nothing to find: numbers, booleans and instants that the schema declares. */
const KEEP: Rule = (value) => value;
/** A field that goes, with its name. */
const GONE: Rule = () => null;

type Rules = ReturnType<typeof compileRules>;

function compileRules(mask: Mask) {
  const remembered = new Map<string, Rule>();

  /** A field inside something annotated: a kind of its own is stronger. */
  function ofUnknown(name: string, parent: string | undefined, kind: PiiKind | undefined): Rule {
    if (kind === undefined) return ofName(name, parent);
    const named = readName(name, parent);
    const isNamed = named.kind !== undefined && named.kind !== 'text' && !named.isGuess;
    if (kind !== 'text') return ofTree(ofKind(isNamed ? (named.kind ?? kind) : kind, mask.value));
    return named.kind === undefined || named.kind === 'text'
      ? ofLoose('free', name)
      : ofName(name, parent);
  }

  /** A field that no schema declares, by its name and that of what holds it. */
  function ofName(name: string, parent: string | undefined): Rule {
    const key = `${parent ?? ''}\0${name}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const rule = makeRule(name, parent);
    if (remembered.size >= REMEMBERED_NAMES) remembered.clear();
    remembered.set(key, rule);
    return rule;
  }

  function makeRule(name: string, parent: string | undefined): Rule {
    const { kind, isGuess, isThing, isPlace } = readName(name, parent);
    if (kind === undefined) return ofLoose(isPlace ? 'place' : isThing ? 'thing' : 'free', name);
    if (kind === 'text') return ofLoose('free', name);
    if (isGuess)
      return ofLoose(
        'free',
        name,
        ofGuess(kind, (text) => looksLike(kind, text)),
      );
    if (kind === 'name') return ofTree(ofGuess(kind, isNoNumber));
    // Places in an address stay, and what else is in one has kinds of its own.
    if (kind === 'address') return ofLoose('free', name, ofKind(kind, mask.value));
    return ofTree(ofKind(kind, mask.value));
  }

  /** Whatever stands under a name: objects by the names in them, texts (or `leaf`) by `level`. */
  function ofLoose(level: Level, name: string, leaf: Rule = ofText(level)): Rule {
    const ruleOf = (key: string): Rule => ofName(key, name);
    if (level !== 'free') return ofTree(leaf, () => ruleOf);
    // Who has a phone or a mail is someone, whatever holds it: `{"name": "Asha", "mobile": "…"}`.
    const ofSomeone = (key: string): Rule =>
      isCalledName(key) ? ofName(key, 'person') : ruleOf(key);
    return ofTree(leaf, (names) =>
      names.some(isCalledName) && names.some(isContact) ? ofSomeone : ruleOf,
    );
  }

  /** A value of any shape: `leaf` for scalars, however deep; members by name where that matters. */
  function ofTree(leaf: Rule, ruleAmong?: RuleAmong): Rule {
    const tree: Rule = (value, walk) => {
      if (Array.isArray(value)) return items(value, walk);
      return isJsonObject(value) ? members(value, walk) : leaf(value, walk);
    };
    const items = ofItems(tree, undefined);
    const members = ofMembers(ruleAmong ?? (() => () => tree), undefined);
    return tree;
  }

  function ofKind(kind: PiiKind, maskValue: Mask['value']): Rule {
    return (value, { personal, hides }) => {
      if (!isSaid(value)) return value;
      if (hides) return maskValue(kind, value);
      addPersonal(personal, kind, String(value));
      return value;
    };
  }

  /** Values of `kind`; the others are searched. */
  function ofGuess(kind: PiiKind, isOne: (text: string) => boolean): Rule {
    const sure = ofKind(kind, mask.value);
    const text = ofText('free');
    return (value, walk) => (isScalar(value) && isOne(String(value)) ? sure : text)(value, walk);
  }

  function ofText(level: Level): Rule {
    return (value, walk) => {
      const embedded = typeof value === 'string' ? parseEmbedded(value) : undefined;
      const inner = embedded && ofLoose('free', '')(embedded, walk);
      if (!walk.hides) return value;
      if (embedded !== undefined) {
        const hidden = JSON.stringify(inner);
        return hidden === JSON.stringify(embedded) ? value : hidden;
      }
      const { personal } = walk;
      if (typeof value === 'string') return scrubText(value, level, personal, mask.replace);
      if (typeof value !== 'number' || level === 'declared') return value;
      let found: PiiKind | undefined;
      const shown = scrubText(String(value), level, personal, (kind) => {
        found = kind;
        return '';
      });
      return found !== undefined && shown === '' ? mask.value(found, value) : value;
    };
  }

  /**
   * An object: its members by name, and undeclared names themselves searched. `kind` is the whole
   * object's annotation.
   */
  function ofMembers(
    ruleAmong: RuleAmong,
    kind: PiiKind | undefined,
    declared?: ReadonlyMap<string, Rule>,
  ): Rule {
    const planOf = compilePlans(ruleAmong, (name) => declared?.has(name) ?? false);
    return (value, walk) => {
      if (!isJsonObject(value)) return value;
      if (walk.hides && isDropped(kind)) return null;
      // What a value's label says holds for that object alone.
      const rule = declared === undefined ? labelled(value, ruleAmong) : undefined;
      const plan = rule ? makePlan(Object.keys(value), rule, () => false) : planOf(value);
      if (walk.hides) return hideMembers(value, undefined, plan, walk, mask);
      collectMembers(value, plan, walk);
      return value;
    };
  }

  function ofItems(item: Rule, kind: PiiKind | undefined): Rule {
    return (value, walk) => {
      if (!Array.isArray(value)) return value;
      if (walk.hides && isDropped(kind)) return null;
      return value.map((inner) => (inner === null ? null : item(inner, walk)));
    };
  }

  /** Whether a whole object or list goes. Free text stays, without what is personal in it. */
  function isDropped(kind: PiiKind | undefined): boolean {
    return kind !== undefined && kind !== 'text' && mask.drops;
  }

  /**
   * `{"name": "Mobile", "value": "…"}` is a field called Mobile, in its many spellings; a number beside
   * a bank's code is an account.
   */
  function labelled(value: JsonObject, ruleAmong: RuleAmong): ((name: string) => Rule) | undefined {
    const names = Object.keys(value);
    const ruleOf = ruleAmong(names);
    if (names.some((name) => /ifsc/i.test(name))) {
      return (name) => (/^(?:num|number|no)$/i.test(name) ? ofName(name, 'bank') : ruleOf(name));
    }
    const said = names.find((name) => VALUES.has(name.toLowerCase()));
    const labels = names.filter((name) => LABELS.has(name.toLowerCase()));
    const label = labels.map((name) => value[name]).find((text) => typeof text === 'string');
    if (said === undefined || typeof label !== 'string') return undefined;
    return (name) => {
      if (name === said) return ofName(label, undefined);
      return labels.includes(name) ? ofLoose('thing', name) : ruleOf(name);
    };
  }

  return { ofUnknown, ofName, ofTree, ofKind, ofText, ofMembers, ofItems };
}

const LABELS = new Set(
  'name key label k field question attribute property title param parameter id'.split(' '),
);
const VALUES = new Set('value val v answer content response data text'.split(' '));

/** What becomes of an object with these names in this order, as those of a page mostly are. */
interface Plan {
  readonly names: readonly string[];
  readonly rules: readonly Rule[];
  /** Undeclared names that may hold something of a person. */
  readonly doubtful: ReadonlySet<string>;
}

/** @param isOurs names that hold nothing of a person. */
function makePlan(
  names: readonly string[],
  ruleOf: (name: string) => Rule,
  isOurs: (name: string) => boolean,
): Plan {
  const doubtful = names.filter((name) => DOUBTFUL.test(name) && !isOurs(name));
  return { names, rules: names.map(ruleOf), doubtful: new Set(doubtful) };
}

/** A map of many keys is hardly ever followed by its like (I8). */
const MOST_PLANNED = 500;

/** A plan is made anew only for an object of other names than the one before. */
function compilePlans(
  ruleAmong: RuleAmong,
  isOurs: (name: string) => boolean,
): (value: JsonObject) => Plan {
  let latest = makePlan([], ruleAmong([]), isOurs);
  return (value) => {
    if (hasNames(value, latest.names)) return latest;
    const names = Object.keys(value);
    const plan = makePlan(names, ruleAmong(names), isOurs);
    if (plan.names.length <= MOST_PLANNED) latest = plan;
    return plan;
  };
}

function collectMembers(value: JsonObject, { names, rules }: Plan, walk: Walk): void {
  for (let at = 0; at < names.length; at++) {
    const inner = value[names[at] ?? ''] ?? null;
    if (inner !== null) rules[at]?.(inner, walk);
  }
}

/** An object as it is printed. `own`: that object where it may be written to, else it stays as it is. */
function hideMembers(
  value: JsonObject,
  own: JsonObject | undefined,
  { names, rules, doubtful }: Plan,
  walk: Walk,
  mask: Mask,
): JsonObject {
  const shown = (name: string): string =>
    doubtful.has(name) ? hideName(name, walk.personal, mask) : name;
  const hide = (at: number): Json => {
    const inner = value[names[at] ?? ''] ?? null;
    return inner === null ? null : (rules[at]?.(inner, walk) ?? null);
  };
  if (rules.includes(GONE) || [...doubtful].some((name) => shown(name) !== name)) {
    const free = createNames();
    return Object.fromEntries(
      names.flatMap((name, at) => (rules[at] === GONE ? [] : [[free(shown(name)), hide(at)]])),
    );
  }
  // Most members stay: only what changes is written.
  let hidden = own ?? value;
  for (let at = 0; at < names.length; at++) {
    const name = names[at] ?? '';
    const inner = hide(at);
    if (inner === value[name]) continue;
    if (hidden === value && own === undefined) hidden = { ...value };
    setOwn(hidden, name, inner);
  }
  return hidden;
}

const DOUBTFUL = /[^A-Za-z_]/;

/** Objects are keyed by a phone number or an e-mail at times. */
export function hideName(name: string, personal: Personal, mask: Mask): string {
  return DOUBTFUL.test(name) ? scrubText(name, 'free', personal, mask.replace) : name;
}

/** A text or number that is not said in place of nothing. */
function isSaid(value: Json): value is string | number {
  return isScalar(value) && !isPlaceholder(String(value));
}

function isScalar(value: Json): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
