-- Whatever orders are cut by, their rupees are all there.
select parts.merchant, parts.dimension
from (
  select
    merchant, dimension, sum(placed_rupees) as placed_rupees, sum(net_rupees) as net_rupees,
    sum(delivered_rupees) as delivered_rupees
  from {{ ref('gokwik__breakdown') }}
  group by merchant, dimension
) as parts
left join (
  select
    merchant, sum(placed_rupees) as placed_rupees, sum(net_rupees) as net_rupees,
    sum(delivered_rupees) as delivered_rupees
  from {{ ref('gokwik__daily_sales') }}
  group by merchant
) as whole on whole.merchant = parts.merchant
where abs(parts.placed_rupees - coalesce(whole.placed_rupees, 0)) > 0.001
  or abs(parts.net_rupees - coalesce(whole.net_rupees, 0)) > 0.001
  or abs(parts.delivered_rupees - coalesce(whole.delivered_rupees, 0)) > 0.001
