-- What goes with a prefilled address: conversion and time. Who is offered an address is no chance: known
-- addresses go with returning shoppers, who convert anyhow. So the difference is taken within each kind of
-- shopper and device, and averaged by how many of them there are. Only `shown` against not shown is near
-- a fair comparison: outcomes are told after the fact (who leaves has accepted nothing); they describe.
with cases as (
  select * from {{ ref('int_gokwik__prefill_cases') }}
),
slices as (
  select 'shown' as slice, case when shown = 1 then 'shown' else 'not shown' end as slice_value, shopper, device, converted, seconds_on_address_page from cases
  union all
  select 'source', prefill_source, shopper, device, converted, seconds_on_address_page from cases
  union all
  select 'outcome', outcome, shopper, device, converted, seconds_on_address_page from cases
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
strata as (
  select
    own.slice, own.slice_value, own.shopper, own.cases, own.converted,
    other.cases as other_cases, other.converted as other_converted,
    own.cases + other.cases as weight
  from (
    select slice, slice_value, shopper, device, count(*) as cases, sum(converted) as converted
    from slices group by slice, slice_value, shopper, device
  ) as own
  join (
    select shopper, device, count(*) as cases, sum(converted) as converted
    from cases where shown = 0 group by shopper, device
  ) as other on other.shopper = own.shopper and other.device = own.device
),
rated as (
  select
    strata.*,
    {{ gokwik_rate('weight', 'sum(weight) over (partition by slice, slice_value)') }} as share,
    {{ gokwik_rate('converted', 'cases') }} as own_rate,
    {{ gokwik_wilson_low('converted', 'cases') }} as own_low,
    {{ gokwik_wilson_high('converted', 'cases') }} as own_high,
    {{ gokwik_rate('other_converted', 'other_cases') }} as other_rate,
    {{ gokwik_wilson_low('other_converted', 'other_cases') }} as other_low,
    {{ gokwik_wilson_high('other_converted', 'other_cases') }} as other_high
  from strata
),
-- Newcombe's interval, over strata: each side's Wilson bounds, weighed like the rates.
standardised as (
  select
    slice, slice_value,
    sum(cases) as compared_cases,
    sum(case when shopper <> 'not given' then cases else 0 end) as known_cases,
    sum(other_cases) as compared_others,
    sum(share * (own_rate - other_rate)) as difference,
    sqrt(sum(share * share * ((own_rate - own_low) * (own_rate - own_low) + (other_high - other_rate) * (other_high - other_rate)))) as below,
    sqrt(sum(share * share * ((own_high - own_rate) * (own_high - own_rate) + (other_rate - other_low) * (other_rate - other_low)))) as above
  from rated
  group by slice, slice_value
),
answer as (
  select
    grouped.slice as slice, grouped.slice_value as slice_value, grouped.cases, grouped.converted,
    {{ gokwik_rate('grouped.converted', 'grouped.cases') }} as conversion_rate,
    baseline.baseline_cases,
    {{ gokwik_rate('baseline.baseline_converted', 'baseline.baseline_cases') }} as baseline_conversion_rate,
    {{ gokwik_rate('grouped.converted', 'grouped.cases') }} - {{ gokwik_rate('baseline.baseline_converted', 'baseline.baseline_cases') }} as raw_difference,
    coalesce(standardised.compared_cases, 0) as compared_cases,
    standardised.difference as conversion_difference,
    standardised.difference - standardised.below as difference_low,
    standardised.difference + standardised.above as difference_high,
    (standardised.below + standardised.above) / 2 as difference_margin,
    coalesce(
      grouped.slice <> 'outcome'
        and standardised.compared_cases >= {{ var('gokwik_least_cases') }}
        and standardised.compared_others >= {{ var('gokwik_least_cases') }}
        -- Of shoppers that nobody knows, new and returning ones are no like ones.
        and standardised.known_cases * 2 >= standardised.compared_cases
        and (standardised.difference - standardised.below > 0 or standardised.difference + standardised.above < 0),
      false
    ) as is_conclusive,
    grouped.median_seconds, grouped.timed_cases, baseline.baseline_median_seconds
  from grouped
  cross join baseline
  left join standardised on standardised.slice = grouped.slice and standardised.slice_value = grouped.slice_value
)
{{ gokwik_agreed('answer') }}
