-- What the couriers say of an order's way out, returns by the customer left aside. One row an order.
{{ config(materialized='view') }}

select
  order_id,
  count(*) as parcels,
  max(case when state like 'rto%' then 1 else 0 end) as came_back,
  max(case when state = 'delivered' then 1 else 0 end) as delivered,
  max(case when state in ('lost', 'damaged', 'destroyed') then 1 else 0 end) as lost,
  max(extracted_at) as extracted_at
from (
  select order_id, {{ gokwik_state('status') }} as state, extracted_at
  from {{ ref('stg_gokwik__shipments') }}
  where order_id is not null
) as parcels
where state not like 'return%'
group by order_id
