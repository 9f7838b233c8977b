-- One row a parcel on its way out, with its order, found by whatever the courier calls it or by the
-- airway bill. Returns by the customer and bookings that were cancelled are none.
{{ config(materialized='table') }}

with parcels as (
  select
    shipment.record_key as record_key, shipment.merchant as merchant, shipment.courier_name as courier_name,
    {{ gokwik_order_ref('shipment.awb') }} as awb_ref, {{ gokwik_order_ref('shipment.order_id') }} as order_ref,
    nullif(shipment.total_amount, 0) as amount, shipment.creation_datetime as booked_at,
    -- What was not known at a past moment that is asked for is not known.
    case when history.delivered_at > moment.cutoff then 'in_transit' else shipment.parcel_state end as parcel_state,
    history.rto_at as told_rto_at, shipment.extracted_at as extracted_at
  from {{ ref('stg_gokwik__shipments') }} as shipment
  cross join {{ ref('int_gokwik__as_of') }} as moment
  left join {{ ref('int_gokwik__parcel_history') }} as history on history.record_key = shipment.record_key
  where shipment.parcel_state not in ('return', 'cancelled')
    and (shipment.creation_datetime is null or shipment.creation_datetime <= moment.cutoff)
),
named as (
  select parcels.*, by_moid.order_key as order_by_moid
  from parcels
  left join {{ ref('int_gokwik__moids') }} as by_moid on by_moid.merchant = parcels.merchant and by_moid.moid_ref = parcels.order_ref
),
lost as (
  select record_key, merchant, awb_ref, order_ref from named where order_by_moid is null
),
found as (
  select record_key, order_key
  from (
    select
      record_key, order_key,
      row_number() over (partition by record_key order by is_other, place, order_key) as choice
    from (
      select lost.record_key, case when ids.merchant = lost.merchant then 0 else 1 end as is_other, ids.place, ids.order_key
      from lost
      join {{ ref('int_gokwik__order_ids') }} as ids on ids.order_ref = lost.order_ref
      union all
      select lost.record_key, case when placed.merchant = lost.merchant then 0 else 1 end, 9, placed.order_key
      from lost
      join {{ ref('int_gokwik__order_keys') }} as placed on placed.awb_ref = lost.awb_ref
    ) as matches
  ) as ranked
  where choice = 1
)
select
  named.record_key as record_key, coalesce(named.order_by_moid, found.order_key) as order_key,
  named.parcel_state, named.courier_name, named.amount, named.booked_at,
  named.told_rto_at, past.rto_at as seen_rto_at, named.extracted_at as extracted_at
from named
left join found on found.record_key = named.record_key
left join {{ ref('int_gokwik__parcel_past') }} as past on past.record_key = named.record_key
