-- Whether the order of a checkout was placed, by the checkout's id.
{{ config(materialized='view') }}

select
  request_id,
  max(case when is_placed then 1 else 0 end) as is_placed,
  max(extracted_at) as extracted_at
from (
  select request_id, is_placed, extracted_at
  from {{ ref('gokwik__orders') }}
  where request_id is not null
  union all
  select found.request_id, placed.is_placed, placed.extracted_at
  from {{ ref('int_gokwik__found_checkouts') }} as found
  join {{ ref('gokwik__orders') }} as placed on placed.order_key = found.order_key
) as placed
group by request_id
