-- Return and exchange requests by order.
{{ config(materialized='view') }}

select
  platform_order_id, count(*) as return_requests, min(received_at) as received_at,
  max(extracted_at) as extracted_at
from {{ ref('stg_gokwik__returns') }}
where platform_order_id is not null
group by platform_order_id
