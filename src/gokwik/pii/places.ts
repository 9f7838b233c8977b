/**
 * What to do with the value at one place of a row: collect what it says about a person, then hide
 * it. Places are made once, by name and annotation, and know nothing of a single row.
 */

import { isJsonObject } from '../../cdk/json.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { parseEmbedded } from '../records/values.ts';
import { setOwn } from '../records/values.ts';
import { isPlaceName, kindOfName, type PiiKind } from './personal.ts';
import type { Mask } from './pii.ts';
import { addPersonal, scrubText } from './scrub.ts';
import { hasPhone, type Level, type Personal } from './search.ts';

export interface Place {
  collect(value: Json, personal: Personal): void;
  hide(value: Json, personal: Personal): Json;
}

/** Names of undeclared fields whose place is remembered (I8). */
const REMEMBERED_NAMES = 2000;

/** Nothing to find: numbers, booleans and instants that the schema declares. */
export const KEEP: Place = { collect: () => {}, hide: (value) => value };

export type Places = ReturnType<typeof compilePlaces>;

export function compilePlaces(mask: Mask) {
  const remembered = new Map<string, Place>();

  /** A field inside something annotated: its own name decides where the annotation is `text`. */
  function ofUnknown(name: string, parent: string | undefined, kind: PiiKind | undefined): Place {
    if (kind === undefined) return ofName(name, parent);
    if (kind !== 'text') return ofTree(ofKind(kind, mask.value));
    const named = kindOfName(name, parent);
    return named === undefined || named === 'text' ? ofLoose('text', name) : ofName(name, parent);
  }

  /** A field that no schema declares, by its name and that of what holds it. */
  function ofName(name: string, parent: string | undefined): Place {
    const key = `${name.length} ${name}${parent === undefined ? '' : ` ${parent}`}`;
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
      return isJsonObject(value) ? members : leaf;
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
        if (!isJsonObject(value)) return;
        const place = declared === undefined ? labelled(value, placeOf) : placeOf;
        for (const name of Object.keys(value)) place(name).collect(value[name] ?? null, personal);
      },
      hide(value, personal) {
        if (!isJsonObject(value)) return value;
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

  return { ofUnknown, ofName, ofTree, ofKind, ofText, ofMembers, ofItems };
}

/** Objects are keyed by a phone number or an e-mail at times. */
export function hideName(name: string, personal: Personal, mask: Mask): string {
  return /[\d@\s]/.test(name) ? scrubText(name, 'declared', personal, mask.replace) : name;
}

function isScalar(value: Json): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
