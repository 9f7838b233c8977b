-- Return and exchange requests by order.
{{ config(materialized='view') }}

select
  request.merchant as merchant, request.platform_order_id as platform_order_id, count(*) as return_requests, min(request.received_at) as received_at,
  max(request.extracted_at) as extracted_at
from {{ ref('stg_gokwik__returns') }} as request
cross join {{ ref('int_gokwik__as_of') }} as moment
where request.platform_order_id is not null
  and (request.created_at is null or request.created_at <= moment.cutoff)
group by request.merchant, request.platform_order_id
