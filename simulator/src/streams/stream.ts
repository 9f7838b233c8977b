import type { Plan } from '../world/lifecycle.ts';
import { entityId, type World } from '../world/world.ts';

/**
 * What a stream declares: its fields, its endpoint, its rows at a moment.
 *
 * The kinds of the data dictionary. Facts hold plain domain values (paise, epoch milliseconds,
 * booleans); two readers make something of them without knowing each other: `truth.ts` what must
 * come out of a connector, `wire.ts` what the API's habits make of it.
 */
export type Kind =
  /** Text that may look like a number, and is then sometimes sent as one. */
  | 'id'
  | 'text'
  /** Text that says `NA` when there is none. */
  | 'utm'
  /** Paise. */
  | 'money'
  | 'decimal'
  | 'count'
  | 'flag'
  /** Epoch milliseconds, whole seconds. */
  | 'time'
  /** A list of words; one alone may come without its list. */
  | 'words'
  /** An object whose contents differ by row: sent as it is. */
  | 'bag';

export type Fields = { readonly [field: string]: Field };
export type Field = Kind | { readonly object: Fields } | { readonly list: Fields };

export type Facts = Readonly<Record<string, unknown>>;

/** As of when a row is described: the simulated present, and the row's current version. */
export interface Moment {
  readonly nowMs: number;
  readonly updatedMs: number;
}

/** Tells all that is known of entity `sub` of a session, as of a moment. */
type Describe = (world: World, plan: Plan, sub: number, at: Moment) => Facts;

/** One thing a session gave rise to. */
export interface Entity {
  /** Which of its kind, when a session can have several. */
  readonly sub: number;
  /**
   * The moments a list endpoint filters by, ascending and distinct: one for each version of the row,
   * or only the creation where an endpoint knows nothing else.
   */
  readonly times: readonly number[];
}

/** Whose keys rows have: a merchant's with the API alone, or one's who has files too. */
export type Keys = 'api' | 'files';

export type Row = Record<string, unknown>;

/** A family of hosts, with its headers and its envelope of a failure. */
export type Family = 'merchant' | 'gkx' | 'kwikship' | 'returnprime';

export interface Route {
  readonly path: string;
  readonly family: Family;
  /** Query parameters it knows. */
  readonly params: readonly string[];
}

export interface ListRoute extends Route {
  readonly paging: 'cursor' | 'number';
  /** The window's parameters: instants, or India dates, both inclusive. */
  readonly window: readonly [from: string, to: string];
  readonly dates: boolean;
  /** Of a window of dates, both ends counted. */
  readonly mostDays?: number;
  /** The parameter that holds the size of a page. */
  readonly limit: string;
}

/** A page before its envelope. */
export interface Page {
  readonly rows: readonly Row[];
  readonly next: string | null;
  readonly more: boolean;
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  readonly pages: number;
  /** Answer `data: {}`. */
  readonly empty?: boolean;
}

/** How a stream's rows are spelled. Shares are those of its rows, or of the values in them. */
export interface Habits {
  /** Amounts that come as numbers; all others are text with two decimals. */
  readonly numbers?: readonly string[];
  /** Everything that is missing is a blank, as in a report. */
  readonly blanks?: boolean;
  /** Spells an instant, by a number that is the same for the whole row. */
  readonly time?: (ms: number, row: number, name: string) => string | number;
  /** Other names for fields, in this share of the rows. */
  readonly renames?: { readonly share: number; readonly names: Readonly<Record<string, string>> };
}

interface Declared<Name extends string> {
  readonly name: Name;
  /** What its rows say, in the order of the reference. */
  readonly fields: Fields;
  /** Fields the connector adds: never sent, expected all the same. */
  readonly added?: Fields;
}

/** A stream with a list endpoint. */
export interface Listed<Name extends string = string> extends Declared<Name> {
  readonly kind: 'list';
  readonly route: ListRoute;
  readonly habits?: Habits;
  /** Fields that are another spelling of a field: sent under this name, expected under that. */
  readonly variants?: Readonly<Record<string, string>>;
  /** Everything that a session gives rise to, over its whole life. */
  readonly entities: (world: World, plan: Plan) => readonly Entity[];
  readonly facts: Describe;
  /** What a connector makes the `record_key`. */
  readonly key: (facts: Facts, keys: Keys) => string;
  /**
   * A page in its envelope. Where the reference leaves it open, each stream settles it differently, so
   * that a client meets every shape: `data` a list or an object, `next_cursor` and `has_more` at the
   * top or inside `data`, `has_more` left out, the status 200, 201 or absent.
   */
  readonly envelope: (page: Page) => object;
}

/** A stream that is asked for once for each row of another, and takes its moment. */
export interface Asked<Name extends string = string> extends Declared<Name> {
  readonly kind: 'asked';
  readonly parent: Listed;
  readonly route: Route;
  readonly habits?: Habits;
  /** Rows of a session that exist as of `nowMs`, by their turn. */
  readonly turns: (plan: Plan, nowMs: number) => number[];
  readonly facts: Describe;
  readonly key: (facts: Facts) => string;
  readonly envelope: (rows: readonly Row[], nowMs: number) => object;
}

/** A stream whose rows travel inside another's; what is added beside `position` is the parent's. */
export interface Child<Name extends string = string> extends Declared<Name> {
  readonly kind: 'child';
  readonly parent: Listed;
  readonly rows: (parent: Facts) => unknown;
}

/** A stream that no endpoint is known for: reports alone have it. Its rows are counts of sessions. */
export interface Counted<Name extends string = string> extends Declared<Name> {
  readonly kind: 'counted';
  /** @param byMarketing a row for each source, medium and campaign as well. */
  readonly rows: (
    plans: Iterable<Plan>,
    world: World,
    atMs: number,
    byMarketing: boolean,
  ) => CountedRow[];
}

export interface CountedRow {
  readonly key: string;
  readonly facts: Facts;
  readonly startMs: number;
}

export type Stream = Listed | Asked | Child | Counted;
export type Endpoint = Listed | Asked;

/** Fields of one kind, by their names. */
export function all(kind: Kind, names: string): Fields {
  return Object.fromEntries(names.split(' ').map((name) => [name, kind]));
}

/** A list of the merchant family: pages by cursor, windows of instants. */
export function byCursor(path: string): ListRoute {
  return {
    path,
    family: 'merchant',
    params: ['mid', 'updated_after', 'updated_before', 'limit', 'cursor'],
    paging: 'cursor',
    window: ['updated_after', 'updated_before'],
    dates: false,
    limit: 'limit',
  };
}

export const OK = { statusCode: 200, statusMessage: 'Success' } as const;

export const keyOfRequest = (facts: Facts): string => String(facts.request_id);

export const one = (moments: readonly (number | undefined)[]): Entity[] => [
  { sub: 0, times: ascending(moments) },
];

export function ascending(moments: readonly (number | undefined)[]): number[] {
  const times: number[] = [];
  for (const ms of moments) {
    if (ms === undefined) continue;
    let at = times.length;
    while (at > 0 && (times[at - 1] ?? 0) > ms) at -= 1;
    if (times[at - 1] !== ms) times.splice(at, 0, ms);
  }
  return times;
}

/** When the current version of a row was made, as of `nowMs`; undefined when there is none yet. */
export function versionMs(
  world: World,
  stream: Listed,
  index: number,
  entity: Entity,
  nowMs: number,
): number | undefined {
  let current: number | undefined;
  for (const ms of entity.times) if (ms <= nowMs) current = ms;
  const touched = world.touched.size > 0 && world.touched.get(touchKey(stream, index, entity.sub));
  if (touched && current !== undefined) {
    for (const ms of touched) if (ms <= nowMs && ms > current) current = ms;
  }
  return current;
}

export function touchKey(stream: Listed, index: number, sub: number): string {
  return `${stream.name}:${entityId(index, sub)}`;
}
