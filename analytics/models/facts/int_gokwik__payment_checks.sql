-- One row a payment that is captured or settled, with all that is checked on it and the rupees at stake.
-- gokwik__settlement_reconciliation stores it.
{{ config(materialized='view') }}

with settled as (
  select
    reconciliation_key,
    max(merchant) as merchant,
    max(payment_id) as payment_id,
    max(order_key) as order_key,
    max(names_order) as names_order,
    count(*) as settlement_lines,
    sum(case when is_refund = 0 then is_paid_out else 0 end) as payment_lines,
    min(settlement_utr) as first_utr,
    max(settlement_utr) as last_utr,
    min(settlement_date) as first_settled_at,
    max(case when is_refund = 0 then settlement_date end) as last_settled_at,
    min(transaction_date) as transaction_date,
    {{ gokwik_money('sum(case when is_refund = 0 then amount else 0 end)') }} as gross_rupees,
    min(case when is_refund = 0 then amount end) as least_amount,
    max(case when is_refund = 0 then amount end) as most_amount,
    {{ gokwik_money('sum(credit)') }} as credit_rupees,
    {{ gokwik_money('sum(debit)') }} as debit_rupees,
    {{ gokwik_money('sum(case when is_refund = 0 then debit else 0 end)') }} as beside_credit,
    {{ gokwik_money('sum(taken_back)') }} as taken_back,
    {{ gokwik_money('sum(case when is_refund = 0 then deducted else 0 end)') }} as deducted_rupees
  from {{ ref('int_gokwik__settlement_lines') }}
  group by reconciliation_key
),
by_payment as (
  select
    coalesce(captured.payment_id, settled.reconciliation_key) as reconciliation_key,
    coalesce(captured.merchant, settled.merchant) as merchant,
    coalesce(captured.payment_id, settled.payment_id) as payment_id,
    coalesce(captured.order_key, settled.order_key) as order_key,
    captured.status as payment_status, captured.amount as captured_rupees, captured.said_refunded,
    coalesce(captured.paid_date, {{ gokwik_india_date('settled.transaction_date') }}) as paid_date,
    settled.settlement_lines, settled.first_utr, settled.last_utr, settled.first_settled_at,
    settled.last_settled_at, settled.gross_rupees, settled.least_amount, settled.most_amount,
    settled.credit_rupees, settled.debit_rupees, settled.beside_credit, settled.taken_back,
    settled.deducted_rupees,
    coalesce(settled.payment_lines, 0) as payment_lines,
    coalesce(captured.names_order, false) or coalesce(settled.names_order, 0) > 0 as names_order,
    captured.payment_id is not null as is_captured,
    coalesce(settled.payment_lines, 0) > 0 as is_settled
  from {{ ref('int_gokwik__payments') }} as captured
  full outer join settled on settled.reconciliation_key = captured.payment_id
),
-- Up to when each stream of a merchant tells: nothing is late before its stream would show it.
settlements_told as (
  select
    line.merchant, count(*) as settlements,
    max(case when coalesce(line.settlement_date, line.transaction_date) <= moment.newest_load
      and coalesce(line.settlement_date, line.transaction_date) <= moment.cutoff
      then {{ gokwik_india_date('coalesce(line.settlement_date, line.transaction_date)') }} end) as settled_until
  from {{ ref('stg_gokwik__settlements') }} as line
  cross join {{ ref('int_gokwik__as_of') }} as moment
  group by line.merchant
),
orders_told as (
  select
    placed.merchant, count(*) as orders, min(placed.india_date) as orders_from,
    max(case when coalesce(placed.updated_at, placed.created_at) <= moment.newest_load
      then {{ gokwik_india_date('coalesce(placed.updated_at, placed.created_at)') }} end) as orders_until
  from {{ ref('int_gokwik__order_keys') }} as placed
  cross join {{ ref('int_gokwik__as_of') }} as moment
  group by placed.merchant
),
told as (
  select
    paying.merchant as told_merchant, settlements_told.settled_until, coalesce(settlements_told.settlements, 0) as settlements,
    coalesce(orders_told.orders, 0) as orders, orders_told.orders_from, orders_told.orders_until
  from (select distinct merchant from by_payment) as paying
  left join settlements_told on settlements_told.merchant = paying.merchant
  left join orders_told on orders_told.merchant = paying.merchant
),
given_back as (
  select
    -- Where a refund names no payment, its order's only one is meant.
    coalesce(refund.payment_id, sole.payment_id) as payment_id,
    refund.amount, refund.refunded_at, {{ gokwik_india_date('refund.refunded_at') }} as refunded_date
  from {{ ref('int_gokwik__refunds') }} as refund
  left join (
    select order_key, payment_id from {{ ref('int_gokwik__paid_orders') }} where payments = 1
  ) as sole on sole.order_key = refund.order_key
),
refunded as (
  select
    by_payment.reconciliation_key as refunded_key,
    {{ gokwik_money('sum(given_back.amount)') }} as refunded_rupees,
    -- What may have been kept back from the payout.
    sum(case when given_back.refunded_at is null or by_payment.last_settled_at is null
      or given_back.refunded_at <= by_payment.last_settled_at then given_back.amount else 0 end) as before_rupees,
    min(case when given_back.refunded_at <= by_payment.last_settled_at then given_back.amount end) as least_before,
    max(case when given_back.refunded_at <= by_payment.last_settled_at then given_back.amount end) as most_before,
    sum(case when {{ gokwik_days('told.settled_until', 'given_back.refunded_date') }} >= {{ var('refund_due_days') }}
      then given_back.amount else 0 end) as due_rupees
  from by_payment
  join given_back on given_back.payment_id = by_payment.payment_id
  join told on told.told_merchant = by_payment.merchant
  group by by_payment.reconciliation_key
),
sums as (
  select
    by_payment.*, told.settled_until, told.settlements, told.orders,
    -- Whether the orders that are here should hold the payment's.
    told.orders > 0 and by_payment.names_order and (by_payment.paid_date is null
      or (by_payment.paid_date >= told.orders_from and by_payment.paid_date <= told.orders_until)) as order_is_due,
    case
      when by_payment.is_captured then coalesce(by_payment.captured_rupees, by_payment.gross_rupees, 0)
      -- Two lines of one amount pay it twice, unless the order is worth both.
      when payment_lines > 1 and least_amount = most_amount
        and coalesce(abs(gross_rupees - placed.total_rupees) > {{ var('settlement_tolerance_rupees') }}, true) then most_amount
      else coalesce(gross_rupees, 0)
    end as paid_rupees,
    case
      when refunded.refunded_rupees is not null then refunded.refunded_rupees
      when by_payment.said_refunded = 1 then coalesce(captured_rupees, 0)
      else 0
    end as refunded_rupees,
    coalesce(refunded.before_rupees, 0) as before_rupees,
    coalesce(refunded.refunded_rupees - refunded.before_rupees, 0) as after_rupees,
    coalesce(refunded.least_before, 0) as least_before,
    coalesce(refunded.most_before, 0) as most_before,
    coalesce(refunded.due_rupees, 0) as due_rupees
  from by_payment
  join told on told.told_merchant = by_payment.merchant
  left join refunded on refunded.refunded_key = by_payment.reconciliation_key
  left join (select order_key as placed_key, total_rupees from {{ ref('gokwik__orders') }}) as placed on placed.placed_key = by_payment.order_key
),
doubled as (
  select
    sums.*,
    payment_lines > 1 and gross_rupees > paid_rupees + {{ var('settlement_tolerance_rupees') }} as is_doubled,
    -- What is taken from a payment that is paid out twice is taken twice.
    case
      when payment_lines > 1 and gross_rupees > paid_rupees + {{ var('settlement_tolerance_rupees') }}
        then {{ gokwik_money('deducted_rupees * paid_rupees / gross_rupees') }}
      else coalesce(deducted_rupees, 0)
    end as deducted_once,
    -- Debits are for the refunds that came later, before they are for those.
    greatest(before_rupees - greatest(coalesce(debit_rupees, 0) - coalesce(beside_credit, 0) - after_rupees, 0), 0) as pending
  from sums
),
missing as (
  select
    doubled.*, paid_rupees - deducted_once - coalesce(credit_rupees, 0) as short,
    case when is_doubled then coalesce(taken_back, 0) else 0 end as returned_rupees
  from doubled
),
-- A refund may be kept back from the payout instead of being a line of its own: all of them, the largest,
-- the smallest, or what stands in the payment's own line. Whichever explains the gap best is meant.
netted as (
  select
    missing.*,
    case
      when is_doubled or not is_settled then 0
      when abs(short) <= least(abs(short - pending), abs(short - beside_credit), abs(short - least_before), abs(short - most_before)) then 0
      when abs(short - pending) <= least(abs(short - beside_credit), abs(short - least_before), abs(short - most_before)) then pending
      when abs(short - beside_credit) <= least(abs(short - least_before), abs(short - most_before)) then beside_credit
      when abs(short - least_before) <= abs(short - most_before) then least(least_before, pending)
      else least(most_before, pending)
    end as netted_rupees
  from missing
),
expected as (
  select
    netted.*,
    case
      when is_settled then greatest(paid_rupees - deducted_once - netted_rupees, 0)
      else greatest(paid_rupees - refunded_rupees, 0)
    end as expected_rupees
  from netted
)
select
  reconciliation_key, merchant, payment_id, order_key, payment_status, captured_rupees, paid_date,
  settlement_lines, first_utr, last_utr, first_settled_at, gross_rupees, credit_rupees, debit_rupees,
  deducted_rupees, refunded_rupees, {{ gokwik_money('netted_rupees') }} as netted_rupees,
  {{ gokwik_money('expected_rupees') }} as expected_rupees, is_captured, is_settled,
  case
    when settlements = 0 then 'no settlements'
    when orders = 0 then 'no orders'
    when order_key is null and not names_order then 'no order id in common'
  end as not_checked,
  case when order_key is null and order_is_due and greatest(paid_rupees, coalesce(credit_rupees, 0), coalesce(debit_rupees, 0)) > 0
    then coalesce(nullif(credit_rupees, 0), nullif(expected_rupees, 0), nullif(debit_rupees, 0), paid_rupees) end as unknown_order_rupees,
  case when paid_rupees > 0 and greatest(refunded_rupees, coalesce(debit_rupees, 0) - returned_rupees) > paid_rupees + {{ var('settlement_tolerance_rupees') }}
    then greatest(refunded_rupees, coalesce(debit_rupees, 0) - returned_rupees) - paid_rupees end as refunded_more_than_paid_rupees,
  case when is_doubled and credit_rupees - returned_rupees - expected_rupees > {{ var('settlement_tolerance_rupees') }}
    then credit_rupees - returned_rupees - expected_rupees end as settled_twice_rupees,
  case when is_settled and expected_rupees - coalesce(credit_rupees, 0) > {{ var('settlement_tolerance_rupees') }}
    then expected_rupees - coalesce(credit_rupees, 0) end as short_paid_rupees,
  case when is_settled and not is_doubled and credit_rupees - expected_rupees > {{ var('settlement_tolerance_rupees') }}
    then credit_rupees - expected_rupees end as overpaid_rupees,
  case when is_settled and due_rupees - coalesce(debit_rupees, 0) + returned_rupees - netted_rupees + least(netted_rupees, coalesce(beside_credit, 0)) > {{ var('settlement_tolerance_rupees') }}
    then due_rupees - coalesce(debit_rupees, 0) + returned_rupees - netted_rupees + least(netted_rupees, coalesce(beside_credit, 0)) end as refund_not_settled_yet_rupees,
  case when is_captured and not is_settled and expected_rupees > {{ var('settlement_tolerance_rupees') }}
    and {{ gokwik_days('settled_until', 'paid_date') }} >= {{ var('settlement_due_days') }} then expected_rupees end as not_settled_yet_rupees,
  is_settled or (paid_rupees > 0 and refunded_rupees >= paid_rupees - {{ var('settlement_tolerance_rupees') }}) as is_done
from expected
