// Generated from schemas/ by scripts/generate.ts; do not edit.
/**
 * Changes to the default API profile. Everything is optional: objects are merged over the default key by key, lists and single values replace it.
 */
export interface ApiProfileOverride {
  /**
   * Base URL of each API family; default: made from `base_url`. Paths are appended to it, so it may end in a path of its own.
   */
  hosts?: {
    /**
     * Base of the merchant API (v1, v2): orders, checkouts, payments, settlements and what belongs to them.
     */
    merchant?: string;
    /**
     * Base of the payments gateway: refunds.
     */
    gkx?: string;
    /**
     * Base of KwikShip: shipments.
     */
    kwikship?: string;
    /**
     * Base of Return Prime: returns.
     */
    returnprime?: string;
  };
  /**
   * Changes to streams, by stream name.
   */
  streams?: {
    orders?: StreamOverride;
    order_items?: StreamOverride;
    checkouts?: StreamOverride;
    checkout_events?: StreamOverride;
    abandoned_checkouts?: StreamOverride;
    payments?: StreamOverride;
    rto_predictions?: StreamOverride;
    address_prefills?: StreamOverride;
    settlements?: StreamOverride;
    refunds?: StreamOverride;
    shipments?: StreamOverride;
    returns?: StreamOverride;
  };
}
/**
 * What to change about one stream.
 */
export interface StreamOverride {
  /**
   * One line on where this is known from; shown in logs and documentation only.
   */
  evidence?: string;
  /**
   * False takes the stream out of the catalogue.
   */
  enabled?: boolean;
  /**
   * Path of the list endpoint, appended to the family's host; begins with a slash.
   */
  path?: string;
  /**
   * Query parameters. Values may hold `{from}` and `{to}` (the window, written as `time.query` says) and, for a stream that is asked for per row of another, `{field}` of that row. Null takes a default parameter away.
   */
  query?: {
    [k: string]: string | null;
  };
  /**
   * Where the rows are in an answer: dotted paths, of which the first that holds a list is taken; for a child stream, in the row of its parent.
   *
   * @minItems 1
   */
  records?: string[];
  /**
   * How pages follow each other. With another `kind` than the default, give all parts that kind needs.
   */
  paging?: {
    /**
     * `cursor`: pass `next` of a page as `cursor_param` of the following one. `page`: number the pages from 1. `none`: one request has everything.
     */
    kind?: 'cursor' | 'page' | 'none';
    /**
     * Parameter that says how many rows a page holds.
     */
    limit_param?: string;
    /**
     * Rows to ask for in a page.
     */
    limit?: number;
    /**
     * Kind `cursor`: parameter that takes the cursor.
     */
    cursor_param?: string;
    /**
     * Kind `cursor`: field of an answer that holds the next cursor, looked for at the top and inside `data`.
     */
    next?: string;
    /**
     * Field of an answer that is false on the last page.
     */
    more?: string;
    /**
     * Kind `page`: parameter that takes the page number.
     */
    page_param?: string;
    /**
     * Kind `page`: the last page is the first that is `short` of `limit` rows, or number `total`, or the one on which `more` is false.
     */
    until?: 'short' | 'total' | 'more';
    /**
     * Kind `page` until `total`: dotted path of the number of pages.
     */
    total?: string;
    /**
     * Kind `page`: dotted path of the number of rows in all pages. Where it falls, rows left the list while it was read, and it is read again.
     */
    count?: string;
  };
  /**
   * How times are written.
   */
  time?: {
    /**
     * Window bounds in the query: `iso` UTC (`2026-04-01T00:00:00Z`), `date` in India time with both ends included (`2026-04-01`), `epoch_s` or `epoch_ms`.
     */
    query?: 'iso' | 'date' | 'epoch_s' | 'epoch_ms';
    /**
     * Offset of times in rows that carry none: India time (`+05:30`) or UTC (`Z`).
     */
    zone?: '+05:30' | 'Z';
  };
  /**
   * Fields that identify a row: alternatives, of which the first with a value is taken; a list among them is a key of several fields together. A child stream may leave it empty: its key is the parent's and the position.
   */
  key?: (string | string[])[];
  /**
   * What takes the place of `key` and `cursor` when the stream has `files` in the configuration.
   */
  with_files?: {
    /**
     * As `key`. It must never change between syncs into one table.
     */
    key?: (string | string[])[];
    /**
     * As `cursor`.
     *
     * @minItems 1
     */
    cursor?: string[];
  };
  /**
   * Fields that say when a row last changed; the first with a value counts.
   *
   * @minItems 1
   */
  cursor?: string[];
  /**
   * Longest window that the endpoint takes, in days, both ends counted.
   */
  max_days?: number;
  /**
   * HTTP or in-body status codes by which this endpoint says that there are no rows, such as 404.
   */
  empty_status?: number[];
}
