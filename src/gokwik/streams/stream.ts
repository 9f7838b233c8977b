import type { JsonObject } from '../../cdk/protocol.ts';
import type { Zone } from '../records/time.ts';

export type Family = 'merchant' | 'gkx' | 'kwikship' | 'returnprime';

/**
 * How rows follow each other.
 * - `cursor`: ask for `limit_param`, pass `next` (looked for at the top of the envelope and inside
 *   `data`) as `cursor_param`, until `more` is false or there is no next.
 * - `page`: numbered from 1, until a page is `short`, or `total` pages were read, or `more` is false.
 * - `none`: one request has everything.
 */
export type Paging =
  | {
      kind: 'cursor';
      limit_param: string;
      limit: number;
      cursor_param: string;
      next: string;
      more: string;
    }
  | {
      kind: 'page';
      page_param: string;
      limit_param?: string;
      limit?: number;
      until: 'short' | 'total' | 'more';
      total?: string;
      /** Where an answer says how many rows all pages have: when it falls, some left the list. */
      count?: string;
      more?: string;
    }
  | { kind: 'none' };

export interface TimeProfile {
  /** How window bounds are written in the query. `date` is an India date, both ends inclusive. */
  query: 'iso' | 'date' | 'epoch_s' | 'epoch_ms';
  /** The offset of stamps that carry none, in records of this stream. */
  zone: Zone;
}

/** `Field`: what the stream's rows may hold, for those whose schema is known. */
export interface StreamProfile<Field extends string = string> {
  family: Family;
  /** One line for the stream table: what is known and how. */
  evidence: string;
  enabled: boolean;
  /** Appended to the family's host. Absent for children. */
  path?: string;
  /**
   * Query parameters. Values may hold `{from}` and `{to}` (the window, written as `time.query` says)
   * and, where `per` names a parent stream, `{<field of the parent's row>}`.
   */
  query: Record<string, string>;
  /** Where the rows are: the first of these paths that holds a list. */
  records: string[];
  paging: Paging;
  time: TimeProfile;
  /**
   * Alternatives for the key, the first complete one wins; an inner list is a composite key. `id`:
   * what lists call the key of a row that is documented under no name.
   */
  key: (Field | 'id' | Field[])[];
  /**
   * The key and cursor of a stream that has `files`, where those lack the API's: what both can
   * compute, so that a row from a file and the API's row are one row in the destination, and the
   * newer of them stays.
   */
  with_files?: { key?: (Field | Field[])[]; cursor?: Field[] };
  /** The moment of a row: the first of these fields that has a value. It is emitted in the first. */
  cursor: Field[];
  /** Longest window the endpoint takes, in days, both ends counted. */
  max_days?: number;
  /** Rows are lists inside the rows of this stream (at `records`), and leave with its pages. */
  child_of?: string;
  /** One request for each row of this stream that `where` lets through. */
  per?: string;
  /** The parent's row qualifies when the field's value is not one of these. */
  where?: { field: string; not: string[] };
  /** Statuses, HTTP or in-body, that mean "no rows" here rather than a failure. */
  empty_status?: number[];
  /** Fields copied from the parent's row. */
  inherit?: Field[];
  /** Other spellings upstream: emitted field → names it was seen under. */
  aliases?: Partial<Record<Field, string[]>>;
}

/** A stream as the connector ships it: its JSON Schema with our `x-` annotations, and its endpoint. */
export interface Declaration {
  readonly schema: JsonObject;
  readonly profile: StreamProfile;
}

/** The fields that a generated type names; its index signature stands for undeclared ones. */
type FieldOf<Row> = keyof {
  [Name in keyof Row as string extends Name ? never : Name]: true;
} &
  string;

/** Declares a stream; a field that its schema does not have does not compile. */
export const stream = <Row>(schema: object, profile: StreamProfile<FieldOf<Row>>): Declaration => ({
  schema: schema as JsonObject,
  profile,
});

const CURSOR_PAGING: Paging = {
  kind: 'cursor',
  limit_param: 'limit',
  limit: 100,
  cursor_param: 'cursor',
  next: 'next_cursor',
  more: 'has_more',
};

export const UTC_ISO: TimeProfile = { query: 'iso', zone: '+05:30' };
export const INDIA_DATES: TimeProfile = { query: 'date', zone: '+05:30' };
const UPDATED = { updated_after: '{from}', updated_before: '{to}' };
export const CHANGED: ('updated_at' | 'created_at')[] = ['updated_at', 'created_at'];

/** What the six list endpoints of the merchant family have in common. */
export const MERCHANT_LIST = {
  family: 'merchant' as const,
  enabled: true,
  query: UPDATED,
  paging: CURSOR_PAGING,
  time: UTC_ISO,
  cursor: CHANGED,
};
