-- One row an order with every id that it goes by, as `gokwik_order_ref` spells them, and the little that is
-- asked of an order beside: folded once, since money, parcels and carts all look for their order. Not of
-- stg_gokwik__orders, which looks for places as well.
{{ config(materialized='table') }}

select
  order_key, merchant, total, india_date, created_at, updated_at,
  {{ gokwik_without_point('gokwik_ref') }} as gokwik_ref,
  {{ gokwik_without_point('request_ref') }} as request_ref,
  {{ gokwik_without_point('platform_ref') }} as platform_ref,
  {{ gokwik_without_point('moid_ref') }} as moid_ref,
  {{ gokwik_without_point('name_ref') }} as name_ref,
  {{ gokwik_without_point('number_ref') }} as number_ref,
  {{ gokwik_without_point('awb_ref') }} as awb_ref
from (
  select
    version.record_key as order_key, merchant, total, india_date, created_at, updated_at,
    {{ gokwik_bare('gokwik_oid') }} as gokwik_ref,
    {{ gokwik_bare('request_id') }} as request_ref,
    {{ gokwik_bare('platform_order_id') }} as platform_ref,
    {{ gokwik_bare('moid') }} as moid_ref,
    {{ gokwik_bare('shopify_order_name') }} as name_ref,
    {{ gokwik_bare('order_number') }} as number_ref,
    {{ gokwik_bare('awb_number') }} as awb_ref
  from {{ ref('stg_gokwik__order_versions') }} as version
  left join {{ ref('stg_gokwik__older_orders') }} as older on older.record_key = version.record_key
  where older.record_key is null
) as spelled
