-- Every id an order goes by, one row each, as `gokwik_order_ref` spells them: money and parcels name an
-- order by whichever they have. Of two orders with the same id, the one of the
-- same merchant and the lower `place` is meant.
{{ config(materialized='view') }}

select order_ref, place, order_key, merchant
from (
  select {{ gokwik_order_ref('gokwik_oid') }} as order_ref, 1 as place, record_key as order_key, merchant from {{ ref('stg_gokwik__orders') }}
  union all
  select {{ gokwik_order_ref('request_id') }}, 2, record_key, merchant from {{ ref('stg_gokwik__orders') }}
  union all
  select {{ gokwik_order_ref('platform_order_id') }}, 3, record_key, merchant from {{ ref('stg_gokwik__orders') }}
  union all
  select {{ gokwik_order_ref('moid') }}, 4, record_key, merchant from {{ ref('stg_gokwik__orders') }}
  union all
  select {{ gokwik_order_ref('shopify_order_name') }}, 5, record_key, merchant from {{ ref('stg_gokwik__orders') }}
  union all
  select {{ gokwik_order_ref('order_number') }}, 6, record_key, merchant from {{ ref('stg_gokwik__orders') }}
) as ids
where order_ref is not null
