import type { Case } from './cases.ts';
import { PRESENT } from './stage.ts';

const orders = { stream: 'orders' } as const;
const forever = { times: 'forever' } as const;
const retryDate = new Date(PRESENT + 90_000).toUTCString();

/** Nobody listens on port 1, and a label of 64 letters is no host name: neither leaves the machine. */
const REFUSING = 'http://127.0.0.1:1';
const UNKNOWN_HOST = `http://${'x'.repeat(64)}.example`;

/** What goes wrong between here and the server, and what it says by status. */
export const ON_THE_WAY: readonly Case[] = [
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
];
