-- One row a merchant, day and step of the report of the funnel that GoKwik mails. `reached` is what the
-- checkouts themselves tell where there are any of that day, else what the report says; where there are
-- both, `difference` holds the one against the other.
with report as (
  select merchant, india_date, checkout_started, address_landed, payment_step_reached, payment_method_selected, sessions_converted
  from (
    select
      told.*,
      -- A day comes whole, or broken down, or both ways: then the whole counts.
      min(case when told.breakdown is null then 0 else 1 end) over (partition by told.merchant, told.india_date) as least_broken,
      case when told.breakdown is null then 0 else 1 end as broken
    from {{ ref('stg_gokwik__checkout_funnel_daily') }} as told
    cross join {{ ref('int_gokwik__as_of') }} as moment
    where '{{ var('gokwik_as_of') }}' = '' or told.india_date <= moment.as_of_date
  ) as ways
  where broken = least_broken
),
reported as (
  select
    merchant, india_date,
    sum(checkout_started) as step_1, sum(address_landed) as step_2, sum(payment_step_reached) as step_3,
    sum(payment_method_selected) as step_4, sum(sessions_converted) as step_5
  from report
  group by merchant, india_date
),
counted as (
  select
    merchant, india_date,
    count(*) as step_1,
    count(case when furthest_step >= 4 then 1 end) as step_2,
    count(case when furthest_step >= 6 then 1 end) as step_3,
    count(case when furthest_step >= 7 then 1 end) as step_4,
    count(case when is_converted then 1 end) as step_5
  from {{ ref('gokwik__checkouts') }}
  where india_date is not null
  group by merchant, india_date
),
days as (
  select merchant, india_date
  from (
    select merchant, india_date from reported
    union all
    select merchant, india_date from counted
  ) as either
  group by merchant, india_date
),
steps as (
  select 1 as step_number, 'checkout started' as step
  union all select 2, 'address page'
  union all select 3, 'payment page'
  union all select 4, 'method chosen'
  union all select 5, 'converted'
),
told as (
  select
    days.merchant as merchant, days.india_date as india_date, steps.step_number, steps.step,
    case steps.step_number
      when 1 then reported.step_1 when 2 then reported.step_2 when 3 then reported.step_3
      when 4 then reported.step_4 else reported.step_5
    end as reported,
    cast(case steps.step_number
      when 1 then counted.step_1 when 2 then counted.step_2 when 3 then counted.step_3
      when 4 then counted.step_4 else counted.step_5
    end as bigint) as counted
  from days
  cross join steps
  left join reported on reported.merchant = days.merchant and reported.india_date = days.india_date
  left join counted on counted.merchant = days.merchant and counted.india_date = days.india_date
),
stood_in as (
  select
    told.*,
    coalesce(counted, reported) as reached,
    case when counted is not null then 'checkouts' else 'report' end as told_by
  from told
),
answer as (
  select
    merchant, india_date, step_number, step, reached, told_by, reported, counted,
    reported - counted as difference,
    {{ gokwik_rate('reached', 'first_value(reached) over (partition by merchant, india_date order by step_number)') }} as overall_conversion
  from stood_in
)
{{ gokwik_agreed('answer') }}
