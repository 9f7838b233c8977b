-- A cohort that is too young must not look good by being young.
select order_week, payment_class
from {{ ref('gokwik__rto_by_age') }}
where rto_rate is not null and (not is_mature or not has_reached_age)
union all
select order_week, payment_class
from {{ ref('gokwik__rto_by_week') }}
where rto_rate is not null and not is_mature
