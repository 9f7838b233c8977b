-- One row a line of a placed order, with its share of the order's rupees: by what the lines cost, else
-- each the same. Exports have no items, only their names; an order without either is one line.
-- Shares run on from line to line, so that rupees rounded at both ends add up to the order's.
{{ config(materialized='table') }}

with orders as (
  select
    placed.order_key, placed.placed_rupees, placed.net_rupees, placed.delivered_rupees,
    coalesce(placed.gokwik_oid, placed.request_id, placed.moid, placed.platform_order_id, placed.order_key) as order_id
  from {{ ref('gokwik__orders') }} as placed
  where placed.is_placed
),
items as (
  select
    orders.order_key,
    coalesce(item.position, 0) as position, item.record_key as line_key,
    {{ gokwik_given('item.name') }} as product,
    {{ gokwik_given('item.sku') }} as sku,
    coalesce(item.quantity, 1) as units,
    item.price * coalesce(item.quantity, 1) as list_rupees,
    greatest(coalesce(item.total, item.subtotal, item.price * coalesce(item.quantity, 1), 0), 0) as weight
  from orders
  join (
    select
      record_key, position, name, sku, quantity, price, subtotal, total,
      coalesce(gokwik_oid, request_id, moid, platform_order_id, record_key) as order_id
    from {{ ref('stg_gokwik__order_items') }}
  ) as item on item.order_id = orders.order_id
),
without_items as (
  select
    orders.order_key as order_key, orders.placed_rupees as placed_rupees, orders.net_rupees as net_rupees,
    orders.delivered_rupees as delivered_rupees, told.product_name as product_name
  from orders
  left join (select distinct order_key from items) as known on known.order_key = orders.order_key
  left join (
    select record_key, product_name from {{ ref('stg_gokwik__orders') }} where product_name is not null
  ) as told on told.record_key = orders.order_key
  where known.order_key is null
),
every_line as (
  select * from items
  union all
  select
    named.order_key, 0, {{ gokwik_given('part') }}, {{ gokwik_given('part') }}, 'not given', 1,
    {{ gokwik_money('null') }}, {{ gokwik_money('0') }}
  from (select order_key, product_name from without_items where product_name is not null) as named
  {{ gokwik_each_part('named.product_name') }}
),
placed_lines as (
  select
    every_line.*,
    row_number() over (partition by order_key order by position, line_key) as line_number,
    count(*) over (partition by order_key) as lines,
    sum(weight) over (partition by order_key) as whole,
    sum(weight) over (partition by order_key order by position, line_key rows unbounded preceding) as running
  from every_line
),
shares as (
  select
    placed_lines.*,
    case when whole > 0 then {{ gokwik_rate('running - weight', 'whole') }} else {{ gokwik_rate('line_number - 1', 'lines') }} end as share_from,
    case when whole > 0 then {{ gokwik_rate('running', 'whole') }} else {{ gokwik_rate('line_number', 'lines') }} end as share_to
  from placed_lines
)
select
  shares.order_key, shares.line_number, shares.product, shares.sku, shares.units, shares.list_rupees,
  {{ gokwik_part('orders.placed_rupees', 'share_from', 'share_to') }} as placed_rupees,
  {{ gokwik_part('orders.net_rupees', 'share_from', 'share_to') }} as net_rupees,
  {{ gokwik_part('orders.delivered_rupees', 'share_from', 'share_to') }} as delivered_rupees
from shares
join orders on orders.order_key = shares.order_key
union all
select
  order_key, 1, 'not given', 'not given', cast(null as bigint), {{ gokwik_money('null') }},
  placed_rupees, net_rupees, delivered_rupees
from without_items
where product_name is null
