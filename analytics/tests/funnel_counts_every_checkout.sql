-- Every checkout ends at exactly one step, or completes.
select counted.checkouts, fact.checkouts as known
from (
  select sum(case when step_number = 9 then reached else 0 end) + sum(left_here) as checkouts
  from {{ ref('gokwik__checkout_funnel_daily') }}
) as counted
cross join (select count(*) as checkouts from {{ ref('gokwik__checkouts') }}) as fact
where coalesce(counted.checkouts, 0) <> fact.checkouts
