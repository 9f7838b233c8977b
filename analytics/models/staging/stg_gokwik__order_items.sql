-- An item that its order has lost stays in the destination with an older moment of the order, and an
-- order that is there under two keys (see stg_gokwik__orders) has all items twice: only those of the
-- order's newest version count.
{{ config(materialized='view') }}

select
  record_key, merchant, source_relation, request_id, gokwik_oid, moid, platform_order_id, position, product_id, line_item_id,
  variant_id, name, sku, price, quantity, subtotal, total, tax, updated_at, extracted_at
from (
  select
    named.*,
    max(updated_at) over (
      partition by coalesce(gokwik_oid, request_id, merchant || ':' || moid, merchant || ':' || platform_order_id, record_key)
    ) as order_updated_at
  from (
    select
      record_key, {{ gokwik_merchant() }} as merchant, source_relation,
      {{ gokwik_id('request_id') }} as request_id, {{ gokwik_id('gokwik_oid') }} as gokwik_oid,
      {{ gokwik_id('moid') }} as moid, {{ gokwik_id('platform_order_id') }} as platform_order_id,
      position, product_id, line_item_id, variant_id, name, sku, price, quantity, subtotal, total, tax,
      updated_at, extracted_at
    from {{ gokwik_latest('order_items', 'record_key text, request_id text, gokwik_oid text,
    moid text, platform_order_id text, position count, product_id text, line_item_id text,
    variant_id text, name text, sku text, price money, quantity count, subtotal money,
    total money, tax money, updated_at time', 'updated_at') }} as latest
  ) as named
) as items
where updated_at is null or updated_at = order_updated_at
