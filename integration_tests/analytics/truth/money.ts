import { type Order, ordersOf } from './outcomes.ts';
import {
  daysBetween,
  eachGroup,
  type Fields,
  groupBy,
  indiaDate,
  last,
  rupees,
  type Source,
  stampOf,
  textOf,
} from './rows.ts';

/** `settlement_due_days` */
const DUE_DAYS = 5;
const PAID = ['captured', 'success', 'paid', 'refunded', 'partially_refunded', 'completed'];
const DEDUCTIONS = ['fee', 'tax', 'additional_fees', 'additional_tax', 'gokwik_deduction'];

const least = (values: readonly unknown[]) => values.map(String).sort()[0] ?? null;
const deducted = (lines: readonly Fields[]) =>
  DEDUCTIONS.reduce((sum, name) => sum + Math.round(rupees(lines, (line) => line[name]) * 100), 0) /
  100;

/** The order that a payment or its settlement names, by whichever id it carries. */
function findOrder(orders: readonly Order[]) {
  const by = (id: string) => {
    const known = groupBy(
      orders.filter(({ row }) => (row[id] ?? null) !== null),
      ({ row }) => textOf(row[id]),
    );
    return (value: unknown) =>
      value === null || value === undefined
        ? undefined
        : least((known.get(String(value)) ?? []).map(({ row }) => row.key));
  };
  const [moid, oid, platform] = [by('moid'), by('gokwik_oid'), by('platform_order_id')];
  return (ids: Fields) =>
    moid(ids.moid) ?? oid(ids.gokwik_oid) ?? platform(ids.platform_order_id) ?? null;
}

export function reconciliation(source: Source): Fields[] {
  const orders = ordersOf(source);
  const orderOf = findOrder(orders);
  const payments = source.rows('payments').filter(({ status }) => PAID.includes(textOf(status)));
  const captured = new Map(payments.map((row) => [textOf(row.payment_id), row]));
  const settled = groupBy(
    source.rows('settlements').filter((line) => (line.payment_id ?? null) !== null),
    (line) => textOf(line.payment_id),
  );
  const refunds = groupBy(
    source.rows('refunds').filter(({ status }) => status === 'Completed'),
    (row) => textOf(row.payment_id),
  );
  const rows: Fields[] = [...new Set([...captured.keys(), ...settled.keys()])].map((payment_id) => {
    const payment = captured.get(payment_id);
    const lines = settled.get(payment_id);
    const order_key = orderOf({
      moid: payment?.moid,
      gokwik_oid: payment?.gokwik_oid ?? last((lines ?? []).map(({ order_id }) => order_id)),
      platform_order_id: last((lines ?? []).map((line) => line.platform_order_id)),
    });
    const row = {
      reconciliation_key: payment_id,
      payment_id,
      order_key,
      payment_status: payment?.status ?? null,
      captured_rupees: payment?.amount ?? null,
      paid_date: payment === undefined ? null : indiaDate(payment.created_at),
      ...settlementOf(lines),
      refunded_rupees: rupees(refunds.get(payment_id) ?? [], ({ amount }) => amount),
      is_captured: payment !== undefined,
      is_settled: lines !== undefined,
    };
    return { ...row, finding: findingOf(source, row) };
  });
  const known = new Set(rows.map(({ order_key }) => order_key));
  const unpaid = orders.filter(
    ({ row, paymentClass, isPlaced }) =>
      isPlaced &&
      ['prepaid', 'partial_cod'].includes(paymentClass) &&
      (row.moid ?? row.gokwik_oid ?? null) !== null &&
      row.order_status !== 'Pending' &&
      !known.has(row.key),
  );
  for (const { row, day } of unpaid) {
    rows.push({
      reconciliation_key: row.key,
      payment_id: null,
      order_key: row.key,
      payment_status: null,
      captured_rupees: null,
      paid_date: day,
      ...settlementOf(undefined),
      refunded_rupees: 0,
      is_captured: false,
      is_settled: false,
      finding: 'order without payment',
    });
  }
  return rows;
}

function settlementOf(lines: readonly Fields[] | undefined): Fields {
  if (lines === undefined) {
    const names = ['settlement_lines', 'first_utr', 'last_utr', 'first_settled_at'];
    const money = ['gross_rupees', 'credit_rupees', 'debit_rupees', 'deducted_rupees'];
    return Object.fromEntries([...names, ...money].map((name) => [name, null]));
  }
  const utrs = lines.map(({ settlement_utr }) => settlement_utr);
  return {
    settlement_lines: lines.length,
    first_utr: least(utrs),
    last_utr: last(utrs),
    first_settled_at: least(lines.map(({ settlement_date }) => settlement_date)),
    gross_rupees: rupees(lines, (line) => ((line.debit ?? null) === null ? line.amount : 0)),
    credit_rupees: rupees(lines, ({ credit }) => credit),
    debit_rupees: rupees(lines, ({ debit }) => debit),
    deducted_rupees: deducted(lines),
  };
}

function findingOf(source: Source, row: Fields): string {
  const today = indiaDate(stampOf(source.asOfMs));
  const paise = (value: unknown) => Math.round(Number(value ?? 0) * 100);
  if (row.is_captured !== true) return 'settled, payment unknown';
  if (row.is_settled !== true) {
    const age = daysBetween(today, String(row.paid_date));
    return age < DUE_DAYS ? 'not due yet' : 'paid, settlement missing';
  }
  if (paise(row.gross_rupees) !== paise(row.captured_rupees)) return 'amounts differ';
  if (row.order_key === null) return 'order unknown';
  const open = paise(row.refunded_rupees) - paise(row.debit_rupees);
  if (open === 0) return 'matched';
  return open > 0 ? 'refund not settled yet' : 'debit without refund';
}

export function batches(source: Source): Fields[] {
  const findings = new Map(reconciliation(source).map((row) => [row.payment_id, row.finding]));
  const isUnknown = (line: Fields) =>
    ['settled, payment unknown', 'order unknown', undefined].includes(
      findings.get(line.payment_id) as string | undefined,
    );
  return eachGroup(
    source.rows('settlements').filter((line) => (line.settlement_utr ?? null) !== null),
    (line) => [textOf(line.settlement_utr)],
    ([settlement_utr], lines) => {
      const dates = lines.map(({ settlement_date }) => settlement_date);
      const credit = rupees(lines, ({ credit }) => credit);
      const debit = rupees(lines, ({ debit }) => debit);
      return {
        settlement_utr,
        settled_at: least(dates),
        india_date: indiaDate(least(dates)),
        settlement_lines: lines.length,
        payments: new Set(lines.map(({ payment_id }) => payment_id)).size,
        credit_rupees: credit,
        debit_rupees: debit,
        net_rupees: Math.round((credit - debit) * 100) / 100,
        deducted_rupees: deducted(lines),
        unknown_lines: lines.filter(isUnknown).length,
      };
    },
  );
}
