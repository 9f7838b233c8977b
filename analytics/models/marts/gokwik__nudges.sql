-- One row an action that was taken on an order's risk: how many of the orders were paid prepaid, against
-- orders on which nothing was done and against GoKwik's control group. Orders without a prediction are no
-- row; a shopper who was barred from COD was not nudged, and has a row of their own.
with orders as (
  select
    case when predicted_risk = 'Control' and risk_action in ('none', 'not given') then 'control' else risk_action end as action,
    case when payment_class = 'prepaid' then 1 else 0 end as is_prepaid
  from {{ ref('gokwik__orders') }}
  where is_placed and has_prediction
),
counted as (
  select action, count(*) as orders, sum(is_prepaid) as paid_prepaid
  from orders
  group by action
),
rated as (
  select
    counted.*,
    {{ gokwik_rate('paid_prepaid', 'orders') }} as prepaid_rate,
    {{ gokwik_wilson_low('paid_prepaid', 'orders') }} as prepaid_rate_at_least,
    {{ gokwik_wilson_high('paid_prepaid', 'orders') }} as prepaid_rate_at_most
  from counted
),
compared as (
  select
    rated.*,
    case when action <> 'none' then max(case when action = 'none' then orders end) over () end as none_orders,
    case when action <> 'none' then max(case when action = 'none' then prepaid_rate end) over () end as none_rate,
    case when action <> 'none' then max(case when action = 'none' then prepaid_rate_at_least end) over () end as none_low,
    case when action <> 'none' then max(case when action = 'none' then prepaid_rate_at_most end) over () end as none_high,
    case when action <> 'control' then max(case when action = 'control' then orders end) over () end as control_orders,
    case when action <> 'control' then max(case when action = 'control' then prepaid_rate end) over () end as control_rate,
    case when action <> 'control' then max(case when action = 'control' then prepaid_rate_at_least end) over () end as control_low,
    case when action <> 'control' then max(case when action = 'control' then prepaid_rate_at_most end) over () end as control_high
  from rated
),
bounded as (
  select
    compared.*,
    prepaid_rate - none_rate as difference_to_none,
    {{ gokwik_difference_low('prepaid_rate', 'prepaid_rate_at_least', 'none_rate', 'none_high') }} as difference_to_none_low,
    {{ gokwik_difference_high('prepaid_rate', 'prepaid_rate_at_most', 'none_rate', 'none_low') }} as difference_to_none_high,
    prepaid_rate - control_rate as difference_to_control,
    {{ gokwik_difference_low('prepaid_rate', 'prepaid_rate_at_least', 'control_rate', 'control_high') }} as difference_to_control_low,
    {{ gokwik_difference_high('prepaid_rate', 'prepaid_rate_at_most', 'control_rate', 'control_low') }} as difference_to_control_high
  from compared
),
answer as (
  select
    action, orders, paid_prepaid, prepaid_rate, prepaid_rate_at_least, prepaid_rate_at_most,
    none_orders, none_rate, difference_to_none, difference_to_none_low, difference_to_none_high,
    control_orders, control_rate, difference_to_control, difference_to_control_low, difference_to_control_high,
    -- A success or a failure only against the control group: what is left undone is left for a reason. And
    -- only where the shopper had a choice.
    coalesce(
      action not like '%block%' and orders >= {{ var('gokwik_least_cases') }} and control_orders >= {{ var('gokwik_least_cases') }}
        and (difference_to_control_low > 0 or difference_to_control_high < 0),
      false
    ) as is_conclusive
  from bounded
)
{{ gokwik_agreed('answer') }}
