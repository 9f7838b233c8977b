import { endpointOf, type StreamName } from '../streams/index.ts';
import type { Endpoint } from '../streams/stream.ts';

/** What can go wrong, and when. What each kind does is in `spoil.ts` (pages) and `damage.ts` (bytes). */

/** Which requests a fault strikes. */
export interface Aim {
  /** Only this stream's endpoint; a child means its parent's. Default: every endpoint. */
  readonly stream?: StreamName;
  /** How often. Default 1. */
  readonly times?: number | 'forever';
  /** Leaves the first n matching requests alone. Default 0. */
  readonly after?: number;
}

type PageFault =
  /** `data: {}` under a code of success. */
  | { readonly kind: 'empty_data' }
  /** From the second page on: the same cursor (or numbered page) comes again, with its rows. */
  | { readonly kind: 'repeat_cursor' }
  /** No rows, but more to come and a good cursor. Streams with cursors only. */
  | { readonly kind: 'empty_page_more' }
  /** Each strike says one page more than the last. Numbered streams with a total or a flag only. */
  | { readonly kind: 'growing_total' }
  /** The first rows of the page come twice. `rows` default 3. */
  | { readonly kind: 'duplicate_rows'; readonly rows?: number }
  /** True rows from a day before and after the window are added, `rows` (default 2) of each. */
  | { readonly kind: 'outside_window'; readonly rows?: number }
  /** The window's end is not looked at. */
  | { readonly kind: 'ignore_upper' }
  /** The first row has fields named `__proto__`, `constructor` and `prototype`. */
  | { readonly kind: 'proto_keys' }
  /** A field (default `big_number`) of the first row is an integer past 2^53. `digits` default 9007199254740993. */
  | { readonly kind: 'big_numbers'; readonly field?: string; readonly digits?: string }
  /** A field `nested` of the first row is this many lists deep. Default 10,000. */
  | { readonly kind: 'deep_json'; readonly depth?: number }
  /** Rows are padded until the page has about this size. */
  | { readonly kind: 'huge_page'; readonly megabytes: number }
  /** After this page the next row of the window is updated, and so moves to now. */
  | { readonly kind: 'shift_page' };

type ReplyFault =
  /** `retryAfter`: seconds, or an HTTP date. `html`: a gateway's page instead of an envelope. */
  | {
      readonly kind: 'status';
      readonly code: number;
      readonly retryAfter?: number | string;
      readonly html?: boolean;
    }
  /** A refusal inside a body that HTTP calls a success. */
  | { readonly kind: 'in_body'; readonly statusCode: number; readonly statusMessage?: string }
  | { readonly kind: 'redirect'; readonly location: string }
  /** HTML under HTTP 200. */
  | { readonly kind: 'not_json' }
  | { readonly kind: 'invalid_utf8' }
  /** Says gzip and is not. */
  | { readonly kind: 'gzip_garbage' }
  /** The answer, behind this many bytes of white space once unpacked. Default 1 GiB. */
  | { readonly kind: 'gzip_bomb'; readonly bytes?: number }
  | {
      readonly kind: 'rate_limit_headers';
      readonly remaining: number;
      /** Seconds from now, or an epoch in seconds: sent as it is. */
      readonly reset: number;
    };

export type DeliveryFault =
  /** The connection is reset before any answer. */
  | { readonly kind: 'reset' }
  /** Promises all, sends half, closes. */
  | { readonly kind: 'truncate' }
  /** Silence for `ms`, or for good, before the headers; or after half of the body. */
  | { readonly kind: 'stall_headers'; readonly ms?: number }
  | { readonly kind: 'stall_body'; readonly ms?: number }
  /** A byte every `everyMs`, default 50. */
  | { readonly kind: 'trickle'; readonly everyMs?: number };

export type Fault = Aim & (PageFault | ReplyFault | DeliveryFault);

/** A fault that strikes this request, and how often it has struck, this time included. */
export interface Strike {
  readonly fault: Fault;
  readonly hit: number;
}

export interface Faults {
  inject(fault: Fault): () => void;
  clear(): void;
  /** The faults that strike a request. `canStrike` spares those that could not be seen on it. */
  strike(stream: Endpoint, canStrike: (fault: Fault) => boolean): Strike[];
}

export function createFaults(): Faults {
  const active = new Map<symbol, { fault: Fault; seen: number; hits: number }>();
  return {
    inject(fault) {
      const id = Symbol(fault.kind);
      active.set(id, { fault, seen: 0, hits: 0 });
      return () => {
        active.delete(id);
      };
    },
    clear() {
      active.clear();
    },
    strike(stream, canStrike) {
      const strikes: Strike[] = [];
      for (const entry of active.values()) {
        const { fault } = entry;
        if (fault.stream !== undefined && endpointOf(fault.stream) !== stream) continue;
        if (!canStrike(fault)) continue;
        entry.seen += 1;
        if (entry.seen <= (fault.after ?? 0)) continue;
        if (fault.times !== 'forever' && entry.hits >= (fault.times ?? 1)) continue;
        entry.hits += 1;
        strikes.push({ fault, hit: entry.hits });
      }
      return strikes;
    },
  };
}
