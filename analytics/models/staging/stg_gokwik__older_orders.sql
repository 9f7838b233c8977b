-- Rows of orders that are there twice, all but the newest of each. Where `files` are configured beside
-- the API, an order that was read before it had its platform's id is there under GoKwik's id and under the
-- platform's; one that was read before it had GoKwik's id is there under the checkout's as well. Only orders
-- that have a row under another key than their id are looked at: of two rows at least one has, and without
-- files there is none.
{{ config(materialized='table') }}

with nameless as (
  select record_key, request_id
  from {{ ref('stg_gokwik__order_versions') }}
  where gokwik_oid is null and request_id is not null
),
named as (
  select nameless.record_key as record_key, min(version.gokwik_oid) as gokwik_oid
  from nameless
  join {{ ref('stg_gokwik__order_versions') }} as version on version.request_id = nameless.request_id
  where version.gokwik_oid is not null
  group by nameless.record_key
),
versions as (
  select
    version.record_key as record_key, version.updated_at as updated_at, version.extracted_at as extracted_at,
    coalesce(version.gokwik_oid, named.gokwik_oid, version.request_id) as order_id
  from {{ ref('stg_gokwik__order_versions') }} as version
  left join named on named.record_key = version.record_key
),
ranked as (
  select
    record_key,
    row_number() over (
      partition by order_id
      order by updated_at desc nulls last, extracted_at desc nulls last, record_key
    ) as place
  from versions
  where order_id in (select order_id from versions where record_key <> order_id)
)
select record_key
from ranked
where place > 1
