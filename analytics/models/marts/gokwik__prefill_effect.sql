-- What prefilling does to conversion and to time. Only `shown` against not shown is a fair comparison:
-- outcomes and sources are told after the fact (who leaves has accepted nothing), so those rows describe.
with cases as (
  select * from {{ ref('int_gokwik__prefill_cases') }}
),
slices as (
  select 'shown' as slice, case when shown = 1 then 'shown' else 'not shown' end as slice_value, converted, seconds_on_address_page from cases
  union all
  select 'source', prefill_source, converted, seconds_on_address_page from cases
  union all
  select 'outcome', outcome, converted, seconds_on_address_page from cases
),
baseline as (
  select
    count(*) as baseline_cases,
    coalesce(sum(converted), 0) as baseline_converted,
    {{ gokwik_median('seconds_on_address_page') }} as baseline_median_seconds
  from cases
  where shown = 0
),
grouped as (
  select
    slice, slice_value,
    count(*) as cases,
    sum(converted) as converted,
    {{ gokwik_median('seconds_on_address_page') }} as median_seconds,
    count(seconds_on_address_page) as timed_cases
  from slices
  group by slice, slice_value
),
rated as (
  select
    grouped.*, baseline.*,
    {{ gokwik_rate('converted', 'cases') }} as conversion_rate,
    {{ gokwik_rate('baseline_converted', 'baseline_cases') }} as baseline_conversion_rate
  from grouped
  cross join baseline
)
select
  slice, slice_value, cases, converted, conversion_rate,
  baseline_cases, baseline_conversion_rate,
  conversion_rate - baseline_conversion_rate as conversion_difference,
  -- Half the width of the 95 % interval of that difference: one that is smaller may be chance.
  1.96 * sqrt(
    conversion_rate * (1 - conversion_rate) / nullif(cases, 0)
    + baseline_conversion_rate * (1 - baseline_conversion_rate) / nullif(baseline_cases, 0)
  ) as difference_margin,
  median_seconds, timed_cases, baseline_median_seconds
from rated
