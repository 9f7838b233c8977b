-- The order of each merchant order id, by merchant: most money and most parcels name an order by that one alone, and
-- are joined here before the others are looked up among all ids.
{{ config(materialized='view') }}

select merchant, moid_ref, min(order_key) as order_key
from {{ ref('int_gokwik__order_keys') }}
where moid_ref is not null
group by merchant, moid_ref
