-- Every id an order goes by, one row each: money and parcels name an order by whichever they have. Of two
-- orders with the same id, the one of the same merchant and the lower `place` is meant. An airway bill is a
-- parcel's number, which may be an order's as well: it has a word before it. Ids that an order lacks stay in,
-- null: nothing joins them, and without a condition DuckDB knows that this is the long side of a join.
{{ config(materialized='view') }}

select gokwik_ref as order_ref, 1 as place, order_key, merchant from {{ ref('int_gokwik__order_keys') }}
union all
select request_ref as order_ref, 2 as place, order_key, merchant from {{ ref('int_gokwik__order_keys') }}
union all
select platform_ref as order_ref, 3 as place, order_key, merchant from {{ ref('int_gokwik__order_keys') }}
union all
select moid_ref as order_ref, 4 as place, order_key, merchant from {{ ref('int_gokwik__order_keys') }}
union all
select name_ref as order_ref, 5 as place, order_key, merchant from {{ ref('int_gokwik__order_keys') }}
union all
select number_ref as order_ref, 6 as place, order_key, merchant from {{ ref('int_gokwik__order_keys') }}
union all
select 'awb:' || awb_ref as order_ref, 9 as place, order_key, merchant from {{ ref('int_gokwik__order_keys') }}
