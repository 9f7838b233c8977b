import type { Facts } from '../streams/stream.ts';
import { token } from '../world/random.ts';
import type { Capture } from './captures.ts';

/** How a receiver keeps what a webhook sent. */

/**
 * `plain`: the payload. `n8n`: `{headers, body}`. `gateway`: an API gateway's event, its `body` text.
 * `data`: `{data: {body}}`. `packed`: `{_id, event}`. `warehouse`: a raw table's `_airbyte_data`, an
 * object or text. `raw`: `raw_payload` as text.
 */
type Kept = 'plain' | 'n8n' | 'gateway' | 'data' | 'packed' | 'warehouse' | 'raw';

export interface Keeping {
  readonly kept?: Kept;
  /** Whether the moment of receipt stands in `_received_at`, as our own receiver writes it. */
  readonly received?: boolean;
}

export function keep({ payload, receivedMs }: Capture, turn: number, how: Keeping): Facts {
  const row = wrap(payload, turn, how.kept ?? 'plain');
  return how.received ? { ...row, _received_at: new Date(receivedMs).toISOString() } : row;
}

function wrap(payload: Facts, turn: number, kept: Kept): Facts {
  const headers = { 'content-type': 'application/json', 'user-agent': 'axios/1.7.2' };
  switch (kept) {
    case 'n8n':
      return { headers, body: payload };
    case 'gateway':
      return { httpMethod: 'POST', headers, body: JSON.stringify(payload), isBase64Encoded: false };
    case 'data':
      return { data: { body: payload } };
    case 'packed':
      return { _id: token(1, turn, 24), event: payload };
    case 'warehouse':
      return {
        _airbyte_raw_id: token(2, turn, 32),
        _airbyte_data: turn % 2 ? JSON.stringify(payload) : payload,
      };
    case 'raw':
      return { id: turn + 1, raw_payload: JSON.stringify(payload) };
    default:
      return payload;
  }
}
