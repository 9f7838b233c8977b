-- One row an order: of one that is there twice the newest (see stg_gokwik__older_orders).
{{ config(materialized='view') }}

select version.*
from {{ ref('stg_gokwik__order_versions') }} as version
left join {{ ref('stg_gokwik__older_orders') }} as older on older.record_key = version.record_key
where older.record_key is null
