-- One row a payment that is captured or settled. `finding` is the first thing that is wrong with it; all
-- are in gokwik__settlement_findings. Null: nothing is due yet, or `not_checked` says what is not here.
with answer as (
  select
    reconciliation_key, merchant, payment_id, order_key, payment_status, captured_rupees, paid_date,
    settlement_lines, first_utr, last_utr, first_settled_at, gross_rupees, credit_rupees, debit_rupees,
    deducted_rupees, refunded_rupees, netted_rupees, expected_rupees, is_captured, is_settled,
    not_checked, unknown_order_rupees, refunded_more_than_paid_rupees, settled_twice_rupees, short_paid_rupees, overpaid_rupees,
    refund_not_settled_yet_rupees, not_settled_yet_rupees,
    case
      when unknown_order_rupees > 0 then 'unknown order'
      when refunded_more_than_paid_rupees > 0 then 'refunded more than paid'
      when not_checked = 'no settlements' then null
      when settled_twice_rupees > 0 then 'settled twice'
      when short_paid_rupees > 0 then 'short paid'
      when overpaid_rupees > 0 then 'overpaid'
      when refund_not_settled_yet_rupees > 0 then 'refund not settled yet'
      when not_settled_yet_rupees > 0 then 'not settled yet'
      when is_done and greatest(coalesce(captured_rupees, 0), coalesce(gross_rupees, 0), coalesce(credit_rupees, 0)) > 0 then 'matched'
    end as finding
  from {{ ref('int_gokwik__payment_checks') }}
)
{{ gokwik_agreed('answer') }}
