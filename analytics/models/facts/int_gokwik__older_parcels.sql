-- Rows of parcels that are there under two spellings of their airway bill (`1234 5678`, `12345678`), all but the
-- one of each that was read last, or says most. Only bills with a spelling of their own are looked at.
with spelled as (
  select merchant as own_merchant, {{ gokwik_bare('awb') }} as own_ref
  from {{ ref('stg_gokwik__shipments') }}
  where {{ gokwik_bare('awb') }} <> awb
  group by merchant, {{ gokwik_bare('awb') }}
),
ranked as (
  select
    shipment.record_key,
    row_number() over (
      partition by shipment.merchant, spelled.own_ref
      order by
        shipment.extracted_at desc nulls last,
        case when shipment.parcel_state in ('booked', 'not given') then 2 when shipment.parcel_state = 'in_transit' then 1 else 0 end,
        shipment.record_key
    ) as place
  from {{ ref('stg_gokwik__shipments') }} as shipment
  join spelled on spelled.own_merchant = shipment.merchant and spelled.own_ref = {{ gokwik_bare('shipment.awb') }}
)
select record_key
from ranked
where place > 1
