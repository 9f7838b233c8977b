-- One row a checkout: who, from where, how far, when. It converted if its order was placed, whatever its
-- own row says: that may never have been updated. Where no order is known, its own word counts.
{{ config(materialized='incremental', unique_key='checkout_key') }}

with checkouts as (
  select
    record_key as checkout_key, merchant, source_relation,
    request_id, created_at, updated_at, india_date, status,
    device_type as device, mkt_source as source, mkt_medium as medium, mkt_campaign as campaign,
    customer_type as shopper, rto_risk_flag as risk_flag, total_price as value_rupees,
    gokwik_oid is not null or moid is not null as names_order,
    status in ('completed', 'recovered', 'converted') as is_said_completed,
    moment.cutoff as cutoff, extracted_at
  from {{ ref('stg_gokwik__checkouts') }}
  cross join (select cutoff from {{ ref('int_gokwik__as_of') }}) as moment
  where created_at is null or created_at <= moment.cutoff
),
steps as (
  select
    checkout.checkout_key, checkout.merchant as merchant, checkout.source_relation,
    checkout.request_id as request_id, checkout.created_at, checkout.updated_at,
    checkout.india_date, checkout.status, checkout.device, checkout.source, checkout.medium,
    checkout.campaign, checkout.shopper, checkout.risk_flag, checkout.value_rupees,
    step.opened_at, step.login_started_at, step.logged_in_at, step.address_given_at,
    step.payment_page_at, step.method_chosen_at, step.order_created_at, step.order_completed_at,
    step.payment_failed_at, step.cod_chosen_at, step.prepaid_chosen_at,
    -- The furthest step that anything tells of. Whoever got there went through those before it, even
    -- where the SDK sent no event for one (a shopper who was logged in already).
    case
      when placed.is_placed = 1 then 9
      when placed.is_placed = 0 then 8
      when step.order_completed_at <= checkout.cutoff or checkout.is_said_completed then 9
      when step.order_created_at <= checkout.cutoff or checkout.names_order then 8
      when step.method_chosen_at <= checkout.cutoff then 7
      when step.payment_page_at <= checkout.cutoff then 6
      when step.address_given_at <= checkout.cutoff then 5
      when step.logged_in_at <= checkout.cutoff then 4
      when step.login_started_at <= checkout.cutoff then 3
      when step.opened_at <= checkout.cutoff then 2
      else 1
    end as furthest_step,
    greatest(
      checkout.extracted_at,
      coalesce(step.extracted_at, checkout.extracted_at),
      coalesce(placed.extracted_at, checkout.extracted_at)
    ) as extracted_at
  from checkouts as checkout
  left join {{ ref('int_gokwik__checkout_steps') }} as step on step.request_id = checkout.request_id
  left join {{ ref('int_gokwik__checkout_orders') }} as placed on placed.request_id = checkout.request_id
)
select *, furthest_step = 9 as is_converted
from steps
{% if is_incremental() %}
-- What is held as it is stays: only what has changed is written.
{{ gokwik_except() }}
select * from {{ this }}
{% endif %}
