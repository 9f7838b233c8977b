import type { JsonObject } from '../../cdk/protocol.ts';
import type { Host, Stream } from '../../generated/profile.ts';
import type { Zone } from '../records/time.ts';

/** What the grammar (schemas/api_profile.json) has under a name, without the null that takes it away. */
type Part<Name extends keyof Stream> = Exclude<Stream[Name], null | undefined>;

export type Paging = Part<'paging'>;
export type When = Part<'only'>;
export type AnswerRule = Part<'answers'>[number];
export type FieldSource = Exclude<Part<'fields'>[string], null>;
export type Job = Part<'job'>;
export type Auth = NonNullable<Host['auth']>;
type Templates = Readonly<Record<string, string | null>>;

/** What a request is made of: an endpoint's, a login's or a job's. */
export interface RequestTemplate {
  readonly method?: 'GET' | 'POST';
  readonly path?: string;
  readonly query?: Templates;
  readonly headers?: Templates;
  readonly json?: { readonly [name: string]: unknown };
  readonly form?: Templates;
}

/**
 * How one stream is asked for and what its answers mean: the grammar's stream with all defaults.
 * `Field`: what the stream's rows may hold, for those whose schema is known.
 */
export interface StreamProfile<Field extends string = string> extends RequestTemplate {
  /** One line for the stream table: what is known and how. */
  readonly evidence: string;
  readonly enabled: boolean;
  readonly host: string;
  readonly job?: Job;
  readonly per?: Part<'per'>;
  readonly each?: Part<'each'>;
  readonly format?: Part<'format'>;
  readonly records: readonly string[];
  readonly paging: Paging;
  readonly time: { readonly query?: string; readonly in?: Zone; readonly zone?: Zone };
  readonly max_days?: number;
  /**
   * Alternatives for the key, the first complete one wins; an inner list is a composite key. `id`:
   * what lists call the key of a row that is documented under no name.
   */
  readonly key: readonly (Field | 'id' | readonly (Field | `${Field}?`)[])[];
  /** The moment of a row: the first of these fields that has a value. It is emitted in the first. */
  readonly cursor: readonly Field[];
  /**
   * The key and cursor of a stream that has `files`, where those lack the API's: what both can
   * compute, so that a row from a file and the API's row are one row in the destination, and the
   * newer of them stays.
   */
  readonly with_files?: {
    /** A part with a question mark may be missing; one with a tilde too, and 0 or case do not count. */
    readonly key?: readonly (Field | readonly (Field | `${Field}?` | `${Field}~`)[])[];
    readonly cursor?: readonly Field[];
  };
  readonly fields?: { readonly [Name in Field]?: FieldSource };
  readonly only?: When;
  readonly answers?: readonly AnswerRule[];
  readonly columns?: Part<'columns'>;
}

/** A stream as the connector ships it. */
export interface Declaration {
  /** JSON Schema with our `x-` annotations. */
  readonly schema: JsonObject;
  readonly profile: StreamProfile;
  /** Rows are lists inside the rows of this stream (at `records`), and leave with its pages. */
  readonly childOf?: string;
  /** Fields copied from the parent's row. */
  readonly inherit: readonly string[];
}

/** The fields that a generated type names; its index signature stands for undeclared ones. */
type FieldOf<Row> = keyof {
  [Name in keyof Row as string extends Name ? never : Name]: true;
} &
  string;

interface Bonds<Field> {
  readonly childOf?: string;
  readonly inherit?: readonly Field[];
}

/** Declares a stream; a field that its schema does not have does not compile. */
export function stream<Row>(
  schema: object,
  profile: StreamProfile<FieldOf<Row>>,
  { inherit = [], ...bonds }: Bonds<FieldOf<Row>> = {},
): Declaration {
  return { schema: schema as JsonObject, profile, inherit, ...bonds };
}

export const CHANGED: readonly ('updated_at' | 'created_at')[] = ['updated_at', 'created_at'];

/**
 * What the list endpoints of the merchant host have in common. A numbered page is asked for only where
 * an answer shows that pages are numbered.
 */
export const MERCHANT_LIST = {
  host: 'merchant',
  enabled: true,
  query: {
    updated_after: '{from}',
    updated_before: '{to}',
    limit: '{limit}',
    cursor: '{cursor}',
    page: '{page}',
  },
  paging: { kind: 'cursor' as const, limit: 100, next: 'next_cursor', more: 'has_more' },
  time: { query: 'iso' },
  cursor: CHANGED,
};
