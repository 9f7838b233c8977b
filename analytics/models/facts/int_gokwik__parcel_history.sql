-- When a parcel turned round or was delivered, by the courier's own history where it sends one.
{{ config(materialized='view') }}

select
  record_key,
  min(case when parcel_state in ('rto', 'rto_delivered') then moment end) as rto_at,
  max(case when parcel_state = 'delivered' then moment end) as delivered_at
from (
  select
    record_key,
    {{ gokwik_parcel_state('words') }} as parcel_state,
    {{ gokwik_moment('stamp') }} as moment
  from (
    select record_key, {{ gokwik_words('word') }} as words, stamp
    from (
      select
        shipment.record_key,
        coalesce({{ gokwik_json_field('item', 'status') }}, {{ gokwik_json_field('item', 'currentStatus') }}) as word,
        coalesce(
          {{ gokwik_json_field('item', 'timestamp') }}, {{ gokwik_json_field('item', 'date') }},
          {{ gokwik_json_field('item', 'statusDate') }}, {{ gokwik_json_field('item', 'status_date') }},
          {{ gokwik_json_field('item', 'time') }}, {{ gokwik_json_field('item', 'updated_at') }},
          {{ gokwik_json_field('item', 'created_at') }}
        ) as stamp
      from (
        select record_key, status_history from {{ ref('stg_gokwik__shipments') }} where status_history like '[%'
      ) as shipment
      {{ gokwik_each_object('shipment.status_history') }}
    ) as picked
  ) as steps
) as told
group by record_key
