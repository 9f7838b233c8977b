-- One row a finished refund, with its order: its payment's, else the one that it names by any id.
{{ config(materialized='table') }}

with named as (
  select
    refund.record_key as record_key, refund.merchant as merchant, refund.payment_id as payment_id, refund.amount as amount,
    coalesce(refund.refund_updated_at, refund.created_at, refund.updated_at) as refunded_at,
    refund.platform_order_id as platform_order_id, refund.moid as moid, refund.gokwik_oid as gokwik_oid,
    paid.order_key as paid_order_key, refund.extracted_at as extracted_at
  from {{ ref('stg_gokwik__refunds') }} as refund
  cross join {{ ref('int_gokwik__as_of') }} as moment
  left join {{ ref('int_gokwik__payments') }} as paid on paid.payment_id = refund.payment_id
  where refund.is_done
    and (coalesce(refund.refund_updated_at, refund.created_at) is null or coalesce(refund.refund_updated_at, refund.created_at) <= moment.cutoff)
),
refs as (
  select record_key, merchant, platform_order_id as said from named where paid_order_key is null
  union all
  select record_key, merchant, moid from named where paid_order_key is null
  union all
  select record_key, merchant, gokwik_oid from named where paid_order_key is null
),
found as (
  {{ gokwik_order_of('refs', 'record_key', ref('int_gokwik__order_ids')) }}
)
select
  named.record_key as record_key, named.payment_id, coalesce(named.paid_order_key, found.order_key) as order_key,
  named.amount, named.refunded_at, named.extracted_at
from named
left join found on found.record_key = named.record_key
