import type { Fault, SimulatorOptions, StreamName } from '../simulator/index.ts';
import { PRESENT } from './stage.ts';

/** A misfortune, and what must come of it. */
export interface Case {
  readonly name: string;
  readonly faults: readonly Fault[];
  /** `truth`: the sync ends well and nothing is missing. Else the code of the error. */
  readonly expect: 'truth' | `GK_${string}`;
  /** The streams that fail; default: those of the faults. */
  readonly fails?: readonly StreamName[] | 'all';
  readonly config?: Record<string, unknown>;
  readonly simulator?: SimulatorOptions;
  /** How far the connector's clock is ahead of the server's, ms. */
  readonly aheadMs?: number;
}

const orders = { stream: 'orders' } as const;
const forever = { times: 'forever' } as const;
const retryDate = new Date(PRESENT + 90_000).toUTCString();

/** Nobody listens on port 1, and a label of 64 letters is no host name: neither leaves the machine. */
const REFUSING = 'http://127.0.0.1:1';
const UNKNOWN_HOST = `http://${'x'.repeat(64)}.example`;

export const CASES: readonly Case[] = [
  {
    name: '429 without Retry-After',
    faults: [{ kind: 'status', code: 429, times: 3, ...orders }],
    expect: 'truth',
  },
  {
    name: '429, Retry-After in seconds',
    faults: [{ kind: 'status', code: 429, retryAfter: 3, ...orders }],
    expect: 'truth',
  },
  {
    name: '429, Retry-After of a minute',
    faults: [{ kind: 'status', code: 429, retryAfter: 60, ...orders }],
    expect: 'truth',
  },
  {
    name: '429, Retry-After of an hour',
    faults: [{ kind: 'status', code: 429, retryAfter: 3600, ...orders }],
    expect: 'truth',
  },
  {
    name: '429, Retry-After as an HTTP date',
    faults: [{ kind: 'status', code: 429, retryAfter: retryDate, ...orders }],
    expect: 'truth',
  },
  {
    name: '429, Retry-After of a day',
    faults: [{ kind: 'status', code: 429, retryAfter: 86_400, ...orders, ...forever }],
    expect: 'GK_RATE_LIMITED',
    fails: 'all',
  },
  {
    name: '429 for ever',
    faults: [{ kind: 'status', code: 429, ...orders, ...forever }],
    expect: 'GK_RATE_LIMITED',
    fails: 'all',
  },
  {
    name: 'quota headers that say nothing is left',
    faults: [{ kind: 'rate_limit_headers', remaining: 0, reset: 30, times: 4 }],
    expect: 'truth',
  },
  { name: '408', faults: [{ kind: 'status', code: 408, ...orders }], expect: 'truth' },
  { name: '500', faults: [{ kind: 'status', code: 500, times: 2, ...orders }], expect: 'truth' },
  {
    name: '500 for ever',
    faults: [{ kind: 'status', code: 500, ...orders, ...forever }],
    expect: 'GK_HTTP_500',
  },
  {
    name: '502 with HTML',
    faults: [{ kind: 'status', code: 502, html: true, ...orders }],
    expect: 'truth',
  },
  {
    name: '503 with Retry-After',
    faults: [{ kind: 'status', code: 503, retryAfter: 20, ...orders }],
    expect: 'truth',
  },
  {
    name: '503 in the middle of a run, for ever',
    faults: [{ kind: 'status', code: 503, after: 2, ...orders, ...forever }],
    expect: 'GK_HTTP_503',
  },
  {
    name: '404',
    faults: [{ kind: 'status', code: 404, stream: 'settlements', ...forever }],
    expect: 'GK_HTTP_404',
  },
  {
    name: 'a server error on every endpoint at once',
    faults: [{ kind: 'status', code: 500, times: 6 }],
    expect: 'truth',
  },
  { name: 'connection reset', faults: [{ kind: 'reset', times: 2, ...orders }], expect: 'truth' },
  {
    name: 'connection reset, for ever',
    faults: [{ kind: 'reset', ...orders, ...forever }],
    expect: 'GK_RESET',
  },
  {
    name: 'connection refused',
    faults: [],
    config: { base_url: REFUSING },
    expect: 'GK_REFUSED',
    fails: 'all',
  },
  {
    name: 'unknown host (DNS)',
    faults: [],
    config: { base_url: UNKNOWN_HOST },
    expect: 'GK_DNS',
    fails: 'all',
  },
  { name: 'truncated body', faults: [{ kind: 'truncate', times: 2, ...orders }], expect: 'truth' },
  {
    name: 'truncated body, for ever',
    faults: [{ kind: 'truncate', ...orders, ...forever }],
    expect: 'GK_TRUNCATED',
  },
  { name: 'no answer', faults: [{ kind: 'stall_headers', ...orders }], expect: 'truth' },
  {
    name: 'no answer, for ever',
    faults: [{ kind: 'stall_headers', ...orders, ...forever }],
    expect: 'GK_TIMEOUT',
  },
  {
    name: 'a body that stops half-way',
    faults: [{ kind: 'stall_body', ...orders }],
    expect: 'truth',
  },
  { name: 'a body that trickles', faults: [{ kind: 'trickle', ...orders }], expect: 'truth' },
  { name: 'gzip that is none', faults: [{ kind: 'gzip_garbage', ...orders }], expect: 'truth' },
  {
    name: 'gzip that is none, for ever',
    faults: [{ kind: 'gzip_garbage', ...orders, ...forever }],
    expect: 'GK_NOT_JSON',
  },
  {
    name: 'a gzip bomb (1 GiB)',
    faults: [{ kind: 'gzip_bomb', ...orders, ...forever }],
    expect: 'GK_TOO_LARGE',
  },
  {
    name: 'HTML with status 200',
    faults: [{ kind: 'not_json', times: 2, ...orders }],
    expect: 'truth',
  },
  {
    name: 'HTML with status 200, for ever',
    faults: [{ kind: 'not_json', ...orders, ...forever }],
    expect: 'GK_NOT_JSON',
  },
  {
    name: 'a redirect to another host',
    faults: [{ kind: 'redirect', location: 'https://example.com/login', ...orders, ...forever }],
    expect: 'GK_REDIRECT',
  },
  {
    name: 'in-body 500, once',
    faults: [{ kind: 'in_body', statusCode: 500, ...orders }],
    expect: 'truth',
  },
  {
    name: 'in-body 500, for ever',
    faults: [],
    simulator: { ordersEndpoint: 'in_body_500' },
    expect: 'GK_IN_BODY_5XX',
    fails: ['orders'],
  },
  {
    name: 'in-body 429',
    faults: [{ kind: 'in_body', statusCode: 429, times: 2, ...orders }],
    expect: 'truth',
  },
  {
    name: 'in-body 401 in the middle of a run',
    faults: [
      {
        kind: 'in_body',
        statusCode: 401,
        statusMessage: 'Unauthorized',
        after: 3,
        ...orders,
        ...forever,
      },
    ],
    expect: 'GK_CREDENTIALS',
  },
  {
    name: 'in-body “Merchant not registered!”',
    faults: [
      {
        kind: 'in_body',
        statusCode: 400,
        statusMessage: 'Merchant not registered!',
        ...orders,
        ...forever,
      },
    ],
    expect: 'GK_MERCHANT_NOT_REGISTERED',
  },
  {
    name: '`{}` as data, once',
    faults: [{ kind: 'empty_data', stream: 'checkouts', after: 1 }],
    expect: 'truth',
  },
  {
    name: '`{}` as data in the middle of a window',
    faults: [{ kind: 'empty_data', stream: 'checkouts', after: 2, times: 2 }],
    expect: 'GK_SHAPE',
  },
  {
    name: 'a repeated cursor',
    faults: [{ kind: 'repeat_cursor', stream: 'checkouts', ...forever }],
    expect: 'GK_PAGING',
  },
  {
    name: 'a repeated page',
    faults: [{ kind: 'repeat_cursor', stream: 'shipments', ...forever }],
    expect: 'GK_PAGING',
  },
  {
    name: 'an empty page with has_more',
    faults: [{ kind: 'empty_page_more', stream: 'checkouts', times: 3 }],
    expect: 'truth',
  },
  {
    name: 'empty pages with has_more, for ever',
    faults: [{ kind: 'empty_page_more', stream: 'checkouts', ...forever }],
    expect: 'GK_PAGING',
  },
  {
    name: 'total_pages that grows',
    faults: [{ kind: 'growing_total', stream: 'shipments', times: 5 }],
    expect: 'truth',
  },
  {
    name: 'total_pages that grows for ever',
    faults: [{ kind: 'growing_total', stream: 'shipments', ...forever }],
    expect: 'GK_PAGING',
  },
  {
    name: 'a row that moves to now while its page is read',
    faults: [{ kind: 'shift_page', stream: 'checkouts', times: 6 }],
    expect: 'truth',
  },
  { name: 'duplicate rows', faults: [{ kind: 'duplicate_rows', ...forever }], expect: 'truth' },
  {
    name: 'rows outside the window',
    faults: [{ kind: 'outside_window', ...forever }],
    expect: 'truth',
  },
  {
    name: 'a server that ignores the upper bound',
    faults: [{ kind: 'ignore_upper', ...forever }],
    expect: 'truth',
  },
  {
    name: 'our clock an hour ahead of the server’s',
    faults: [],
    aheadMs: 3_600_000,
    expect: 'truth',
  },
  {
    name: 'our clock an hour behind the server’s',
    faults: [],
    aheadMs: -3_600_000,
    expect: 'truth',
  },
  {
    name: 'a page of 50 MB',
    faults: [{ kind: 'huge_page', megabytes: 50, stream: 'payments', times: 1 }],
    expect: 'truth',
  },
  {
    name: 'a page of 70 MB',
    faults: [{ kind: 'huge_page', megabytes: 70, stream: 'payments', ...forever }],
    expect: 'GK_TOO_LARGE',
  },
  {
    name: 'JSON 10,000 lists deep',
    faults: [{ kind: 'deep_json', ...orders, ...forever }],
    expect: 'GK_TOO_DEEP',
  },
  {
    name: 'invalid UTF-8',
    faults: [{ kind: 'invalid_utf8', times: 2, ...orders }],
    expect: 'truth',
  },
  {
    name: 'invalid UTF-8, for ever',
    faults: [{ kind: 'invalid_utf8', ...orders, ...forever }],
    expect: 'GK_NOT_JSON',
  },
  {
    name: 'keys named `__proto__` and `constructor`',
    faults: [{ kind: 'proto_keys', ...forever }],
    expect: 'truth',
  },
  { name: 'numbers past 2^53', faults: [{ kind: 'big_numbers', ...forever }], expect: 'truth' },
];
