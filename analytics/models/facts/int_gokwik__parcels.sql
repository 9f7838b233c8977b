-- What the couriers say of an order. A parcel that was booked after another of the order had turned
-- round takes its place (a reshipment). Where nobody tells when that was, it is one if a day lies between them
-- and the two together are worth more than the order; without amounts, if three days do. What is left are the
-- order's parcels: each is a share of it, by its amount where all have one, else by their number.
with parcels as (
  select * from {{ ref('int_gokwik__order_parcels') }} where order_key is not null
),
replaced as (
  select distinct earlier.record_key as record_key
  from parcels as earlier
  join parcels as later on later.order_key = earlier.order_key and later.booked_at > earlier.booked_at
  join {{ ref('int_gokwik__order_keys') }} as placed on placed.order_key = earlier.order_key
  where earlier.parcel_state in ('rto', 'rto_delivered')
    and (
      later.booked_at >= coalesce(earlier.told_rto_at, earlier.seen_rto_at)
      or (
        earlier.told_rto_at is null
        -- Parcels of one day are one shipment, also where each is said to be worth the whole order.
        and {{ gokwik_seconds('later.booked_at', 'earlier.booked_at') }} >= 86400 * case
          when earlier.amount + later.amount > placed.total + {{ var('settlement_tolerance_rupees') }} then 1
          when earlier.amount + later.amount <= placed.total + {{ var('settlement_tolerance_rupees') }} then null
          else 3
        end
      )
    )
),
counted as (
  select
    order_key,
    count(*) as parcels,
    count(case when parcel_state = 'rto_delivered' then 1 end) as back_parcels,
    count(case when parcel_state in ('rto', 'rto_delivered') then 1 end) as rto_parcels,
    count(case when parcel_state = 'delivered' then 1 end) as delivered_parcels,
    count(case when parcel_state = 'lost' then 1 end) as lost_parcels,
    count(case when parcel_state in ('in_transit', 'not given') then 1 end) as moving_parcels,
    count(case when parcel_state = 'booked' then 1 end) as booked_parcels,
    count(amount) as with_amount,
    sum(amount) as amount,
    sum(case when parcel_state in ('rto', 'rto_delivered') then amount end) as rto_amount,
    sum(case when parcel_state = 'delivered' then amount end) as delivered_amount,
    sum(case when parcel_state in ('in_transit', 'booked', 'not given') then amount end) as open_amount,
    min(case when parcel_state in ('rto', 'rto_delivered') then told_rto_at end) as told_rto_at,
    min(case when parcel_state in ('rto', 'rto_delivered') then seen_rto_at end) as seen_rto_at,
    max(extracted_at) as extracted_at
  from parcels
  left join replaced on replaced.record_key = parcels.record_key
  where replaced.record_key is null
  group by order_key
)
select
  order_key, parcels, back_parcels, rto_parcels, delivered_parcels, lost_parcels,
  moving_parcels, booked_parcels,
  case when with_amount = parcels then {{ gokwik_rate('coalesce(rto_amount, 0)', 'amount') }}
    else {{ gokwik_rate('rto_parcels', 'parcels') }} end as rto_share,
  case when with_amount = parcels then {{ gokwik_rate('coalesce(delivered_amount, 0)', 'amount') }}
    else {{ gokwik_rate('delivered_parcels', 'parcels') }} end as delivered_share,
  case when with_amount = parcels then {{ gokwik_rate('coalesce(open_amount, 0)', 'amount') }}
    else {{ gokwik_rate('moving_parcels + booked_parcels', 'parcels') }} end as open_share,
  told_rto_at, seen_rto_at, extracted_at
from counted
