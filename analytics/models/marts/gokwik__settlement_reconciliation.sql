-- One row a payment that is captured or settled, and one an order that should have a payment and has
-- none. `finding` says what is missing, and on which side.
with captured as (
  select
    payment_id, moid, gokwik_oid, status, amount, created_at, india_date
  from {{ ref('stg_gokwik__payments') }}
  where lower(status) in ('captured', 'success', 'paid', 'refunded', 'partially_refunded', 'completed')
    and payment_id is not null
),
settled as (
  select
    payment_id,
    max(order_id) as gokwik_oid,
    max(platform_order_id) as platform_order_id,
    count(*) as settlement_lines,
    min(settlement_utr) as first_utr,
    max(settlement_utr) as last_utr,
    min(settlement_date) as first_settled_at,
    sum(case when debit is null then coalesce(amount, 0) else 0 end) as gross_rupees,
    sum(coalesce(credit, 0)) as credit_rupees,
    sum(coalesce(debit, 0)) as debit_rupees,
    sum(coalesce(fee, 0) + coalesce(tax, 0) + coalesce(additional_fees, 0) + coalesce(additional_tax, 0) + coalesce(gokwik_deduction, 0)) as deducted_rupees
  from {{ ref('stg_gokwik__settlements') }}
  where payment_id is not null
  group by payment_id
),
refunded as (
  select
    payment_id,
    sum(case when lower(status) in ('completed', 'success', 'processed') then amount else 0 end) as refunded_rupees
  from {{ ref('stg_gokwik__refunds') }}
  where payment_id is not null
  group by payment_id
),
by_payment as (
  select
    coalesce(captured.payment_id, settled.payment_id) as payment_id,
    captured.moid, coalesce(captured.gokwik_oid, settled.gokwik_oid) as gokwik_oid,
    settled.platform_order_id,
    captured.status as payment_status, captured.amount as captured_rupees,
    captured.india_date as paid_date,
    settled.settlement_lines, settled.first_utr, settled.last_utr, settled.first_settled_at,
    settled.gross_rupees, settled.credit_rupees, settled.debit_rupees, settled.deducted_rupees,
    captured.payment_id is not null as is_captured,
    settled.payment_id is not null as is_settled
  from captured
  full outer join settled on settled.payment_id = captured.payment_id
),
named as (
  select by_payment.*, by_moid.order_key as order_by_moid
  from by_payment
  left join {{ ref('int_gokwik__order_ids') }} as by_moid
    on by_moid.id_kind = 'moid' and by_moid.id = by_payment.moid
),
-- The other ids are looked up for the few payments that the first does not find an order for.
by_oid as (
  select gokwik_oid, min(order_key) as order_key
  from {{ ref('gokwik__orders') }}
  where gokwik_oid in (select gokwik_oid from named where order_by_moid is null)
  group by gokwik_oid
),
by_platform as (
  select platform_order_id, min(order_key) as order_key
  from {{ ref('gokwik__orders') }}
  where platform_order_id in (select platform_order_id from named where order_by_moid is null)
  group by platform_order_id
),
found as (
  select
    named.payment_id,
    coalesce(named.order_by_moid, by_oid.order_key, by_platform.order_key) as order_key,
    named.payment_status, named.captured_rupees, named.paid_date,
    named.settlement_lines, named.first_utr, named.last_utr,
    named.first_settled_at, named.gross_rupees, named.credit_rupees,
    named.debit_rupees, named.deducted_rupees,
    coalesce(refunded.refunded_rupees, 0) as refunded_rupees,
    named.is_captured, named.is_settled
  from named
  left join refunded on refunded.payment_id = named.payment_id
  left join by_oid on by_oid.gokwik_oid = named.gokwik_oid
  left join by_platform on by_platform.platform_order_id = named.platform_order_id
),
everything as (
  select * from found
  union all
  select
    null, placed.order_key, null, null, placed.india_date, null, null, null, null, null, null, null,
    null, 0, false, false
  from {{ ref('gokwik__orders') }} as placed
  left join (select distinct order_key from found) as known on known.order_key = placed.order_key
  where placed.is_placed
    -- A row of an export has no id that a payment carries: its payment may well be there.
    and coalesce(placed.moid, placed.gokwik_oid) is not null
    and placed.payment_class in ('prepaid', 'partial_cod')
    and lower(placed.order_status) <> 'pending'
    and known.order_key is null
)
select
  coalesce(everything.payment_id, everything.order_key) as reconciliation_key,
  everything.*,
  case
    when not is_captured and not is_settled then 'order without payment'
    when is_settled and not is_captured then 'settled, payment unknown'
    when not is_settled and {{ gokwik_days('moment.as_of_date', 'everything.paid_date') }} < {{ var('settlement_due_days') }} then 'not due yet'
    when not is_settled then 'paid, settlement missing'
    when abs(coalesce(gross_rupees, 0) - coalesce(captured_rupees, 0)) >= 0.01 then 'amounts differ'
    when order_key is null then 'order unknown'
    when refunded_rupees - coalesce(debit_rupees, 0) >= 0.01 then 'refund not settled yet'
    when coalesce(debit_rupees, 0) - refunded_rupees >= 0.01 then 'debit without refund'
    else 'matched'
  end as finding
from everything
cross join {{ ref('int_gokwik__as_of') }} as moment
