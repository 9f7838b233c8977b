-- Prediction against outcome, one row a flag, over orders that are old enough and have an outcome.
with judged as (
  select
    placed.predicted_risk,
    count(*) as orders,
    sum(case when placed.outcome = 'rto' then 1 else 0 end) as rto_orders,
    avg(placed.predicted_score) as average_score
  from {{ ref('gokwik__orders') }} as placed
  cross join {{ ref('int_gokwik__as_of') }} as moment
  where placed.outcome in ('rto', 'delivered')
    and {{ gokwik_days('moment.as_of_date', 'placed.india_date') }} >= {{ var('rto_maturity_days') }}
  group by placed.predicted_risk
)
select
  predicted_risk, orders, rto_orders,
  -- Of the orders with this flag, the share that came back.
  {{ gokwik_rate('rto_orders', 'orders') }} as precision_rate,
  -- Of all orders that came back, the share that had this flag.
  {{ gokwik_rate('rto_orders', 'sum(rto_orders) over ()') }} as recall_rate,
  {{ gokwik_rate('orders', 'sum(orders) over ()') }} as share_of_orders,
  average_score
from judged
