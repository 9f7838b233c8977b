-- A cart without a reason is counted as such, never dropped.
select fact.carts
from (select count(*) as carts from {{ ref('gokwik__abandoned_carts') }}) as fact
cross join (select sum(carts) as carts from {{ ref('gokwik__abandonment') }}) as mart
cross join (select sum(carts) as mentions from {{ ref('gokwik__abandonment_reasons') }}) as reasons
where fact.carts <> coalesce(mart.carts, 0) or coalesce(reasons.mentions, 0) < fact.carts
