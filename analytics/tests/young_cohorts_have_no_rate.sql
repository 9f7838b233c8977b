-- A cohort that is too young must not look good by being young.
select *
from {{ ref('gokwik__rto_cohorts') }}
where rto_rate is not null and (not is_mature or not has_reached_age)
