-- The whole funnel, one row a step, over all days: medians of many days cannot be made from days.
with grouped as (
  select
    count(*) as checkouts,
    {{ gokwik_median('seconds_3') }} as seconds_3,
    {{ gokwik_median('seconds_4') }} as seconds_4,
    {{ gokwik_median('seconds_5') }} as seconds_5,
    {{ gokwik_median('seconds_6') }} as seconds_6,
    {{ gokwik_median('seconds_7') }} as seconds_7,
    {{ gokwik_median('seconds_8') }} as seconds_8,
    {{ gokwik_median('seconds_9') }} as seconds_9
  from {{ ref('int_gokwik__step_seconds') }}
),
counted as (
  select
    step_number, step,
    sum(reached_before) as reached_before,
    sum(reached) as reached,
    sum(left_here) as left_here,
    sum(timed_checkouts) as timed_checkouts
  from {{ ref('gokwik__checkout_funnel_daily') }}
  group by step_number, step
),
answer as (
  select
    counted.step_number, counted.step, grouped.checkouts,
    counted.reached_before, counted.reached, counted.left_here,
    {{ gokwik_rate('counted.reached', 'counted.reached_before') }} as step_conversion,
    {{ gokwik_rate('counted.reached', 'grouped.checkouts') }} as overall_conversion,
    case counted.step_number
      when 3 then seconds_3 when 4 then seconds_4 when 5 then seconds_5 when 6 then seconds_6
      when 7 then seconds_7 when 8 then seconds_8 when 9 then seconds_9
    end as median_seconds,
    counted.timed_checkouts
  from counted
  cross join grouped
)
{{ gokwik_agreed('answer') }}
