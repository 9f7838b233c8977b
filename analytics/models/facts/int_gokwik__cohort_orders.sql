-- Placed orders by week, class and age of their RTO, counted before they are put beside anything.
{{ config(materialized='table') }}

select
  order_week, payment_class, rto_age_days, is_dated, moment_date,
  count(*) as orders,
  count(case when is_shipped then 1 end) as shipped_orders,
  count(case when not is_shipped and not is_cancelled then 1 end) as unshipped_orders,
  sum(rto_orders) as rto_orders,
  sum(delivered_orders) as delivered_orders,
  sum(open_orders) as open_orders,
  count(case when is_partly_rto then 1 end) as partly_rto_orders,
  sum(coalesce(total_rupees, 0) * rto_orders) as rto_rupees
from (
  select
    placed.*, moment.as_of_date as moment_date,
    placed.rto_at is not null as is_dated,
    {{ gokwik_days(gokwik_india_date('placed.rto_at'), 'placed.india_date') }} as rto_age_days
  from {{ ref('gokwik__orders') }} as placed
  cross join {{ ref('int_gokwik__as_of') }} as moment
  where placed.is_placed
) as one
group by order_week, payment_class, rto_age_days, is_dated, moment_date
