-- Money given back by order, finished refunds only.
{{ config(materialized='view') }}

select
  platform_order_id,
  sum(case when is_done then amount end) as refunded_rupees,
  max(extracted_at) as extracted_at
from {{ ref('stg_gokwik__refunds') }}
where platform_order_id is not null
group by platform_order_id
