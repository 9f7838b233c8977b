import type { Row } from './client.ts';

/** Reads what was sent as loosely as a good connector must. */

const INDIA_MS = 19_800_000;

/** The instant behind any spelling of one. */
function instant(sent: unknown): number {
  if (typeof sent === 'number') return sent < 1e11 ? sent * 1000 : sent;
  const text = String(sent);
  if (text.endsWith('Z')) return Date.parse(text);
  const report = /^(\d+)\/(\d+)\/(\d+) (\d+):(\d\d) (AM|PM)$/.exec(text);
  if (report === null) return Date.parse(`${text} GMT`) - INDIA_MS;
  const [day, month, year, hour, minute] = report.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const half = report[6] === 'PM' ? 12 : 0;
  return Date.UTC(year, month - 1, day, (hour % 12) + half, minute) - INDIA_MS;
}

/** Whether a value that was sent can only mean the true one. */
export function means(sent: unknown, truth: unknown): boolean {
  if (truth === null) return sent === undefined || sent === null || sent === '' || sent === 'NA';
  if (typeof truth === 'number') return sent !== '' && Number(sent) === truth;
  if (Array.isArray(truth)) {
    const list = Array.isArray(sent) ? sent : [sent];
    return list.length === truth.length && truth.every((value, at) => means(list[at], value));
  }
  if (typeof truth === 'object') {
    const object = (sent ?? {}) as Row;
    return Object.entries(truth as Row).every(([name, value]) => means(object[name], value));
  }
  if (typeof truth === 'string' && /^\d{4}-\d\d-\d\dT/.test(truth)) {
    return instant(sent) === Date.parse(truth);
  }
  return String(sent) === String(truth);
}

const NAMES: Readonly<Record<string, string>> = {
  drop_off_stage: 'drop_stage',
  paymentId: 'payment_id',
  merchantReferenceId: 'merchant_reference_id',
  transactionId: 'transaction_id',
  refundId: 'refund_id',
};

/** Undoes other names and keys with dots. */
export function normal(row: Row): Row {
  const plain: Row = {};
  // An order's items go by two names; a cart's have only this one.
  if ('moid' in row && Array.isArray(row.items))
    return normal({ ...row, line_items: row.items, items: undefined });
  for (const [name, value] of Object.entries(row)) {
    const [first = '', inner] = name.split('.');
    if (inner === undefined) plain[NAMES[name] ?? name] = value;
    else
      plain[first.toLowerCase()] = {
        ...((plain[first.toLowerCase()] ?? {}) as Row),
        [inner]: value,
      };
  }
  return plain;
}
