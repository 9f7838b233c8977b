select recovered_order_key as order_key
from {{ ref('gokwik__abandoned_carts') }}
where is_recovered
group by recovered_order_key
having count(*) > 1 or min(hours_to_recovery) < 0
