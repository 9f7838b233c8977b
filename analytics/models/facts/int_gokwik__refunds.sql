-- Money given back by order, finished refunds only.
{{ config(materialized='view') }}

select
  refund.platform_order_id as platform_order_id,
  {{ gokwik_money('sum(case when refund.is_done then refund.amount end)') }} as refunded_rupees,
  max(refund.extracted_at) as extracted_at
from {{ ref('stg_gokwik__refunds') }} as refund
cross join {{ ref('int_gokwik__as_of') }} as moment
where refund.platform_order_id is not null
  and (coalesce(refund.refund_updated_at, refund.created_at) is null
    or coalesce(refund.refund_updated_at, refund.created_at) <= moment.cutoff)
group by refund.platform_order_id
