-- The couriers of an order. An order that has several is shared by them by the number of parcels; of one
-- that came back in part, each has the part that it brought back.
{{ config(materialized='view') }}

with couriers as (
  select
    order_key, courier_name, count(*) as parcels,
    count(case when parcel_state in ('rto', 'rto_delivered') then 1 end) as back_parcels
  from {{ ref('int_gokwik__order_parcels') }}
  where order_key is not null
  group by order_key, courier_name
),
placed as (
  select
    couriers.*,
    count(*) over (partition by order_key) as couriers,
    sum(parcels) over (partition by order_key) as whole,
    sum(parcels) over (partition by order_key order by courier_name rows unbounded preceding) as running
  from couriers
)
select
  order_key, courier_name, couriers, parcels, back_parcels,
  {{ gokwik_rate('running - parcels', 'whole') }} as share_from,
  {{ gokwik_rate('running', 'whole') }} as share_to,
  {{ gokwik_rate('back_parcels', 'parcels') }} as back_share
from placed
