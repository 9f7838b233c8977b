select mix.orders, fact.orders as known
from (select sum(orders) as orders, sum(rupees) as rupees from {{ ref('gokwik__payment_mix_daily') }}) as mix
cross join (
  select count(*) as orders, sum(case when is_placed then coalesce(total_rupees, 0) else 0 end) as rupees
  from {{ ref('gokwik__orders') }}
) as fact
where coalesce(mix.orders, 0) <> fact.orders or coalesce(mix.rupees, 0) <> coalesce(fact.rupees, 0)
