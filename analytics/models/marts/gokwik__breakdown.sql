-- One row a merchant, dimension and value: how many placed orders, what they brought, how many came back.
-- Rupees of one dimension add up to all rupees; orders do not where one order has several values
-- (products, couriers). What nobody knows is a value of its own, `not given`.
with orders as (
  select
    placed.order_key, placed.merchant, placed.coupon, placed.campaign, placed.payment_method, placed.shopper,
    {{ gokwik_given('placed.city') }} as city,
    {{ gokwik_given('placed.state') }} as state,
    -- Of India's post: 9 is the army's, of no city.
    case when length(placed.pincode) <> 6 or placed.pincode not between '100000' and '899999' then 'not given' else coalesce(district.tier, 'tier 3') end as pincode_tier,
    placed.placed_rupees, placed.net_rupees, placed.delivered_rupees, placed.rto_orders, placed.is_partly_rto,
    case when placed.is_shipped then 1 else 0 end as shipped,
    case when {{ gokwik_days('moment.as_of_date', 'placed.india_date') }} >= {{ var('rto_maturity_days') }} then 1 else 0 end as old_enough
  from {{ ref('gokwik__orders') }} as placed
  cross join {{ ref('int_gokwik__as_of') }} as moment
  left join {{ ref('stg_gokwik__city_tiers') }} as district on district.district = substr(placed.pincode, 1, 3)
  where placed.is_placed
),
-- Orders that are alike in all of these are counted once, before they are put beside each dimension.
alike as (
  select
    merchant, coupon, campaign, city, state, pincode_tier, payment_method, shopper,
    count(*) as orders, sum(placed_rupees) as placed_rupees, sum(net_rupees) as net_rupees,
    sum(delivered_rupees) as delivered_rupees, sum(shipped) as shipped, sum(rto_orders) as rto_orders,
    sum(shipped * old_enough) as old_shipped, sum(rto_orders * old_enough) as old_rto
  from orders
  group by merchant, coupon, campaign, city, state, pincode_tier, payment_method, shopper
),
dimensions as (
  select 'coupon' as dimension
  union all select 'campaign'
  union all select 'city'
  union all select 'state'
  union all select 'pincode_tier'
  union all select 'payment_method'
  union all select 'customer_type'
),
parts as (
  select 'product' as dimension, product as value, order_key, sum(units) as units,
    sum(placed_rupees) as placed_rupees, sum(net_rupees) as net_rupees, sum(delivered_rupees) as delivered_rupees
  from {{ ref('int_gokwik__order_lines') }}
  group by product, order_key
  union all
  select 'sku', sku, order_key, sum(units), sum(placed_rupees), sum(net_rupees), sum(delivered_rupees)
  from {{ ref('int_gokwik__order_lines') }}
  group by sku, order_key
),
valued as (
  select
    dimension.dimension,
    case dimension.dimension
      when 'coupon' then coupon when 'campaign' then campaign when 'city' then city when 'state' then state
      when 'pincode_tier' then pincode_tier when 'payment_method' then payment_method else shopper
    end as value,
    merchant, orders, cast(null as bigint) as units, placed_rupees, net_rupees, delivered_rupees, shipped, rto_orders,
    old_shipped, old_rto
  from alike
  cross join dimensions as dimension
  union all
  select
    parts.dimension, parts.value, orders.merchant, 1, parts.units, parts.placed_rupees, parts.net_rupees,
    parts.delivered_rupees, orders.shipped, orders.rto_orders, orders.shipped * orders.old_enough,
    orders.rto_orders * orders.old_enough
  from parts
  join orders on orders.order_key = parts.order_key
  union all
  select
    'courier', coalesce(courier.courier_name, 'not given'), orders.merchant, 1, null,
    {{ gokwik_part('orders.placed_rupees', 'coalesce(courier.share_from, 0)', 'coalesce(courier.share_to, 1)') }},
    {{ gokwik_part('orders.net_rupees', 'coalesce(courier.share_from, 0)', 'coalesce(courier.share_to, 1)') }},
    {{ gokwik_part('orders.delivered_rupees', 'coalesce(courier.share_from, 0)', 'coalesce(courier.share_to, 1)') }},
    orders.shipped,
    case when orders.is_partly_rto and courier.couriers > 1 then courier.back_share else orders.rto_orders end,
    orders.shipped * orders.old_enough,
    case when orders.is_partly_rto and courier.couriers > 1 then courier.back_share else orders.rto_orders end * orders.old_enough
  from orders
  left join {{ ref('int_gokwik__order_couriers') }} as courier on courier.order_key = orders.order_key
),
written as (
  select
    merchant, dimension, value,
    sum(orders) as orders,
    sum(units) as units,
    sum(placed_rupees) as placed_rupees,
    sum(net_rupees) as net_rupees,
    sum(delivered_rupees) as delivered_rupees,
    sum(shipped) as shipped_orders,
    sum(rto_orders) as rto_orders,
    sum(old_shipped) as mature_shipped_orders,
    sum(old_rto) as mature_rto_orders
  from valued
  group by merchant, dimension, value
),
-- One place or code is written in several ways. Of those that differ in capitals the one that has both
-- kinds of letters is shown, else the most frequent. Products are what the shop calls them.
spelled as (
  select
    written.*,
    case when dimension in ('product', 'sku') then value else first_value(value) over (
      partition by merchant, dimension, lower(trim(value))
      order by case when value in (lower(value), upper(value)) then 1 else 0 end, orders desc, value
    ) end as spelling
  from written
),
counted as (
  select
    merchant, dimension, trim(spelling) as value, sum(orders) as orders, sum(units) as units,
    sum(placed_rupees) as placed_rupees, sum(net_rupees) as net_rupees, sum(delivered_rupees) as delivered_rupees,
    sum(shipped_orders) as shipped_orders, sum(rto_orders) as rto_orders,
    sum(mature_shipped_orders) as mature_shipped_orders, sum(mature_rto_orders) as mature_rto_orders
  from spelled
  group by merchant, dimension, trim(spelling)
),
-- How often paying was tried and came off, by what the payments say. Cash is not tried, and a payment of
-- which nothing is said has not failed.
attempts as (
  select
    payment.merchant, 'payment_method' as dimension, payment.method as value,
    count(*) as attempts,
    count(case when payment.paid_state in ('paid', 'refunded') then 1 end) as successes
  from {{ ref('stg_gokwik__payments') }} as payment
  cross join {{ ref('int_gokwik__as_of') }} as moment
  where not payment.is_cash
    and trim(payment.status) <> ''
    and (payment.created_at is null or payment.created_at <= moment.cutoff)
  group by payment.merchant, payment.method
),
everything as (
  select
    coalesce(counted.merchant, attempts.merchant) as merchant,
    coalesce(counted.dimension, attempts.dimension) as dimension,
    coalesce(counted.value, attempts.value) as value,
    coalesce(counted.orders, 0) as orders,
    counted.units,
    coalesce(counted.placed_rupees, 0) as placed_rupees,
    coalesce(counted.net_rupees, 0) as net_rupees,
    coalesce(counted.delivered_rupees, 0) as delivered_rupees,
    coalesce(counted.shipped_orders, 0) as shipped_orders,
    coalesce(counted.rto_orders, 0) as rto_orders,
    coalesce(counted.mature_shipped_orders, 0) as mature_shipped_orders,
    coalesce(counted.mature_rto_orders, 0) as mature_rto_orders,
    attempts.attempts, attempts.successes
  from counted
  full outer join attempts
    on attempts.merchant = counted.merchant and attempts.dimension = counted.dimension and attempts.value = counted.value
),
answer as (
  select
    everything.*,
    {{ gokwik_rate('placed_rupees', 'orders') }} as aov_rupees,
    {{ gokwik_rate('mature_rto_orders', 'mature_shipped_orders') }} as rto_rate,
    {{ gokwik_wilson_low('mature_rto_orders', 'mature_shipped_orders') }} as rto_rate_at_least,
    {{ gokwik_wilson_high('mature_rto_orders', 'mature_shipped_orders') }} as rto_rate_at_most,
    mature_shipped_orders >= {{ var('gokwik_least_cases') }} as has_enough_cases,
    {{ gokwik_rate('successes', 'attempts') }} as success_rate
  from everything
)
{{ gokwik_agreed('answer') }}
