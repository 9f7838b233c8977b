-- Whoever reached a step reached the ones before it.
select *
from {{ ref('gokwik__checkout_funnel_daily') }}
where reached > reached_before or reached > checkouts or left_here < 0
