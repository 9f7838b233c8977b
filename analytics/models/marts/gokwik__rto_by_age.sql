-- One row an order week, payment class and age: RTOs whose date is known and is that many days or fewer
-- after the order. Rows of one week are the same orders at other ages: never sum over ages. An RTO of
-- unknown date is in none of them; `undated_rto_orders` counts those, and the upper bound holds them.
with ages as (
  select 5 as age_days union all select 10 union all select 15 union all select 20
  union all select 25 union all select 30 union all select 35 union all select 40
  union all select 45 union all select 50 union all select 55 union all select 60
),
aged as (
  select
    cohort.order_week, cohort.payment_class, ages.age_days,
    {{ gokwik_days('max(cohort.moment_date)', 'cohort.order_week') }} - 6 as cohort_age_days,
    sum(cohort.orders) as orders,
    sum(cohort.shipped_orders) as shipped_orders,
    sum(cohort.unshipped_orders) as unshipped_orders,
    sum(case when cohort.rto_age_days <= ages.age_days then cohort.rto_orders else 0 end) as rto_orders,
    sum(case when cohort.is_dated then 0 else cohort.rto_orders end) as undated_rto_orders,
    sum(cohort.open_orders) as open_orders
  from {{ ref('int_gokwik__cohort_orders') }} as cohort
  cross join ages
  group by cohort.order_week, cohort.payment_class, ages.age_days
),
answer as (
  select
    aged.*,
    cohort_age_days >= age_days as has_reached_age,
    cohort_age_days >= {{ var('rto_maturity_days') }} as is_mature,
    case
      when cohort_age_days >= {{ var('rto_maturity_days') }} and cohort_age_days >= age_days
      then {{ gokwik_rate('rto_orders', 'shipped_orders') }}
    end as rto_rate,
    {{ gokwik_rate('rto_orders', 'shipped_orders + unshipped_orders') }} as rto_rate_at_least,
    {{ gokwik_rate('rto_orders + undated_rto_orders + open_orders', 'shipped_orders + unshipped_orders') }} as rto_rate_at_most
  from aged
)
{{ gokwik_agreed('answer') }}
