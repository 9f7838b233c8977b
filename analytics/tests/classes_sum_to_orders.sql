select mix.orders, fact.orders as known
from (select sum(orders) as orders, sum(placed_rupees) as rupees from {{ ref('gokwik__payment_mix_daily') }}) as mix
cross join (select count(*) as orders, sum(placed_rupees) as rupees from {{ ref('gokwik__orders') }}) as fact
where coalesce(mix.orders, 0) <> fact.orders or abs(coalesce(mix.rupees, 0) - coalesce(fact.rupees, 0)) > 0.001
