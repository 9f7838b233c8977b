-- One row a parcel on its way out, with its order, found by whatever the courier calls it or by the
-- airway bill. Returns by the customer and bookings that were cancelled are none.
{{ config(materialized='table') }}

with parcels as (
  select
    shipment.record_key as record_key, shipment.merchant as merchant, shipment.courier_name as courier_name,
    shipment.awb as awb, shipment.order_id as order_id,
    nullif(shipment.total_amount, 0) as amount, shipment.creation_datetime as booked_at,
    -- What was not known at a past moment that is asked for is not known.
    case when history.delivered_at > moment.cutoff then 'in_transit' else shipment.parcel_state end as parcel_state,
    history.rto_at as told_rto_at, shipment.extracted_at as extracted_at
  from {{ ref('stg_gokwik__shipments') }} as shipment
  cross join {{ ref('int_gokwik__as_of') }} as moment
  left join {{ ref('int_gokwik__parcel_history') }} as history on history.record_key = shipment.record_key
  left join {{ ref('int_gokwik__older_parcels') }} as older on older.record_key = shipment.record_key
  where older.record_key is null
    and shipment.parcel_state not in ('return', 'cancelled')
    and (shipment.creation_datetime is null or shipment.creation_datetime <= moment.cutoff)
),
named as (
  select parcels.*, by_moid.order_key as order_by_moid
  from parcels
  left join {{ ref('int_gokwik__moids') }} as by_moid
    on by_moid.merchant = parcels.merchant
    and by_moid.moid_ref = case when parcels.order_id not like '%#%' then {{ gokwik_order_ref('parcels.order_id') }} end
),
refs as (
  select record_key, merchant, order_id as said from named where order_by_moid is null
  union all
  select record_key, merchant, concat('awb:', awb) from named where order_by_moid is null and awb is not null
),
found as (
  {{ gokwik_order_of('refs', 'record_key', ref('int_gokwik__order_ids')) }}
)
select
  named.record_key as record_key, coalesce(named.order_by_moid, found.order_key) as order_key,
  named.parcel_state, named.courier_name, named.amount, named.booked_at,
  named.told_rto_at, past.rto_at as seen_rto_at, named.extracted_at as extracted_at
from named
left join found on found.record_key = named.record_key
left join {{ ref('int_gokwik__parcel_past') }} as past on past.record_key = named.record_key
