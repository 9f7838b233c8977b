select *
from {{ ref('gokwik__rto_cohorts') }}
where rto_orders > rto_orders_to_date
  or rto_orders_to_date + delivered_orders + open_orders > shipped_orders
  or shipped_orders > orders
