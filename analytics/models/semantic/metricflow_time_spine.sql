-- Every day from 2015 to 2042, which dbt's semantic layer asks for by this name. A project with a time
-- spine of its own disables it.
{{ config(materialized='view') }}

with digits as (
  select 0 as digit union all select 1 union all select 2 union all select 3 union all select 4
  union all select 5 union all select 6 union all select 7 union all select 8 union all select 9
)
select
  {{ gokwik_days_after("cast('2015-01-01' as date)", 'ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit') }} as date_day
from digits as ones
cross join digits as tens
cross join digits as hundreds
cross join digits as thousands
