-- Every finding, with the rupees at stake. A payment may have several.
with findings as (
  select reconciliation_key, merchant, 'unknown order' as finding, payment_id, order_key, unknown_order_rupees as rupees from {{ ref('gokwik__settlement_reconciliation') }}
  union all
  select reconciliation_key, merchant, 'refunded more than paid', payment_id, order_key, refunded_more_than_paid_rupees from {{ ref('gokwik__settlement_reconciliation') }}
  union all
  select reconciliation_key, merchant, 'settled twice', payment_id, order_key, settled_twice_rupees from {{ ref('gokwik__settlement_reconciliation') }}
  union all
  select reconciliation_key, merchant, 'short paid', payment_id, order_key, short_paid_rupees from {{ ref('gokwik__settlement_reconciliation') }}
  union all
  select reconciliation_key, merchant, 'overpaid', payment_id, order_key, overpaid_rupees from {{ ref('gokwik__settlement_reconciliation') }}
  union all
  select reconciliation_key, merchant, 'refund not settled yet', payment_id, order_key, refund_not_settled_yet_rupees from {{ ref('gokwik__settlement_reconciliation') }}
  union all
  select reconciliation_key, merchant, 'not settled yet', payment_id, order_key, not_settled_yet_rupees from {{ ref('gokwik__settlement_reconciliation') }}
),
answer as (
  select
    reconciliation_key, merchant, finding, payment_id, order_key,
    {{ gokwik_money('rupees') }} as rupees
  from findings
  where rupees > 0
)
{{ gokwik_agreed('answer') }}
