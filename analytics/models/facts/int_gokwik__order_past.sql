-- What older versions of an order's row tell, where the destination keeps them: whether it was ever
-- confirmed, and since when it is known to be cancelled, delivered or coming back. A row of an export has no
-- moment of a change: its version counts by when it was loaded.
{{ config(materialized='incremental', unique_key='record_key') }}

with versions as (
  select
    record_key,
    {{ gokwik_order_state(gokwik_words('order_status'), 'order_status') }} as order_state,
    case when {{ gokwik_parcel_state(gokwik_words('shipment_status')) }} in ('rto', 'rto_delivered')
      or {{ gokwik_order_state(gokwik_words('order_status'), 'order_status') }} = 'rto' then 1 else 0 end as is_rto,
    case when {{ gokwik_parcel_state(gokwik_words('shipment_status')) }} = 'delivered'
      or {{ gokwik_order_state(gokwik_words('order_status'), 'order_status') }} = 'delivered' then 1 else 0 end as is_delivered,
    case when {{ gokwik_paid_state(gokwik_words('payment_status')) }} in ('paid', 'refunded') then 1 else 0 end as is_paid,
    case when coalesce(_source, 'api') = 'api' and updated_at is not null then updated_at else extracted_at end as seen_at,
    extracted_at
  from {{ gokwik_typed('orders', 'record_key text, order_status text, shipment_status text,
    payment_status text, _source text, updated_at time') }} as typed
  where record_key in {{ gokwik_with_versions('orders') }}
)
select
  record_key, versions, was_confirmed, was_open, was_paid,
  case when without_rto_at < rto_at then rto_at end as rto_at,
  case when open_at < cancelled_at then cancelled_at end as cancelled_at,
  case when undelivered_at < delivered_at then delivered_at end as delivered_at,
  extracted_at
from (
  select
    record_key,
    count(*) as versions,
    max(case when order_state not in ('pending', 'failed', 'cancelled', 'not given') then 1 else 0 end) as was_confirmed,
    max(case when order_state <> 'cancelled' then 1 else 0 end) as was_open,
    max(is_paid) as was_paid,
    min(case when is_rto = 0 then seen_at end) as without_rto_at,
    min(case when is_rto = 1 then seen_at end) as rto_at,
    min(case when order_state <> 'cancelled' then seen_at end) as open_at,
    min(case when order_state = 'cancelled' then seen_at end) as cancelled_at,
    min(case when is_delivered = 0 then seen_at end) as undelivered_at,
    min(case when is_delivered = 1 then seen_at end) as delivered_at,
    max(extracted_at) as extracted_at
  from versions
  group by record_key
) as known
