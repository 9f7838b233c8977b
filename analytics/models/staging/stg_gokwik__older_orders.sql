-- Rows of orders that are there twice, all but the newest of each. Where `files` are configured beside
-- the API, an order that was read before it had its platform's id is there under GoKwik's id and under the
-- platform's; one that was read before it had GoKwik's id is there under the checkout's as well. Only orders
-- that have a row under another key than their id are looked at: of two rows at least one has, and without
-- files there is none.
{{ config(materialized='table') }}

with told as (
  select record_key, gokwik_oid, request_id, updated_at, extracted_at
  from {{ ref('stg_gokwik__order_versions') }}
),
named as (
  select nameless.record_key as named_key, min(told.gokwik_oid) as known_oid
  from told as nameless
  join told on told.request_id = nameless.request_id
  where nameless.gokwik_oid is null and told.gokwik_oid is not null
  group by nameless.record_key
),
versions as (
  select record_key, updated_at, extracted_at, coalesce(gokwik_oid, known_oid, request_id) as order_id
  from told
  left join named on named.named_key = told.record_key
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
