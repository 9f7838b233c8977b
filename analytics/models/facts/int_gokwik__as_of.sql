-- "Now" as the data knows it: its newest update. A sync that stopped last week makes nothing older.
select as_of, {{ gokwik_india_date('as_of') }} as as_of_date
from (
  select
    coalesce(
      cast(nullif('{{ var('gokwik_as_of') }}', '') as {{ gokwik_type_time() }}),
      max(newest)
    ) as as_of
  from (
    select max(updated_at) as newest from {{ ref('stg_gokwik__orders') }}
    union all
    select max(updated_at) as newest from {{ ref('stg_gokwik__checkouts') }}
  ) as streams
) as moment
