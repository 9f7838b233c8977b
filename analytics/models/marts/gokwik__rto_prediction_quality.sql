-- Prediction against outcome within COD, over orders that are old enough and have an outcome. Orders on
-- which something was done for their risk stand apart: what was prevented does not show that it was wrong.
with judged as (
  select
    placed.predicted_risk,
    placed.risk_action not in ('none', 'not given') as is_treated,
    count(*) as orders,
    sum(placed.rto_orders) as rto_orders,
    avg(placed.predicted_score) as average_score
  from {{ ref('gokwik__orders') }} as placed
  cross join {{ ref('int_gokwik__as_of') }} as moment
  where placed.payment_class = 'cod'
    and placed.is_placed
    and placed.outcome in ('rto', 'partly_rto', 'delivered')
    and {{ gokwik_days('moment.as_of_date', 'placed.india_date') }} >= {{ var('rto_maturity_days') }}
  group by placed.predicted_risk, placed.risk_action not in ('none', 'not given')
),
answer as (
  select
    predicted_risk, is_treated, orders, rto_orders,
    -- Of the orders with this flag, the share that came back.
    {{ gokwik_rate('rto_orders', 'orders') }} as precision_rate,
    {{ gokwik_wilson_low('rto_orders', 'orders') }} as precision_low,
    {{ gokwik_wilson_high('rto_orders', 'orders') }} as precision_high,
    -- Of all such orders that came back, the share that had this flag.
    {{ gokwik_rate('rto_orders', 'sum(rto_orders) over (partition by is_treated)') }} as recall_rate,
    {{ gokwik_rate('orders', 'sum(orders) over (partition by is_treated)') }} as share_of_orders,
    average_score,
    orders >= {{ var('gokwik_least_cases') }} as has_enough_cases
  from judged
)
{{ gokwik_agreed('answer') }}
