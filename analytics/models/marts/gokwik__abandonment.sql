-- One row a day, stage, main reason, device and source. No reason is a reason of its own: `not given`.
with answer as (
  select
    cart.india_date, cart.stage, cart.reason, cart.device, cart.source,
    count(*) as carts,
    sum(coalesce(cart.value_rupees, 0)) as value_rupees,
    count(case when cart.is_recovered then 1 end) as recovered_carts,
    sum(coalesce(cart.recovered_rupees, 0)) as recovered_rupees,
    count(case when cart.is_cancelled_after then 1 end) as cancelled_after_carts,
    sum(coalesce(cart.recovered_net_rupees, 0)) as recovered_net_rupees,
    {{ gokwik_rate('sum(coalesce(cart.recovered_rupees, 0))', 'count(case when cart.is_recovered then 1 end)') }} as recovered_aov_rupees,
    -- Where there is no order at all, nobody knows what was bought.
    case when max(known.orders) > 0 then {{ gokwik_rate('count(case when cart.is_recovered then 1 end)', 'count(*)') }} end as recovery_rate_to_date,
    {{ gokwik_median('cart.hours_to_recovery') }} as median_hours_to_recovery,
    count(cart.hours_to_recovery) as timed_recoveries,
    -- Younger carts can still be bought: their recovery rate will only rise.
    {{ gokwik_days('max(moment.as_of_date)', 'cart.india_date') }} >= {{ var('recovery_maturity_days') }} as is_mature
  from {{ ref('gokwik__abandoned_carts') }} as cart
  cross join {{ ref('int_gokwik__as_of') }} as moment
  cross join (select count(*) as orders from {{ ref('gokwik__orders') }}) as known
  group by cart.india_date, cart.stage, cart.reason, cart.device, cart.source
)
{{ gokwik_agreed('answer') }}
