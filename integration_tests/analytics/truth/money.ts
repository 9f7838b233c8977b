import { type Order, ordersOf, paidFor, paise } from './outcomes.ts';
import {
  daysBetween,
  eachGroup,
  type Fields,
  groupBy,
  indiaDate,
  last,
  merchantOf,
  ms,
  perSource,
  type Source,
  stampOf,
  textOf,
} from './rows.ts';
import { isDone, word } from './words.ts';

/** `settlement_due_days` and `refund_due_days` */
const DUE_DAYS = 5;
/** `settlement_tolerance_rupees`, in paise */
const TOLERANCE = 100;

/** In the order in which the first counts. */
const FINDINGS = [
  ...['unknown order', 'refunded more than paid', 'settled twice', 'short paid', 'overpaid'],
  ...['refund not settled yet', 'not settled yet'],
];

const least = (values: readonly unknown[]) =>
  values
    .filter((value) => value !== null && value !== undefined)
    .map(String)
    .sort()[0] ?? null;
const total = <T>(rows: readonly T[], of: (row: T) => number) =>
  rows.reduce((a, row) => a + of(row), 0);
const isRefund = (line: Fields) => /refund/i.test(textOf(line.transaction_type));

function deductedOf(line: Fields): number {
  const own = paise(line.gokwik_deduction);
  const base = paise(line.fee) + paise(line.tax);
  const more = paise(line.additional_fees) + paise(line.additional_tax);
  const isSum = own > 0 && (Math.abs(own - base) <= 1 || Math.abs(own - base - more) <= 1);
  return isSum ? own : base + more + own;
}

const has = (row: Fields, name: string) => (row[name] ?? null) !== null;

/** Under what a payment names its order, and where the order has it. */
const NAMES = [
  ['moid', 'moid'],
  ['gokwik_oid', 'gokwik_oid'],
  ['merchant_reference_id', 'request_id'],
] as const;

/** When a refund was done; NaN where nobody says: some captures have no time. */
const doneMs = (row: Fields) => ms(row.refund_updated_at ?? row.created_at ?? row.updated_at);

/** The order that goes by any of some ids, however they are written. */
function finder(orders: readonly Order[]) {
  const names = [
    'gokwik_oid',
    'request_id',
    'platform_order_id',
    'moid',
    'shopify_order_name',
    'order_number',
  ];
  const bare = (id: unknown) => textOf(id).replace('#', '').trim().toLowerCase();
  const known = new Map<string, string>();
  for (const name of names) {
    for (const { row, key } of orders) {
      const id = bare(row[name]);
      if (id !== '' && !known.has(id)) known.set(id, key);
    }
  }
  return (...ids: unknown[]) =>
    ids.map((id) => known.get(bare(id))).find((key) => key !== undefined) ?? null;
}

/** A payment with its lines and its refunds, and what is wrong with it. Amounts in paise. */
interface Checked {
  readonly row: Fields;
  readonly claims: readonly (readonly [finding: string, paise: number])[];
}

const checkedOf = perSource((source): Checked[] => {
  const orders = ordersOf(source);
  const orderOf = finder(orders);
  const totals = new Map(orders.map(({ key, row }) => [key, row.total]));
  const captured = new Map(
    [...paidFor(source).values()].flat().map((row) => [textOf(row.payment_id), row]),
  );
  const lines = source.rows('settlements');
  const settled = groupBy(lines, (line) => textOf(line.payment_id));
  const refunds = groupBy(
    source.rows('refunds').filter(({ status }) => isDone(status)),
    (row) => textOf(row.payment_id),
  );
  const dates = lines.flatMap(({ settlement_date: date }) =>
    date === null ? [] : [indiaDate(date)],
  );
  const until = dates.sort().at(-1);
  const days = orders.map(({ day }) => day).sort();
  const touched = orders.map(({ row }) => indiaDate(row.updated_at ?? row.created_at)).sort();
  return [...new Set([...captured.keys(), ...settled.keys()])].map((payment_id) => {
    const payment = captured.get(payment_id);
    const own = settled.get(payment_id) ?? [];
    const pays = own.filter((line) => !isRefund(line));
    const given = refunds.get(payment_id) ?? [];
    const order_key =
      orderOf(payment?.gokwik_oid, payment?.merchant_reference_id, payment?.moid) ??
      orderOf(
        ...own.flatMap((line) => [line.order_id, line.merchant_order_id, line.platform_order_id]),
      );
    const moved = payment?.created_at ?? least(own.map((line) => line.transaction_date));
    const paid_date = moved === null || moved === undefined ? null : indiaDate(moved);

    const gross = total(pays, (line) => paise(line.amount));
    const credit = total(own, (line) => paise(line.credit));
    const debit = total(own, (line) => paise(line.debit));
    const amounts = pays.map((line) => paise(line.amount));
    const isOne = Math.min(...amounts) === Math.max(...amounts);
    const isSplit = Math.abs(gross - paise(totals.get(order_key ?? ''))) <= TOLERANCE;
    const paid =
      payment !== undefined
        ? paise(payment.amount)
        : pays.length > 1 && isOne && !(order_key !== null && isSplit)
          ? Math.max(...amounts)
          : gross;
    const isTwice = pays.length > 1 && gross > paid + TOLERANCE;
    const deducted = total(pays, deductedOf);
    // Where no refund is known, the payment's own word counts.
    const isSaidBack = given.length === 0 && word(payment?.status) === 'refunded';
    const refunded = isSaidBack ? paise(payment?.amount) : total(given, (row) => paise(row.amount));
    const lastMs = Math.max(...pays.map((line) => ms(line.settlement_date)));
    const before = given.filter((row) => !(doneMs(row) > lastMs));
    const pending = Math.max(0, total(before, (row) => paise(row.amount)) - debit);
    const once = isTwice ? (deducted * paid) / gross : deducted;
    const gap = paid - once - credit;
    const sizes = before
      .filter((row) => doneMs(row) <= lastMs)
      .map((row) => Math.min(paise(row.amount), pending));
    const choices = [0, pending, Math.min(...sizes, pending), Math.max(...sizes, 0)];
    const netted =
      isTwice || pays.length === 0
        ? 0
        : choices.reduce(
            (best, size) => (Math.abs(gap - size) < Math.abs(gap - best) ? size : best),
            0,
          );
    const isSettled = pays.length > 0;
    const expected = Math.max(0, isSettled ? paid - once - netted : paid - refunded);
    const late = (date: string | null) =>
      until !== undefined && date !== null && daysBetween(until, date) >= DUE_DAYS;
    const due = given.filter((row) =>
      late(Number.isNaN(doneMs(row)) ? null : indiaDate(stampOf(doneMs(row)))),
    );
    const isNamed =
      payment !== undefined &&
      NAMES.some(([of, by]) => has(payment, of) && orders.some(({ row }) => has(row, by)));
    const isListed = own.some(
      (line) =>
        has(line, 'merchant_order_id') ||
        has(line, 'platform_order_id') ||
        (has(line, 'order_id') && orders.some(({ row }) => has(row, 'gokwik_oid'))),
    );
    const isKnowable =
      orders.length > 0 &&
      (isNamed || isListed) &&
      (paid_date === null || (paid_date >= (days[0] ?? '') && paid_date <= (touched.at(-1) ?? '')));
    const all: [string, number][] = [];
    if (order_key === null && isKnowable && Math.max(paid, credit, debit) > 0)
      all.push(['unknown order', credit || expected || debit || paid]);
    if (paid > 0 && Math.max(refunded, debit) > paid + TOLERANCE)
      all.push(['refunded more than paid', Math.max(refunded, debit) - paid]);
    if (isTwice && credit - expected > TOLERANCE) all.push(['settled twice', credit - expected]);
    if (isSettled && expected - credit > TOLERANCE) all.push(['short paid', expected - credit]);
    if (isSettled && !isTwice && credit - expected > TOLERANCE)
      all.push(['overpaid', credit - expected]);
    const owed = total(due, (row) => paise(row.amount)) - debit - netted;
    if (isSettled && owed > TOLERANCE) all.push(['refund not settled yet', owed]);
    if (payment !== undefined && !isSettled && expected > TOLERANCE && late(paid_date))
      all.push(['not settled yet', expected]);
    const isDoneWith = isSettled || (paid > 0 && refunded >= paid - TOLERANCE);
    const isMoney = Math.max(paise(payment?.amount), gross, credit) > 0;
    const none = own.length === 0;
    const utrs = own.map(({ settlement_utr }) => settlement_utr);
    const row = {
      reconciliation_key: payment_id,
      merchant: merchantOf(payment ?? own[0]),
      payment_id,
      order_key,
      payment_status: payment?.status ?? null,
      captured_rupees: payment?.amount ?? null,
      paid_date,
      settlement_lines: none ? null : own.length,
      first_utr: least(utrs),
      last_utr: last(utrs),
      first_settled_at: least(own.map(({ settlement_date }) => settlement_date)),
      gross_rupees: none ? null : gross / 100,
      credit_rupees: none ? null : credit / 100,
      debit_rupees: none ? null : debit / 100,
      deducted_rupees: none ? null : deducted / 100,
      refunded_rupees: refunded / 100,
      netted_rupees: netted / 100,
      expected_rupees: Math.round(expected) / 100,
      is_captured: payment !== undefined,
      is_settled: isSettled,
      not_checked:
        lines.length === 0
          ? 'no settlements'
          : orders.length === 0
            ? 'no orders'
            : order_key === null && !isNamed && !isListed
              ? 'no order id in common'
              : null,
      ...Object.fromEntries(
        FINDINGS.map((finding) => {
          const rupees = all.find(([claim]) => claim === finding)?.[1];
          const column = `${finding.replaceAll(' ', '_')}_rupees`;
          return [column, rupees === undefined ? null : Math.round(rupees) / 100];
        }),
      ),
      finding: all[0]?.[0] ?? (lines.length > 0 && isDoneWith && isMoney ? 'matched' : null),
    };
    return { row, claims: all };
  });
});

export const reconciliation = (source: Source) => checkedOf(source).map(({ row }) => row);

export function settlementFindings(source: Source): Fields[] {
  return checkedOf(source).flatMap(({ row, claims }) =>
    claims.map(([finding, rupees]) => ({
      reconciliation_key: row.reconciliation_key,
      merchant: row.merchant,
      finding,
      payment_id: row.payment_id,
      order_key: row.order_key,
      rupees: Math.round(rupees) / 100,
    })),
  );
}

export function batches(source: Source): Fields[] {
  const orders = new Map(reconciliation(source).map((row) => [row.payment_id, row.order_key]));
  return eachGroup(
    source.rows('settlements').filter((line) => (line.settlement_utr ?? null) !== null),
    (line) => [textOf(line.settlement_utr)],
    ([settlement_utr], lines) => {
      const dates = lines.map(({ settlement_date }) => settlement_date);
      const credit = total(lines, (line) => paise(line.credit));
      const debit = total(lines, (line) => paise(line.debit));
      return {
        settlement_utr,
        merchant: merchantOf(lines[0]),
        settled_at: least(dates),
        india_date: indiaDate(least(dates)),
        settlement_lines: lines.length,
        payments: new Set(lines.map(({ payment_id }) => payment_id)).size,
        credit_rupees: credit / 100,
        debit_rupees: debit / 100,
        net_rupees: (credit - debit) / 100,
        deducted_rupees: total(lines, deductedOf) / 100,
        unknown_lines: lines.filter((line) => (orders.get(line.payment_id) ?? null) === null)
          .length,
      };
    },
  );
}
