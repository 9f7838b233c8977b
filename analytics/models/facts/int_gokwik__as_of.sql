-- "Now" as the data knows it: its newest update that is not later than the newest load, since a stamp a
-- year ahead must make nothing older. A sync that stopped last week makes nothing older either. Where
-- there is no order and no checkout, the newest of what else is there; without data, the present.
-- `cutoff`: where `gokwik_as_of` is given, what came to be later is left out.
{{ config(materialized='table') }}

with moments as (
  select updated_at as moment, extracted_at, 1 as is_main
  from {{ gokwik_typed('orders', 'updated_at time') }} as typed
  union all
  select updated_at, extracted_at, 1 from {{ gokwik_typed('checkouts', 'updated_at time') }} as typed
  union all
  select updated_at, extracted_at, 0 from {{ gokwik_typed('abandoned_checkouts', 'updated_at time') }} as typed
  union all
  select updated_at, extracted_at, 0 from {{ gokwik_typed('payments', 'updated_at time') }} as typed
  union all
  select settlement_date, extracted_at, 0 from {{ gokwik_typed('settlements', 'settlement_date time') }} as typed
),
loads as (
  select coalesce(max(extracted_at), {{ gokwik_never() }}) as newest_load from moments
),
newest as (
  select
    max(case when moments.is_main = 1 then moments.moment end) as newest,
    max(moments.moment) as newest_elsewhere
  from moments
  cross join loads
  where moments.moment <= loads.newest_load
),
given as (
  select cast(nullif('{{ var('gokwik_as_of') }}', '') as {{ gokwik_type_time() }}) as given_as_of
)
select
  as_of, {{ gokwik_india_date('as_of') }} as as_of_date, newest_load, cutoff
from (
  select
    coalesce(given.given_as_of, newest.newest, newest.newest_elsewhere, {{ gokwik_utc('current_timestamp') }}) as as_of,
    loads.newest_load,
    coalesce(given.given_as_of, {{ gokwik_never() }}) as cutoff
  from loads
  cross join newest
  cross join given
) as moment
