import type { Case } from './cases.ts';

const orders = { stream: 'orders' } as const;
const forever = { times: 'forever' } as const;

/** What goes wrong inside an answer. */
export const INSIDE: readonly Case[] = [
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
