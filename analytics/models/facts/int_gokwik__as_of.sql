-- "Now" as the data knows it: its newest update. A sync that stopped last week makes nothing older.
{{ config(materialized='table') }}

select as_of, {{ gokwik_india_date('as_of') }} as as_of_date
from (
  select
    coalesce(
      cast(nullif('{{ var('gokwik_as_of') }}', '') as {{ gokwik_type_time() }}),
      max(newest)
    ) as as_of
  from (
    select max(updated_at) as newest from {{ gokwik_typed('orders', 'updated_at time') }} as typed
    union all
    select max(updated_at) as newest from {{ gokwik_typed('checkouts', 'updated_at time') }} as typed
  ) as streams
) as moment
