-- One row a cart that was left: where, why, worth what, and whether it was bought after all. Only an
-- order that was placed after it recovers a cart: one that was placed before was not left.
with checkouts as (
  select request_id, device from {{ ref('gokwik__checkouts') }}
),
carts as (
  select
    cart.record_key as cart_key, cart.merchant, cart.source_relation,
    cart.request_id as request_id, cart.recovered_moid, cart.created_at, cart.updated_at, cart.india_date,
    cart.drop_stage as stage,
    {{ gokwik_given(gokwik_json_item('cart.drop_off_reasons', 0)) }} as reason,
    coalesce(checkout.device, 'not given') as device,
    cart.mkt_source as source,
    cart.rto_risk_flag as risk_flag,
    cart.pincode,
    cart.total_price as value_rupees,
    case when cart.recovered_at >= cart.created_at then cart.recovered_at end as said_recovered_at,
    cart.recovered_at is not null or coalesce(cart.is_abandoned = false, false) as is_said_recovered
  from {{ ref('stg_gokwik__abandoned_checkouts') }} as cart
  cross join {{ ref('int_gokwik__as_of') }} as moment
  left join checkouts as checkout on checkout.request_id = cart.request_id
  where cart.created_at is null or cart.created_at <= moment.cutoff
),
refs as (
  select cart_key, merchant, recovered_moid as said from carts where recovered_moid is not null
),
named as (
  {{ gokwik_order_of('refs', 'cart_key', ref('int_gokwik__order_ids')) }}
),
-- The order that the cart names, else that of its own checkout.
matches as (
  select cart_key, order_key, 1 as place from named
  union all
  select carts.cart_key, placed.order_key as order_key, 2
  from carts
  join {{ ref('gokwik__orders') }} as placed on placed.request_id = carts.request_id
  union all
  select carts.cart_key, found.order_key, 2
  from carts
  join {{ ref('int_gokwik__found_checkouts') }} as found on found.request_id = carts.request_id
),
bought as (
  select cart_key, order_key, bought_at, placed_rupees, net_rupees, is_cancelled, cart_created_at
  from (
    select
      matches.cart_key as cart_key, placed.order_key as order_key, placed.placed_rupees, placed.net_rupees, placed.is_cancelled,
      carts.created_at as cart_created_at,
      case when placed.created_at >= carts.created_at then placed.created_at else carts.said_recovered_at end as bought_at,
      row_number() over (
        partition by matches.cart_key order by matches.place, placed.created_at, placed.order_key
      ) as choice
    from matches
    join carts on carts.cart_key = matches.cart_key
    join {{ ref('gokwik__orders') }} as placed on placed.order_key = matches.order_key
    where placed.is_placed
      and (
        placed.created_at >= carts.created_at
        -- The cart's own word names the order, and a moment after it was left.
        or (matches.place = 1 and carts.said_recovered_at is not null)
      )
  ) as ranked
  where choice = 1
),
-- Of several carts that one order recovers, the first has it.
won as (
  select
    bought.*,
    first_value(cart_key) over (partition by order_key order by cart_created_at, cart_key) as first_cart_key
  from bought
)
select
  carts.cart_key, carts.merchant, carts.source_relation, carts.request_id, carts.created_at, carts.updated_at, carts.india_date,
  carts.stage, carts.reason, carts.device, carts.source, carts.risk_flag, carts.pincode,
  carts.value_rupees, carts.is_said_recovered,
  won.order_key as recovered_order_key,
  case when won.first_cart_key = carts.cart_key then won.bought_at end as recovered_at,
  coalesce(won.first_cart_key = carts.cart_key, false) as is_recovered,
  case when won.first_cart_key <> carts.cart_key then won.first_cart_key end as recovered_with,
  case when won.first_cart_key = carts.cart_key then won.placed_rupees end as recovered_rupees,
  case when won.first_cart_key = carts.cart_key then won.net_rupees end as recovered_net_rupees,
  case when won.first_cart_key = carts.cart_key then won.is_cancelled else false end as is_cancelled_after,
  case
    when won.first_cart_key = carts.cart_key then {{ gokwik_seconds('won.bought_at', 'carts.created_at') }} / 3600
  end as hours_to_recovery
from carts
left join won on won.cart_key = carts.cart_key
