/**
 * The walk over a row that hides personal data, compiled per stream: first what the row says about a
 * person is collected, then annotated and personal-looking fields are masked, and every other text
 * is searched for what was collected.
 */

import { isJsonObject } from '../../cdk/json.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import { propertiesOf, typesOf } from '../records/fields.ts';
import { rememberShapes } from '../records/shapes.ts';
import { setOwn } from '../records/values.ts';
import { isPlaceName, PII_KINDS, type PiiKind } from './personal.ts';
import type { Hide, Mask } from './pii.ts';
import { compilePlaces, hideName, KEEP, type Place, type Places } from './places.ts';
import { createPersonal } from './scrub.ts';

export function compileHide(schema: JsonObject, exempt: ReadonlySet<string>, mask: Mask): Hide {
  const places = compilePlaces(mask);
  const declared = new Map<string, Place>();
  for (const [name, inner] of propertiesOf(schema)) {
    // What the schema calls personal is hidden even where a profile made it a key.
    if (!exempt.has(name) || JSON.stringify(inner).includes('"x-pii"')) {
      declared.set(name, compilePlace(name, inner, undefined, places, mask));
    }
  }
  const placeOf = (name: string): Place | undefined =>
    declared.get(name) ?? (exempt.has(name) ? undefined : places.ofName(name, undefined));
  const fieldsOf = rememberShapes((names) =>
    names.flatMap((name) => {
      const place = placeOf(name);
      return place === undefined || place === KEEP ? [] : { name, place };
    }),
  );
  return (row, inherited) => {
    const personal = createPersonal(inherited);
    const fields = fieldsOf(Object.keys(row));
    for (const { name, place } of fields) place.collect(row[name] ?? null, personal);
    for (const { name, place } of fields) {
      const value = row[name] ?? null;
      if (value === null) continue;
      const shown = declared.has(name) ? name : hideName(name, personal, mask);
      const hidden = place.hide(value, personal);
      if (shown === name && hidden === value) continue;
      if (shown !== name) delete row[name];
      setOwn(row, shown, hidden);
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

/** A declared field. `above`: the kind of the object or list it is in. */
function compilePlace(
  name: string,
  schema: JsonObject,
  above: PiiKind | undefined,
  places: Places,
  mask: Mask,
): Place {
  const ofSchema = (key: string, inner: JsonObject, kind: PiiKind | undefined): Place =>
    compilePlace(key, inner, kind, places, mask);
  const kind = kindOfSchema(schema) ?? above;
  const types = typesOf(schema);
  if (types.includes('object') && isJsonObject(schema.properties)) {
    const inner = new Map(
      propertiesOf(schema).map(([key, property]) => [key, ofSchema(key, property, kind)]),
    );
    return places.ofMembers(
      (key) => inner.get(key) ?? places.ofUnknown(key, name, kind),
      kind,
      inner,
    );
  }
  if (types.includes('array') && isJsonObject(schema.items)) {
    return places.ofItems(ofSchema(name, schema.items, kind), kind);
  }
  if (types.includes('object') || types.includes('array')) {
    return kind === undefined
      ? places.ofName(name, undefined)
      : places.ofUnknown(name, undefined, kind);
  }
  if (kind !== undefined && kind !== 'text') {
    // A hash is no number and no instant: there the value can only go.
    const fits = types.length === 0 || (types.includes('string') && schema.format === undefined);
    const leaf = places.ofKind(kind, fits ? mask.value : () => null);
    return types.length === 1 ? leaf : places.ofTree(leaf);
  }
  if (!types.includes('string') || schema.format !== undefined) return KEEP;
  return places.ofText(kind === 'text' ? 'text' : isPlaceName(name) ? 'place' : 'declared');
}
