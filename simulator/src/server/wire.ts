import type { Endpoint, Facts, Field, Fields, Habits, Kind, Row } from '../streams/stream.ts';
import { type Draw, draws, SALT } from '../world/random.ts';
import { utc } from '../world/time.ts';

/**
 * Rows as the API sends them. Its habits: amounts as text and as numbers inside one payload,
 * booleans and integers as text, what is missing as nothing, null, blank or `NA`, several spellings
 * of a time and of a field. Which habit strikes where follows from the seed and the entity.
 */

const NO_HABITS: Habits = {};

/** A number that survives the way there and back, so only its spelling changes. */
const WHOLE = /^[1-9]\d{0,14}$/;

interface Scribe {
  readonly draw: Draw;
  readonly habits: Habits;
  /** The same for the whole row, 0 to 1. */
  readonly row: number;
}

/** Undefined: the field is left out. */
function missing(kind: Field, scribe: Scribe): unknown {
  if (scribe.habits.blanks) return '';
  const share = scribe.draw();
  if (kind === 'utm') return share < 0.6 ? 'NA' : share < 0.8 ? null : '';
  if (kind === 'text' && share < 0.2) return '';
  return share < 0.6 ? null : undefined;
}

function scalar(name: string, kind: Kind, value: unknown, scribe: Scribe): unknown {
  const { draw, habits, row } = scribe;
  switch (kind) {
    case 'id':
      return WHOLE.test(value as string) && draw() < 0.15 ? Number(value) : value;
    case 'money': {
      const rupees = (value as number) / 100;
      const usual = habits.numbers?.includes(name) ?? false;
      return usual !== draw() < 0.1 ? rupees : rupees.toFixed(2);
    }
    case 'decimal':
      return draw() < 0.3 ? String(value) : value;
    case 'count':
    case 'flag':
      return draw() < 0.25 ? String(value) : value;
    case 'time':
      return habits.time === undefined
        ? utc(value as number)
        : habits.time(value as number, row, name);
    case 'words': {
      const words = value as readonly string[];
      return words.length === 1 && draw() < 0.5 ? words[0] : words;
    }
    default:
      return value;
  }
}

function spell(name: string, field: Field, value: unknown, scribe: Scribe): unknown {
  if (value === null || value === undefined) return missing(field, scribe);
  if (typeof field === 'string') return scalar(name, field, value, scribe);
  if ('object' in field) return spellAll(field.object, value as Facts, scribe);
  return (value as Facts[]).map((facts) => spellAll(field.list, facts, scribe));
}

function spellAll(fields: Fields, facts: Facts, scribe: Scribe): Row {
  const row: Row = {};
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    const text = field === undefined ? undefined : spell(name, field, facts[name], scribe);
    if (text !== undefined) row[name] = text;
  }
  return row;
}

/** `customer: {phone}` → `Customer.phone`, as one variant of the webhook does it. */
function flatten(row: Row): Row {
  const flat: Row = {};
  for (const [name, value] of Object.entries(row)) {
    if (name !== 'customer' && name !== 'address') flat[name] = value;
    else if (typeof value === 'object' && value !== null) {
      const prefix = name === 'customer' ? 'Customer' : 'Address';
      for (const [inner, text] of Object.entries(value)) flat[`${prefix}.${inner}`] = text;
    }
  }
  return flat;
}

function rename(row: Row, names: Readonly<Record<string, string>>): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [names[name] ?? name, value]),
  );
}

/** The row of an entity as it is sent. The same facts of the same entity give the same row. */
export function wireRow(seed: number, stream: Endpoint, entity: number, facts: Facts): Row {
  const draw = draws(seed, entity, SALT.wire + stream.name.length * 100);
  const habits = stream.habits ?? NO_HABITS;
  const share = draw();
  const row = spellAll(stream.fields, facts, { draw, habits, row: share });
  const { renames } = habits;
  const renamed = renames && share < renames.share ? rename(row, renames.names) : row;
  const customer = facts.customer as Facts | null | undefined;
  return customer?.phone_mask ? flatten(renamed) : renamed;
}
