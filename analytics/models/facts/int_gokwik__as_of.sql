-- "Now" as the data knows it: its newest update. A sync that stopped last week makes nothing older.
-- Where there is no order and no checkout, the newest of what else is there; without data, the present.
{{ config(materialized='table') }}

select as_of, {{ gokwik_india_date('as_of') }} as as_of_date
from (
  select
    coalesce(
      cast(nullif('{{ var('gokwik_as_of') }}', '') as {{ gokwik_type_time() }}),
      max(newest),
      max(newest_elsewhere),
      {{ gokwik_utc('current_timestamp') }}
    ) as as_of
  from (
    select max(updated_at) as newest, cast(null as {{ gokwik_type_time() }}) as newest_elsewhere
    from {{ gokwik_typed('orders', 'updated_at time') }} as typed
    union all
    select max(updated_at), null from {{ gokwik_typed('checkouts', 'updated_at time') }} as typed
    union all
    select null, max(updated_at) from {{ gokwik_typed('abandoned_checkouts', 'updated_at time') }} as typed
    union all
    select null, max(updated_at) from {{ gokwik_typed('payments', 'updated_at time') }} as typed
    union all
    select null, max(settlement_date) from {{ gokwik_typed('settlements', 'settlement_date time') }} as typed
  ) as streams
) as moment
