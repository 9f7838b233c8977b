-- One row an order week and payment class, to date: each order counts once, so that sums are sums. The
-- rate is a result only once the whole week is old enough; the two bounds hold at any time.
with weeks as (
  select
    order_week, payment_class,
    -- The age of the week's youngest order: a week is as old as its Sunday.
    {{ gokwik_days('max(moment_date)', 'order_week') }} - 6 as cohort_age_days,
    sum(orders) as orders,
    sum(shipped_orders) as shipped_orders,
    sum(unshipped_orders) as unshipped_orders,
    sum(rto_orders) as rto_orders,
    sum(case when is_dated then 0 else rto_orders end) as undated_rto_orders,
    sum(partly_rto_orders) as partly_rto_orders,
    sum(delivered_orders) as delivered_orders,
    sum(open_orders) as open_orders,
    sum(rto_rupees) as rto_rupees
  from {{ ref('int_gokwik__cohort_orders') }}
  group by order_week, payment_class
),
answer as (
  select
    order_week, payment_class, cohort_age_days, orders, shipped_orders, unshipped_orders, rto_orders,
    undated_rto_orders, partly_rto_orders, delivered_orders, open_orders,
    {{ gokwik_money('rto_rupees') }} as rto_rupees,
    cohort_age_days >= {{ var('rto_maturity_days') }} as is_mature,
    case when cohort_age_days >= {{ var('rto_maturity_days') }} then {{ gokwik_rate('rto_orders', 'shipped_orders') }} end as rto_rate,
    {{ gokwik_rate('rto_orders', 'shipped_orders + unshipped_orders') }} as rto_rate_at_least,
    {{ gokwik_rate('rto_orders + open_orders', 'shipped_orders + unshipped_orders') }} as rto_rate_at_most
  from weeks
)
{{ gokwik_agreed('answer') }}
