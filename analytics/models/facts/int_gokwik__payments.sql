-- One row a payment that brought money, with its order. A report may list one payment twice.
{{ config(materialized='table') }}

with captured as (
  select
    payment.payment_id,
    max(payment.merchant) as merchant,
    max(payment.status) as status,
    max(case when payment.paid_state = 'refunded' then 1 else 0 end) as said_refunded,
    max(payment.amount) as amount,
    min(payment.created_at) as created_at,
    min(payment.india_date) as paid_date,
    max({{ gokwik_order_ref('payment.moid') }}) as moid_ref,
    max(payment.gokwik_oid) as gokwik_oid,
    max(payment.merchant_reference_id) as merchant_reference_id,
    max(payment.transaction_id) as transaction_id,
    max(payment.extracted_at) as extracted_at
  from {{ ref('stg_gokwik__payments') }} as payment
  cross join {{ ref('int_gokwik__as_of') }} as moment
  where payment.paid_state in ('paid', 'refunded')
    and not payment.is_cash
    and (payment.created_at is null or payment.created_at <= moment.cutoff)
  group by payment.payment_id
),
named as (
  select captured.*, by_moid.order_key as order_by_moid
  from captured
  left join {{ ref('int_gokwik__moids') }} as by_moid on by_moid.merchant = captured.merchant and by_moid.moid_ref = captured.moid_ref
),
-- The other ids are looked up for the few payments that the first does not find an order for.
refs as (
  select payment_id, merchant, gokwik_oid as said from named where order_by_moid is null
  union all
  select payment_id, merchant, merchant_reference_id from named where order_by_moid is null
  union all
  select payment_id, merchant, moid_ref from named where order_by_moid is null
),
found as (
  {{ gokwik_order_of('refs', 'payment_id', ref('int_gokwik__order_ids')) }}
)
select
  named.payment_id as payment_id, named.merchant as merchant, coalesce(named.order_by_moid, found.order_key) as order_key,
  -- An id of a kind that the orders here have: without one nobody can say that its order is not here.
  (named.moid_ref is not null and coalesce(known.moids, 0) > 0)
    or (named.gokwik_oid is not null and coalesce(known.gokwik_oids, 0) > 0)
    or (named.merchant_reference_id is not null and coalesce(known.request_ids, 0) > 0) as names_order,
  named.status, named.said_refunded, named.amount, named.created_at, named.paid_date,
  named.transaction_id, named.extracted_at
from named
left join (
  select merchant, count(moid_ref) as moids, count(gokwik_ref) as gokwik_oids, count(request_ref) as request_ids
  from {{ ref('int_gokwik__order_keys') }}
  group by merchant
) as known on known.merchant = named.merchant
left join found on found.payment_id = named.payment_id
