-- One row a merchant and day: what was placed, what of it is left, and who bought.
with lines as (
  select
    order_key, sum(units) as units,
    case when count(*) = count(list_rupees) then sum(list_rupees) end as list_rupees
  from {{ ref('int_gokwik__order_lines') }}
  group by order_key
),
orders as (
  select
    placed.*, coalesce(lines.units, 0) as units,
    -- At list prices: as the order says, else by its items.
    coalesce(nullif(placed.mrp_total, 0), lines.list_rupees) as mrp_rupees
  from {{ ref('gokwik__orders') }} as placed
  left join lines on lines.order_key = placed.order_key
  where placed.is_placed
),
daily as (
  select
    merchant, india_date,
    count(*) as orders,
    sum(units) as units,
    coalesce(sum(mrp_rupees), 0) as mrp_rupees,
    sum(coalesce(discount_rupees, 0)) as discount_rupees,
    -- Of orders whose list prices nobody knows, no part is a discount.
    {{ gokwik_rate('sum(case when mrp_rupees is not null then coalesce(discount_rupees, 0) end)', 'sum(mrp_rupees)') }} as discount_rate,
    count(case when coupon <> 'not given' then 1 end) as coupon_orders,
    sum(placed_rupees) as placed_rupees,
    sum(net_rupees) as net_rupees,
    sum(delivered_rupees) as delivered_rupees,
    count(case when payment_class = 'cod' then 1 end) as cod_orders,
    count(case when shopper = 'new' then 1 end) as new_orders,
    count(case when shopper = 'returning' then 1 end) as returning_orders
  from orders
  group by merchant, india_date
),
answer as (
  select
    daily.*,
    {{ gokwik_rate('placed_rupees', 'orders') }} as aov_rupees,
    {{ gokwik_rate('cod_orders', 'orders') }} as cod_share,
    {{ gokwik_rate('coupon_orders', 'orders') }} as coupon_share
  from daily
)
{{ gokwik_agreed('answer') }}
