-- One row a day, kind of visitor and step. Counts add up over any rows; rates and medians do not.
with grouped as (
  select
    india_date, device, source, shopper,
    count(*) as reached_1,
    count(case when furthest_step >= 2 then 1 end) as reached_2,
    count(case when furthest_step >= 3 then 1 end) as reached_3,
    count(case when furthest_step >= 4 then 1 end) as reached_4,
    count(case when furthest_step >= 5 then 1 end) as reached_5,
    count(case when furthest_step >= 6 then 1 end) as reached_6,
    count(case when furthest_step >= 7 then 1 end) as reached_7,
    count(case when furthest_step >= 8 then 1 end) as reached_8,
    count(case when furthest_step >= 9 then 1 end) as reached_9,
    {{ gokwik_median('seconds_3') }} as seconds_3, count(seconds_3) as timed_3,
    {{ gokwik_median('seconds_4') }} as seconds_4, count(seconds_4) as timed_4,
    {{ gokwik_median('seconds_5') }} as seconds_5, count(seconds_5) as timed_5,
    {{ gokwik_median('seconds_6') }} as seconds_6, count(seconds_6) as timed_6,
    {{ gokwik_median('seconds_7') }} as seconds_7, count(seconds_7) as timed_7,
    {{ gokwik_median('seconds_8') }} as seconds_8, count(seconds_8) as timed_8,
    {{ gokwik_median('seconds_9') }} as seconds_9, count(seconds_9) as timed_9
  from {{ ref('int_gokwik__step_seconds') }}
  group by india_date, device, source, shopper
),
steps as (
  select
    grouped.*, step.step_number, step.step,
    case step.step_number
      when 1 then reached_1 when 2 then reached_2 when 3 then reached_3 when 4 then reached_4
      when 5 then reached_5 when 6 then reached_6 when 7 then reached_7 when 8 then reached_8
      else reached_9
    end as reached,
    case step.step_number
      when 1 then reached_1 when 2 then reached_1 when 3 then reached_2 when 4 then reached_3
      when 5 then reached_4 when 6 then reached_5 when 7 then reached_6 when 8 then reached_7
      else reached_8
    end as reached_before,
    case step.step_number
      when 1 then reached_2 when 2 then reached_3 when 3 then reached_4 when 4 then reached_5
      when 5 then reached_6 when 6 then reached_7 when 7 then reached_8 when 8 then reached_9
      else reached_9
    end as reached_next,
    case step.step_number
      when 3 then seconds_3 when 4 then seconds_4 when 5 then seconds_5 when 6 then seconds_6
      when 7 then seconds_7 when 8 then seconds_8 when 9 then seconds_9
    end as median_seconds,
    case step.step_number
      when 3 then timed_3 when 4 then timed_4 when 5 then timed_5 when 6 then timed_6
      when 7 then timed_7 when 8 then timed_8 when 9 then timed_9
      else 0
    end as timed_checkouts
  from grouped
  cross join {{ ref('int_gokwik__steps') }} as step
),
answer as (
  select
    india_date, device, source, shopper, step_number, step,
    reached_1 as checkouts, reached_before, reached,
    reached - reached_next as left_here,
    {{ gokwik_rate('reached', 'reached_before') }} as step_conversion,
    {{ gokwik_rate('reached', 'reached_1') }} as overall_conversion,
    median_seconds, timed_checkouts
  from steps
)
{{ gokwik_agreed('answer') }}
