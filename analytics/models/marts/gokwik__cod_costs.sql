-- What orders that come back cost, by how they were to be paid, over order weeks that are old enough:
-- the way out and the way back of each, less the fees for COD that were earned on what was delivered.
-- What a way costs is for you to say: `gokwik_forward_shipping_rupees`, `gokwik_return_shipping_rupees`.
with judged as (
  select
    placed.payment_class,
    count(*) as shipped_orders,
    sum(placed.rto_orders) as rto_orders,
    sum(placed.delivered_orders) as delivered_orders,
    sum(placed.delivered_rupees) as delivered_rupees,
    sum(coalesce(placed.cod_charges_rupees, 0) * placed.delivered_orders) as cod_fees_rupees
  from {{ ref('gokwik__orders') }} as placed
  cross join {{ ref('int_gokwik__as_of') }} as moment
  where placed.is_shipped
    and {{ gokwik_days('moment.as_of_date', 'placed.india_date') }} >= {{ var('rto_maturity_days') }}
  group by placed.payment_class
),
answer as (
  select
    payment_class, shipped_orders, rto_orders, delivered_orders, delivered_rupees,
    {{ gokwik_rate('rto_orders', 'shipped_orders') }} as rto_rate,
    {{ gokwik_money('rto_orders * forward_rupees') }} as forward_shipping_rupees,
    {{ gokwik_money('rto_orders * return_rupees') }} as return_shipping_rupees,
    {{ gokwik_money('cod_fees_rupees') }} as cod_fees_rupees,
    {{ gokwik_money('rto_orders * (forward_rupees + return_rupees) - cod_fees_rupees') }} as cost_rupees
  from judged
  cross join (
    select {{ var('gokwik_forward_shipping_rupees') }} as forward_rupees, {{ var('gokwik_return_shipping_rupees') }} as return_rupees
  ) as way
)
{{ gokwik_agreed('answer') }}
