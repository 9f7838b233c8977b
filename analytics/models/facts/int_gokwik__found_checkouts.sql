-- Checkouts whose order does not name them (those of an export lack the checkout's id), with the order that
-- the checkout or its prediction names.
{{ config(materialized='table') }}

with nameless as (
  select ids.order_ref, ids.place, ids.order_key as order_key, ids.merchant as merchant
  from {{ ref('int_gokwik__order_ids') }} as ids
  join {{ ref('int_gokwik__order_keys') }} as placed on placed.order_key = ids.order_key
  where placed.request_ref is null
),
refs as (
  select request_id, merchant, gokwik_oid as said from {{ ref('stg_gokwik__checkouts') }} where request_id is not null and gokwik_oid is not null
  union all
  select request_id, merchant, moid from {{ ref('stg_gokwik__checkouts') }} where request_id is not null and moid is not null
  union all
  select request_id, merchant, gokwik_oid from {{ ref('stg_gokwik__rto_predictions') }} where request_id is not null and gokwik_oid is not null
  union all
  select request_id, merchant, moid from {{ ref('stg_gokwik__rto_predictions') }} where request_id is not null and moid is not null
)
{{ gokwik_order_of('refs', 'request_id', 'nameless') }}
