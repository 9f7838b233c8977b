// Generated from schemas/ by scripts/generate.ts; do not edit.
/**
 * An address without query; paths are appended to it.
 */
export type Url = string;
/**
 * @minItems 1
 */
export type Names = string[];
/**
 * Alternatives for the key, the first complete one wins; an inner list is a composite key.
 *
 * @minItems 1
 */
export type Key = (string | Names)[];

/**
 * How each stream is asked for and what its answers mean, merged over the connector's default: stream by stream and key by key. docs/PROFILE.md explains it.
 */
export interface ApiProfileOverride {
  /**
   * Hosts by name: a URL alone keeps the default's auth. Known: merchant, gkx, kwikship, returnprime; any other may be added.
   */
  hosts?: {
    [k: string]: Url | Host;
  };
  /**
   * Streams by name: those of the connector, and streams of your own, which need path (or job), records and key.
   */
  streams?: {
    [k: string]: Stream;
  };
}
export interface Host {
  url: Url;
  /**
   * Goes to this host's origin and nowhere else.
   */
  auth?: {
    headers?: Templates;
    query?: Templates1;
    /**
     * Merged into the body of every request with `json`.
     */
    json?: {
      [k: string]: unknown;
    };
    /**
     * User and password, as templates; sent as an Authorization header.
     *
     * @minItems 2
     * @maxItems 2
     */
    basic?: string[];
    login?: Login;
    /**
     * A signature of each request; it becomes {sign}. With a key it is an HMAC. `text` may also hold {method}, {path}, {query} and {body}.
     */
    sign?: {
      hash: 'sha256' | 'sha512';
      text: string;
      key?: string;
      as?: 'hex' | 'base64';
    };
  };
}
/**
 * Headers, as templates: {"authorization": "Bearer {token}"}.
 */
export interface Templates {
  [k: string]: string | null;
}
/**
 * Query parameters, as templates.
 */
export interface Templates1 {
  [k: string]: string | null;
}
export interface Login {
  method?: 'GET' | 'POST';
  path: string;
  query?: Templates2;
  headers?: Templates2;
  json?: {
    [k: string]: unknown;
  };
  form?: Templates2;
  /**
   * Path of the token in the answer; it becomes {token}, is kept for the run, and asked for again after a 401.
   */
  token: string;
}
/**
 * Names with templates. null takes the default's member away.
 */
export interface Templates2 {
  [k: string]: string | null;
}
export interface Stream {
  /**
   * One line on what is known of this endpoint and how.
   */
  evidence?: string;
  /**
   * false: the stream is neither discovered nor read.
   */
  enabled?: boolean;
  /**
   * Name of its host.
   */
  host?: string;
  /**
   * GET or POST. Without it, a request with a body is a POST.
   */
  method?: 'GET' | 'POST';
  /**
   * Appended to the host's URL; a template too.
   */
  path?: string;
  /**
   * Query parameters, as templates.
   */
  query?: Templates2;
  /**
   * Headers, as templates.
   */
  headers?: Templates2;
  /**
   * The body, as JSON: templates at any depth. With it the request is a POST.
   */
  json?: {
    [k: string]: unknown;
  };
  /**
   * The body, as form fields.
   */
  form?: Templates2;
  /**
   * For reports that are made on request: create, poll until done, download the file.
   */
  job?: {
    create: Request;
    /**
     * Path of the job's id in the answer to create; it becomes {job}.
     */
    id: string;
    poll: Request;
    done: When;
    failed?: When;
    /**
     * Path of the file's address in the last answer to poll.
     */
    file: string;
  } | null;
  /**
   * One request for each row of another stream (or for `batch` rows, joined by commas); {field} stands for a field of that row.
   */
  per?: {
    /**
     * Whose rows are asked about.
     */
    stream: string;
    fields: Names;
    /**
     * Rows that one request asks about; their values are joined by commas.
     */
    batch?: number;
    only?: When;
  } | null;
  /**
   * One list for each combination of these values: {name: [values]}; {name} stands for one.
   */
  each?: {
    /**
     * @minItems 1
     */
    [k: string]: (string | number)[];
  } | null;
  /**
   * What the answer, or the file of a job, is written in.
   */
  format?: 'json' | 'csv' | 'ndjson';
  /**
   * Where the rows are: the first path that leads to a list. "." is the answer itself; * stands for each entry of a list or value of a map.
   */
  records?: Names;
  /**
   * How one page leads to the next. Paths also take @last.<field>, @header.link (its rel=next) and @header.<name>.
   */
  paging?: {
    /**
     * page: {page} counts; offset: {offset} counts rows; cursor: {cursor} is what `next` gave; link: `next` is the next address; none: one answer has everything.
     */
    kind?: 'none' | 'page' | 'offset' | 'cursor' | 'link';
    /**
     * {limit}: rows to ask for in a page.
     */
    limit?: number;
    /**
     * The first page's number (found out, where it is not given) or offset (default 0).
     */
    first?: number;
    /**
     * Where the answer gives the next cursor or link.
     */
    next?: string;
    /**
     * Where it says whether there are more.
     */
    more?: string;
    /**
     * Where it says how many pages there are.
     */
    total?: string;
    /**
     * Where it says how many rows there are.
     */
    count?: string;
  } | null;
  /**
   * How the window is written in requests, and the offset of stamps that have none.
   */
  time?: {
    /**
     * iso, date, epoch_s, epoch_ms, or YYYY MM DD HH mm ss Z with anything between.
     */
    query?: string;
    /**
     * The zone that the query is written in.
     */
    in?: '+05:30' | 'Z';
    /**
     * The zone of stamps without one.
     */
    zone?: '+05:30' | 'Z';
  } | null;
  /**
   * Longest time one request may ask for, in days, both ends counted.
   */
  max_days?: number | null;
  key?: Key;
  /**
   * The moment of a row: the first of these fields that has one. It is emitted in the first.
   */
  cursor?: Names;
  /**
   * Our field → its path in the row (a.b.0.c; ..x one level out), or from where, divided by what, which words mean null, or a template.
   */
  fields?: {
    [k: string]:
      | string
      | {
          from?: string | Names;
          divide?: number;
          nulls?: Names;
          value?: string;
        }
      | null;
  } | null;
  /**
   * Rows to keep, by what stands at a path.
   */
  only?: When;
  /**
   * What answers mean; the first match wins, before the defaults.
   */
  answers?:
    | {
        when: When;
        /**
         * ok, empty (no rows), retry, wait (a rate limit), refused (the credentials) or fail.
         */
        means: 'ok' | 'empty' | 'retry' | 'wait' | 'refused' | 'fail';
        /**
         * Path of how long to wait: seconds, a date or an epoch.
         */
        after?: string;
      }[]
    | null;
  /**
   * New columns and their types.
   */
  columns?: {
    [k: string]:
      'string' | 'number' | 'integer' | 'boolean' | 'date' | 'date-time' | 'object' | 'array';
  } | null;
  /**
   * Key and cursor where the stream has `files` as well: what both can compute.
   */
  with_files?: {
    key?: Key;
    cursor?: Names;
  } | null;
}
export interface Request {
  method?: 'GET' | 'POST';
  /**
   * Appended to the host's URL; a template too.
   */
  path: string;
  query?: Templates2;
  headers?: Templates2;
  /**
   * The body, as JSON: templates at any depth.
   */
  json?: {
    [k: string]: unknown;
  };
  /**
   * The body, as form fields.
   */
  form?: Templates2;
}
/**
 * Path → allowed value or values; `~text` is any that contains the text. Also `@status` and `@header.<name>`.
 */
export interface When {
  [k: string]: string | number | boolean | null | (string | number | boolean | null)[];
}
