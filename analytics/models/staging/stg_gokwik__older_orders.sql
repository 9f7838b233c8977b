-- Rows of orders that are there twice, all but the newest of each. Where `files` are configured beside
-- the API, an order that was read before it had its platform's id is there under GoKwik's id and under the
-- platform's. Only orders that have a row under another key than their id are looked at: of two rows at
-- least one has, and without files there is none.
{{ config(materialized='table') }}

with versions as (
  select coalesce(gokwik_oid, request_id) as order_id, record_key, updated_at, extracted_at
  from {{ ref('stg_gokwik__order_versions') }}
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
