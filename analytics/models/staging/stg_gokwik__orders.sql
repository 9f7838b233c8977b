-- One row an order: of one that is there twice the newest (see stg_gokwik__older_orders). Its place has the
-- name of today.
{{ config(materialized='view') }}

select
  version.*,
  coalesce(cities.city_name, version.shipping_city) as city, coalesce(states.state_name, version.shipping_state) as state
from {{ ref('stg_gokwik__order_versions') }} as version
left join (select record_key as older_key from {{ ref('stg_gokwik__older_orders') }}) as older on older.older_key = version.record_key
left join {{ ref('stg_gokwik__city_names') }} as cities on cities.city_spelling = lower(version.shipping_city)
left join {{ ref('stg_gokwik__state_names') }} as states on states.state_spelling = lower(version.shipping_state)
where older.older_key is null
