/**
 * Raw rows of the API → rows as they are emitted: named, typed, stamped in UTC, keyed, and hidden as
 * `pii_mode` says. Everything that depends on the stream is compiled before the first row.
 */

import type { Anomalies } from '../../cdk/anomalies.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { valueAt } from '../path.ts';
import type { Pii } from '../pii/pii.ts';
import type { Personal } from '../pii/search.ts';
import type { StreamProfile } from '../streams/stream.ts';
import { compileFields, propertiesOf } from './fields.ts';
import { canonicalJson, compileKey, digest } from './keys.ts';
import { compileRows, KEY } from './rows.ts';
import { formatInstant, parseInstant, toInstantText } from './time.ts';
import { isBlank } from './values.ts';

export interface Mapped {
  /** `record_key` first, then the fields in the API's order, then declared ones that did not come. */
  row: JsonObject;
  /** The row's `record_key`: never empty; the same in every `pii_mode` if the row has ids. */
  key: string;
  /** The row's moment in epoch milliseconds; undefined when no cursor field could be read. */
  cursorMs: number | undefined;
  /** What the row said about a person, so that its children are searched for it too. */
  personal?: Personal;
}

export interface Mapper {
  /** A raw row of the API or of a file → emitted row. Never throws on data. */
  map(raw: JsonObject): Mapped;
  /**
   * A row out of a list inside its parent's row, `position` counted from 0. Its moment is the
   * parent's, in the field of its own cursor, over whatever the raw row holds there.
   */
  mapChild(raw: JsonObject, parent: Mapped, position: number): Mapped;
  /**
   * A row asked for by its parent (refunds of an order): it takes fields and the moment from the
   * parent. What the raw row held in the cursor field stays as `refund_<field>`.
   */
  mapRelated(raw: JsonObject, parent: Mapped): Mapped;
}

export interface MapperOptions {
  readonly stream: string;
  /** JSON Schema with our `x-` annotations. */
  readonly schema: JsonObject;
  readonly profile: StreamProfile;
  /** Fields copied from the parent's row. */
  readonly inherit?: readonly string[];
  /** The brand that all rows are marked with, and whether it is a part of their keys. */
  readonly merchant?: { readonly label: string; readonly isInKey: boolean } | undefined;
  /** Undefined: personal data stays as it is. */
  readonly pii: Pii | undefined;
  /** Of rows that are asked about and not printed: what they say must not stand in what hangs on them. */
  readonly listens?: Pii | undefined;
  readonly anomalies: Anomalies;
}

/** Of a refund without an id, next to its order: what tells two refunds apart and never changes. */
const REFUND_IDENTITY = ['payment_id', 'amount', 'created_at'];

export function compileMapper(options: MapperOptions): Mapper {
  const { stream, schema, profile, pii, anomalies, merchant, inherit: inherited = [] } = options;
  const count = (what: string): void => anomalies.add(stream, what);
  const { zone = '+05:30' } = profile.time;
  const [cursor, ...laterCursors] = profile.cursor;
  const fields = compileFields(schema, { zone, count });
  const readRow = compileRows({ schema, fields, sources: profile.fields ?? {}, count });
  const readKey = compileKey(profile.key);
  const exempt = new Set([
    ...[KEY, 'merchant'],
    ...profile.key.flat().map((name) => name.replace(/\?$/, '')),
    ...inherited,
    ...profile.cursor,
  ]);
  const ownMoment = `${stream.replace(/s$/, '')}_${cursor}`;
  const listed = new Set([...Object.keys(profile.fields ?? {}), ownMoment]);
  const hide = pii?.compile(schema, exempt, listed);
  const listen = options.listens?.collect(schema, exempt);
  const properties = new Map(propertiesOf(schema));
  const hasSource = properties.has('_source');
  const hasPosition = properties.has('position');
  const hasMomentField = properties.get(cursor ?? '')?.format !== undefined;

  /** The row's own moment; it is emitted in the first cursor field. */
  function stamp(row: JsonObject): number | undefined {
    if (cursor === undefined) return undefined;
    const first = row[cursor] ?? valueAt(row, cursor);
    const ms = parseInstant(first, zone);
    if (ms !== undefined) {
      if (!hasMomentField) row[cursor] = toInstantText(first, zone) ?? null;
      return ms;
    }
    for (const name of laterCursors) {
      const text = toInstantText(valueAt(row, name), zone);
      if (text === undefined) continue;
      row[cursor] = text;
      return parseInstant(text, zone);
    }
    count('a row has no readable cursor; it was emitted all the same');
    return undefined;
  }

  /** The parent's moment, with all its digits when it is spelled in the same field. */
  function stampFrom(parent: Mapped, row: JsonObject): void {
    if (parent.cursorMs === undefined || cursor === undefined) return;
    const text = parent.row[cursor] ?? null;
    row[cursor] =
      parseInstant(text, zone) === parent.cursorMs ? text : formatInstant(parent.cursorMs);
  }

  /** The parent's fields, which join the two streams; a row's own stays where it has none. */
  function inherit(row: JsonObject, parent: JsonObject): void {
    for (const name of inherited) {
      const value = parent[name];
      if (value !== undefined && value !== null) row[name] = value;
    }
  }

  /** What tells a row without an id from others, and never changes. */
  function identityOf(row: JsonObject, raw: JsonObject): Json {
    if (profile.per === undefined) return raw;
    const order = inherited.map((name) => row[name] ?? null).find((id) => !isBlank(id)) ?? null;
    const identity = REFUND_IDENTITY.map((name) => row[name] ?? null);
    return [order, ...(identity.some((part) => part !== null) ? identity : [raw])];
  }

  /** A digest must not give away what is hidden: it takes the secret, or what is left of the row. */
  function standInKey(row: JsonObject, raw: JsonObject): string {
    count('a row has no key; a digest of it stands in');
    if (pii === undefined) return digest(identityOf(row, raw));
    return pii.keyDigest(canonicalJson(identityOf(row, pii.digestsHidden ? { ...row } : raw)));
  }

  function seal(
    row: JsonObject,
    raw: JsonObject,
    ownKey: string | undefined,
    cursorMs: number | undefined,
    parent?: Mapped,
  ): Mapped {
    const mark = (key: string): string => (merchant?.isInKey ? `${merchant.label}:${key}` : key);
    if (merchant) row.merchant = merchant.label;
    if (hasSource) {
      row._source ??= 'api';
      // Files are named after a phone or a mail at times.
      if (pii !== undefined) row._source = pii.hideName(String(row._source));
    }
    let key = ownKey ?? '';
    if (ownKey === undefined && !pii?.digestsHidden) key = mark(standInKey(row, raw));
    const personal = hide?.(row, parent?.personal) ?? listen?.(row);
    // The parent's fields are hidden already; twice would break the join.
    if (hide !== undefined && parent !== undefined) inherit(row, parent.row);
    if (key === '') key = mark(standInKey(row, raw));
    row[KEY] = key;
    return { row, key, cursorMs, ...(personal && { personal }) };
  }

  function keyOf(row: JsonObject): string | undefined {
    const key = readKey(row);
    return key !== undefined && merchant?.isInKey ? `${merchant.label}:${key}` : key;
  }

  return {
    map(raw) {
      const row = readRow(raw);
      const cursorMs = stamp(row);
      return seal(row, raw, keyOf(row), cursorMs);
    },
    mapChild(raw, parent, position) {
      const row = readRow(raw);
      inherit(row, parent.row);
      stampFrom(parent, row);
      if (hasPosition) row.position = position;
      return seal(row, raw, `${parent.key}:${position}`, parent.cursorMs, parent);
    },
    mapRelated(raw, parent) {
      const row = readRow(raw);
      const moment = (cursor !== undefined && row[cursor]) || null;
      inherit(row, parent.row);
      stampFrom(parent, row);
      if (moment !== null) row[ownMoment] = toInstantText(moment, zone) ?? moment;
      return seal(row, raw, keyOf(row), parent.cursorMs, parent);
    },
  };
}
