-- One row an order. Where `files` are configured beside the API, an order that was read before it had
-- its platform's id is there twice, under GoKwik's id and under the platform's: the newest one counts.
-- Only orders that have several rows are sorted, and only those are counted that have a row under
-- another key than their id: of two rows at least one has, and without files there is none.
{{ config(materialized='view') }}

with several as (
  select order_id
  from (
    select coalesce(gokwik_oid, request_id) as order_id
    from {{ ref('stg_gokwik__order_versions') }}
  ) as named
  where order_id in (
    select coalesce(gokwik_oid, request_id)
    from {{ ref('stg_gokwik__order_versions') }}
    where record_key <> coalesce(gokwik_oid, request_id)
  )
  group by order_id
  having count(*) > 1
),
older as (
  select record_key as older_key
  from (
    select
      version.record_key,
      row_number() over (
        partition by several.order_id
        order by version.updated_at desc nulls last, version.extracted_at desc nulls last, version.record_key
      ) as place
    from {{ ref('stg_gokwik__order_versions') }} as version
    join several on several.order_id = coalesce(version.gokwik_oid, version.request_id)
  ) as ranked
  where place > 1
)
select version.*
from {{ ref('stg_gokwik__order_versions') }} as version
left join older on older.older_key = version.record_key
where older.older_key is null
