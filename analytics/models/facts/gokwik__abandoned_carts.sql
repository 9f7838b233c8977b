-- One row a cart that was left: where, why, worth what, and whether it was bought after all.
with bought as (
  -- The first order of the same checkout that did not fail.
  select request_id, min(created_at) as bought_at, sum(total_rupees) as bought_rupees
  from {{ ref('gokwik__orders') }}
  where is_placed and request_id is not null
  group by request_id
),
carts as (
  select
    cart.record_key as cart_key,
    cart.request_id, cart.created_at, cart.updated_at, cart.india_date,
    {{ gokwik_given('cart.drop_stage') }} as stage,
    {{ gokwik_given(gokwik_json_item('cart.drop_off_reasons', 0)) }} as reason,
    {{ gokwik_given('checkout.device') }} as device,
    {{ gokwik_given('cart.mkt_source') }} as source,
    {{ gokwik_given('cart.rto_risk_flag') }} as risk_flag,
    {{ gokwik_given('cart.pincode') }} as pincode,
    cart.total_price as value_rupees,
    coalesce(
      cart.recovered_at,
      case when bought.bought_at >= cart.created_at then bought.bought_at end
    ) as recovered_at,
    bought.bought_rupees,
    cart.is_abandoned = false or checkout.status = 'recovered' as said_recovered
  from {{ ref('stg_gokwik__abandoned_checkouts') }} as cart
  left join {{ ref('gokwik__checkouts') }} as checkout on checkout.checkout_key = cart.request_id
  left join bought on bought.request_id = cart.request_id
)
select
  cart_key, request_id, created_at, updated_at, india_date, stage, reason, device, source,
  risk_flag, pincode, value_rupees, recovered_at,
  recovered_at is not null or coalesce(said_recovered, false) as is_recovered,
  case
    when recovered_at is not null or coalesce(said_recovered, false) then coalesce(bought_rupees, value_rupees)
  end as recovered_rupees,
  {{ gokwik_seconds('recovered_at', 'created_at') }} / 3600 as hours_to_recovery
from carts
