-- One row a source of the prefilled address and a pincode. The number of cases is beside every rate.
with cases as (
  select * from {{ ref('int_gokwik__prefill_cases') }}
),
answer as (
  select
    prefill_source, pincode, max(city) as city, max(state) as state,
    count(*) as cases,
    sum(shown) as shown,
    count(case when outcome = 'accepted' then 1 end) as accepted,
    count(case when outcome = 'edited' then 1 end) as edited,
    count(case when outcome = 'replaced' then 1 end) as replaced,
    count(case when outcome = 'ignored' then 1 end) as ignored,
    count(case when outcome = 'not_available' then 1 end) as not_available,
    count(case when outcome not in ('accepted', 'edited', 'replaced', 'ignored', 'not_available') then 1 end) as other_outcomes,
    {{ gokwik_rate('sum(shown)', 'count(*)') }} as shown_rate,
    {{ gokwik_rate("count(case when outcome = 'accepted' then 1 end)", 'sum(shown)') }} as accepted_rate,
    sum(converted) as converted,
    {{ gokwik_rate('sum(converted)', 'count(*)') }} as conversion_rate,
    {{ gokwik_median('seconds_on_address_page') }} as median_seconds,
    count(seconds_on_address_page) as timed_cases
  from cases
  group by prefill_source, pincode
)
{{ gokwik_agreed('answer') }}
