-- One row a line of a placed order, with its share of the order's rupees: by what the lines cost, else
-- each the same. Exports have no items, only their names; an order without either is one line.
-- Shares run on from line to line, so that rupees rounded at both ends add up to the order's.
{{ config(materialized='table') }}

with placed as (
  select
    order_key, placed_rupees, net_rupees, delivered_rupees, product_name,
    coalesce(gokwik_oid, request_id, merchant || ':' || moid, merchant || ':' || platform_order_id, order_key) as order_id
  from {{ ref('gokwik__orders') }}
  where is_placed
),
items as (
  select
    record_key as line_key, coalesce(position, 0) as position,
    {{ gokwik_given('name') }} as product,
    {{ gokwik_given('sku') }} as sku,
    coalesce(quantity, 1) as units,
    {{ gokwik_money('price * coalesce(quantity, 1)') }} as list_rupees,
    {{ gokwik_money('greatest(coalesce(total, subtotal, price * coalesce(quantity, 1), 0), 0)') }} as weight,
    coalesce(gokwik_oid, request_id, merchant || ':' || moid, merchant || ':' || platform_order_id, record_key) as item_order_id
  from {{ ref('stg_gokwik__order_items') }}
),
lines as (
  select placed.*, items.*
  from placed
  left join items on items.item_order_id = placed.order_id
),
every_line as (
  select
    order_key, placed_rupees, net_rupees, delivered_rupees, position, line_key,
    coalesce(product, 'not given') as product, coalesce(sku, 'not given') as sku, units, list_rupees, coalesce(weight, 0) as weight
  from lines
  where line_key is not null or product_name is null
  union all
  select
    order_key, placed_rupees, net_rupees, delivered_rupees, 0, {{ gokwik_given('part') }},
    {{ gokwik_given('part') }}, 'not given', 1, null, 0
  from (
    select order_key, placed_rupees, net_rupees, delivered_rupees, product_name
    from lines
    where line_key is null and product_name is not null
  ) as named
  {{ gokwik_each_part('named.product_name') }}
),
numbered as (
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
    numbered.*,
    case when whole > 0 then {{ gokwik_rate('running - weight', 'whole') }} else {{ gokwik_rate('line_number - 1', 'lines') }} end as share_from,
    case when whole > 0 then {{ gokwik_rate('running', 'whole') }} else {{ gokwik_rate('line_number', 'lines') }} end as share_to
  from numbered
)
select
  order_key, line_number, product, sku, units, list_rupees,
  {{ gokwik_part('placed_rupees', 'share_from', 'share_to') }} as placed_rupees,
  {{ gokwik_part('net_rupees', 'share_from', 'share_to') }} as net_rupees,
  {{ gokwik_part('delivered_rupees', 'share_from', 'share_to') }} as delivered_rupees
from shares
