-- One row an order week, payment class, predicted risk and age. `rto_rate` is a result only once the
-- whole week is old enough; before that there are two honest bounds and no rate.
with ages as (
  select 5 as age_days union all select 10 union all select 15 union all select 20
  union all select 25 union all select 30 union all select 35 union all select 40
  union all select 45 union all select 50 union all select 55 union all select 60
),
shipped as (
  -- Counted before they are put beside twelve ages.
  select
    order_week, payment_class, predicted_risk, outcome, rto_age_days,
    cast(count(*) as int) as orders
  from (
    select
      order_week, payment_class, predicted_risk, outcome,
      {{ gokwik_days(gokwik_india_date('rto_known_at'), 'india_date') }} as rto_age_days
    from {{ ref('gokwik__orders') }}
    where is_shipped
  ) as one
  group by order_week, payment_class, predicted_risk, outcome, rto_age_days
),
placed as (
  select order_week, payment_class, predicted_risk, count(*) as orders
  from {{ ref('gokwik__orders') }}
  where is_placed
  group by order_week, payment_class, predicted_risk
),
aged as (
  select
    shipped.order_week, shipped.payment_class, shipped.predicted_risk, ages.age_days,
    sum(orders) as shipped_orders,
    -- Of unknown moment: counted at every age, so that no cohort looks good for lack of a date.
    sum(case when outcome = 'rto' and coalesce(rto_age_days, 0) <= ages.age_days then orders else 0 end) as rto_orders,
    sum(case when outcome = 'rto' then orders else 0 end) as rto_orders_to_date,
    sum(case when outcome = 'rto' and rto_age_days is null then orders else 0 end) as undated_rto_orders,
    sum(case when outcome = 'delivered' then orders else 0 end) as delivered_orders,
    sum(case when outcome = 'in_transit' then orders else 0 end) as open_orders
  from shipped
  cross join ages
  group by shipped.order_week, shipped.payment_class, shipped.predicted_risk, ages.age_days
),
dated as (
  select
    placed.order_week, placed.payment_class, placed.predicted_risk, ages.age_days, placed.orders,
    coalesce(aged.shipped_orders, 0) as shipped_orders,
    coalesce(aged.rto_orders, 0) as rto_orders,
    coalesce(aged.rto_orders_to_date, 0) as rto_orders_to_date,
    coalesce(aged.undated_rto_orders, 0) as undated_rto_orders,
    coalesce(aged.delivered_orders, 0) as delivered_orders,
    coalesce(aged.open_orders, 0) as open_orders,
    -- The age of the week's youngest order: a week is as old as its Sunday.
    {{ gokwik_days('moment.as_of_date', 'placed.order_week') }} - 6 as cohort_age_days
  from placed
  cross join ages
  cross join {{ ref('int_gokwik__as_of') }} as moment
  left join aged
    on aged.order_week = placed.order_week
    and aged.payment_class = placed.payment_class
    and aged.predicted_risk = placed.predicted_risk
    and aged.age_days = ages.age_days
)
select
  dated.*,
  cohort_age_days >= age_days as has_reached_age,
  cohort_age_days >= {{ var('rto_maturity_days') }} as is_mature,
  case
    when cohort_age_days >= {{ var('rto_maturity_days') }} and cohort_age_days >= age_days
    then {{ gokwik_rate('rto_orders', 'shipped_orders') }}
  end as rto_rate,
  {{ gokwik_rate('rto_orders_to_date', 'shipped_orders') }} as rto_rate_if_no_more,
  {{ gokwik_rate('rto_orders_to_date + open_orders', 'shipped_orders') }} as rto_rate_if_all_open
from dated
