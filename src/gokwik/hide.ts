/**
 * The walk over a row that hides personal data, compiled per stream: first what the row says about a
 * person is collected, then annotated and personal-looking fields are masked, and every other text
 * is searched for what was collected.
 */
import type { Json, JsonObject } from '../cdk/protocol.ts';
import { parseEmbedded, propertiesOf, typesOf } from './fields.ts';
import { isPlaceName, kindOfName, PII_KINDS, type PiiKind } from './personal.ts';
import type { Hide, Mask } from './pii.ts';
import {
  addPersonal,
  createPersonal,
  hasPhone,
  type Level,
  type Personal,
  scrubText,
} from './scrub.ts';
import { isObject, setOwn } from './values.ts';

/** What to do with a value at one place of a row. */
interface Place {
  collect(value: Json, personal: Personal): void;
  hide(value: Json, personal: Personal): Json;
}

/** Names of undeclared fields whose kind is remembered (I8). */
const REMEMBERED_NAMES = 2000;

export function compileHide(schema: JsonObject, exempt: ReadonlySet<string>, mask: Mask): Hide {
  const places = compilePlaces(mask);
  const declared = new Map<string, Place>();
  for (const [name, inner] of propertiesOf(schema)) {
    // A field that the schema calls personal is hidden even where a profile made it a key.
    if (!exempt.has(name) || kindOfSchema(inner) !== undefined) {
      declared.set(name, places.ofSchema(name, inner, undefined));
    }
  }
  const placeOf = (name: string): Place | undefined =>
    declared.get(name) ?? (exempt.has(name) ? undefined : places.ofName(name, undefined));
  return (row, inherited) => {
    const personal = createPersonal(inherited);
    const names = Object.keys(row);
    for (const name of names) placeOf(name)?.collect(row[name] ?? null, personal);
    for (const name of names) {
      const value = row[name] ?? null;
      if (value === null) continue;
      const place = placeOf(name);
      if (place === undefined) continue;
      const shown = declared.has(name) ? name : hideName(name, personal, mask);
      if (shown !== name) delete row[name];
      setOwn(row, shown, place.hide(value, personal));
    }
    return personal;
  };
}

/** The kind of an annotation; one we do not know is taken for a secret, not for nothing. */
function kindOfSchema(schema: JsonObject): PiiKind | undefined {
  const kind = schema['x-pii'];
  if (kind === undefined || kind === null) return undefined;
  return PII_KINDS.find((known) => known === kind) ?? 'bank';
}

function compilePlaces(mask: Mask) {
  const remembered = new Map<string, Place>();

  /** A declared field. `above`: the kind of the object or list it is in. */
  function ofSchema(name: string, schema: JsonObject, above: PiiKind | undefined): Place {
    const kind = kindOfSchema(schema) ?? above;
    const types = typesOf(schema);
    if (types.includes('object') && isObject(schema.properties)) {
      const inner = new Map(
        propertiesOf(schema).map(([key, property]) => [key, ofSchema(key, property, kind)]),
      );
      return ofMembers((key) => inner.get(key) ?? ofUnknown(key, name, kind), kind, inner);
    }
    if (types.includes('array') && isObject(schema.items)) {
      return ofItems(ofSchema(name, schema.items, kind), kind);
    }
    if (types.includes('object') || types.includes('array')) {
      return kind === undefined ? ofName(name, undefined) : ofUnknown(name, undefined, kind);
    }
    if (kind !== undefined && kind !== 'text') {
      // A hash is no number and no instant: there the value can only go.
      const fits = types.length === 0 || (types.includes('string') && schema.format === undefined);
      return ofKind(kind, fits ? mask.value : () => null);
    }
    if (!types.includes('string') || schema.format !== undefined) return KEEP;
    return ofText(kind === 'text' ? 'text' : isPlaceName(name) ? 'place' : 'declared');
  }

  /** A field inside something annotated: its own name decides where the annotation is `text`. */
  function ofUnknown(name: string, parent: string | undefined, kind: PiiKind | undefined): Place {
    if (kind === undefined) return ofName(name, parent);
    if (kind !== 'text') return ofTree(ofKind(kind, mask.value));
    const named = kindOfName(name, parent);
    return named === undefined || named === 'text' ? ofLoose('text', name) : ofName(name, parent);
  }

  /** A field that no schema declares, by its name and that of what holds it. */
  function ofName(name: string, parent: string | undefined): Place {
    const key = JSON.stringify([name, parent]);
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const kind = kindOfName(name, parent);
    const level = isPlaceName(name) ? 'place' : 'unknown';
    const place =
      kind === undefined || kind === 'text'
        ? ofLoose(kind ?? level, name)
        : kind === 'address'
          ? ofLoose('unknown', name, ofKind(kind, mask.value))
          : ofTree(ofKind(kind, mask.value));
    if (remembered.size >= REMEMBERED_NAMES) remembered.clear();
    remembered.set(key, place);
    return place;
  }

  /** Whatever stands under a name: objects by the names in them, texts (or `leaf`) by `level`. */
  function ofLoose(level: Level, name: string, leaf: Place = ofText(level)): Place {
    return ofTree(leaf, (key) =>
      level === 'text' ? ofUnknown(key, name, 'text') : ofName(key, name),
    );
  }

  /** A value of any shape: `leaf` for scalars, however deep; members by name where that matters. */
  function ofTree(leaf: Place, placeOf?: (name: string) => Place): Place {
    const tree: Place = {
      collect: (value, personal) => pick(value).collect(value, personal),
      hide: (value, personal) => pick(value).hide(value, personal),
    };
    const items = ofItems(tree, undefined);
    const members = ofMembers(placeOf ?? (() => tree), undefined);
    function pick(value: Json): Place {
      if (Array.isArray(value)) return items;
      return isObject(value) ? members : leaf;
    }
    return tree;
  }

  function ofKind(kind: PiiKind, maskValue: Mask['value']): Place {
    return {
      collect(value, personal) {
        if (isScalar(value)) addPersonal(personal, kind, String(value));
      },
      hide: (value) => (isScalar(value) ? maskValue(kind, value) : value),
    };
  }

  function ofText(level: Level): Place {
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
    placeOf: (name: string) => Place,
    kind: PiiKind | undefined,
    declared?: ReadonlyMap<string, Place>,
  ): Place {
    return {
      collect(value, personal) {
        if (!isObject(value)) return;
        const place = declared === undefined ? labelled(value, placeOf) : placeOf;
        for (const name of Object.keys(value)) place(name).collect(value[name] ?? null, personal);
      },
      hide(value, personal) {
        if (!isObject(value)) return value;
        if (isDropped(kind)) return null;
        const place = declared === undefined ? labelled(value, placeOf) : placeOf;
        const hidden: JsonObject = {};
        for (const name of Object.keys(value)) {
          const inner = value[name] ?? null;
          const shown = declared?.has(name) ? name : hideName(name, personal, mask);
          setOwn(hidden, shown, inner === null ? null : place(name).hide(inner, personal));
        }
        return hidden;
      },
    };
  }

  function ofItems(item: Place, kind: PiiKind | undefined): Place {
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
  function labelled(value: JsonObject, placeOf: (name: string) => Place): (name: string) => Place {
    const label = value.name ?? value.key ?? value.label;
    if (typeof label !== 'string' || typeof value.value !== 'string') return placeOf;
    return (name) => {
      if (name === 'value') return ofName(label, undefined);
      return name === 'name' ? ofLoose('unknown', name) : placeOf(name);
    };
  }

  return { ofSchema, ofName };
}

/** Objects are keyed by a phone number or an e-mail at times. */
function hideName(name: string, personal: Personal, mask: Mask): string {
  return /[\d@\s]/.test(name) ? scrubText(name, 'declared', personal, mask.replace) : name;
}

/** Nothing to find: numbers, booleans and instants that the schema declares. */
const KEEP: Place = { collect: () => {}, hide: (value) => value };

function isScalar(value: Json): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
