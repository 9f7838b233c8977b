-- One row a pincode. Rates are over orders that are old enough; small pincodes are drawn towards the
-- average of all, so that one returned parcel of two does not head the list.
with orders as (
  select
    placed.*,
    {{ gokwik_days('moment.as_of_date', 'placed.india_date') }} >= {{ var('rto_maturity_days') }} as is_old_enough
  from {{ ref('gokwik__orders') }} as placed
  cross join {{ ref('int_gokwik__as_of') }} as moment
  where placed.is_placed
),
grouped as (
  select
    pincode, max(city) as city, max(state) as state,
    count(*) as orders,
    sum(case when payment_class = 'cod' then 1 else 0 end) as cod_orders,
    sum(coalesce(total_rupees, 0)) as rupees,
    sum(case when is_shipped then 1 else 0 end) as shipped_orders,
    sum(case when is_shipped and is_old_enough then 1 else 0 end) as mature_shipped_orders,
    sum(case when is_rto and is_old_enough then 1 else 0 end) as mature_rto_orders,
    sum(case when is_shipped and is_old_enough and payment_class = 'cod' then 1 else 0 end) as mature_cod_shipped_orders,
    sum(case when is_rto and is_old_enough and payment_class = 'cod' then 1 else 0 end) as mature_cod_rto_orders,
    sum(case when is_rto then coalesce(total_rupees, 0) else 0 end) as rto_rupees,
    avg(predicted_score) as average_score
  from orders
  group by pincode
),
overall as (
  select {{ gokwik_rate('sum(mature_rto_orders)', 'sum(mature_shipped_orders)') }} as rto_rate
  from grouped
)
select
  grouped.*,
  {{ gokwik_rate('cod_orders', 'orders') }} as cod_share,
  {{ gokwik_rate('mature_rto_orders', 'mature_shipped_orders') }} as rto_rate,
  {{ gokwik_rate('mature_cod_rto_orders', 'mature_cod_shipped_orders') }} as cod_rto_rate,
  (mature_rto_orders + {{ var('pincode_prior_orders') }} * overall.rto_rate)
    / (mature_shipped_orders + {{ var('pincode_prior_orders') }}) as weighed_rto_rate
from grouped
cross join overall
