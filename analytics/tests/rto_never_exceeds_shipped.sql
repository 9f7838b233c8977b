-- Each order counts once, whatever becomes of it; bounds are bounds.
select order_week, payment_class
from {{ ref('gokwik__rto_by_week') }}
where rto_orders > shipped_orders
  or rto_orders + delivered_orders + open_orders > shipped_orders + unshipped_orders + 0.000001
  or shipped_orders > orders
  or rto_rate_at_least > rto_rate_at_most
union all
select age.order_week, age.payment_class
from {{ ref('gokwik__rto_by_age') }} as age
join {{ ref('gokwik__rto_by_week') }} as week
  on week.order_week = age.order_week and week.payment_class = age.payment_class
where age.rto_orders + age.undated_rto_orders > week.rto_orders + 0.000001
