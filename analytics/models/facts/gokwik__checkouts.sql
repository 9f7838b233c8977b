-- One row a checkout: who, from where, how far, when.
{{ config(materialized='incremental', unique_key='checkout_key') }}

with checkouts as (
  -- Words are put right before the join: after it, an engine that stores each word of a column once
  -- has to do every row.
  select
    record_key as checkout_key,
    request_id, session_id, created_at, updated_at, india_date,
    {{ gokwik_given('status') }} as status,
    {{ gokwik_given('device_type') }} as device,
    {{ gokwik_given('mkt_source') }} as source,
    {{ gokwik_given('mkt_medium') }} as medium,
    {{ gokwik_given('mkt_campaign') }} as campaign,
    {{ gokwik_shopper('customer_type') }} as shopper,
    {{ gokwik_given('rto_risk_flag') }} as risk_flag,
    total_price as value_rupees,
    last_stage, gokwik_oid, moid,
    status in ('completed', 'recovered') as is_said_completed,
    extracted_at
  from {{ ref('stg_gokwik__checkouts') }}
),
steps as (
  select
    checkout.checkout_key,
    checkout.request_id, checkout.session_id, checkout.created_at, checkout.updated_at,
    checkout.india_date, checkout.status, checkout.device, checkout.source, checkout.medium,
    checkout.campaign, checkout.shopper, checkout.risk_flag, checkout.value_rupees,
    checkout.last_stage, checkout.gokwik_oid, checkout.moid,
    step.opened_at, step.login_started_at, step.logged_in_at, step.address_given_at,
    step.payment_page_at, step.method_chosen_at, step.order_created_at, step.order_completed_at,
    step.payment_failed_at, step.cod_chosen_at, step.prepaid_chosen_at,
    -- The furthest step that anything tells of. Whoever got there went through those before it, even
    -- where the SDK sent no event for one (a shopper who was logged in already).
    case
      when step.order_completed_at is not null or checkout.is_said_completed then 9
      when step.order_created_at is not null or checkout.gokwik_oid is not null or checkout.moid is not null then 8
      when step.method_chosen_at is not null then 7
      when step.payment_page_at is not null then 6
      when step.address_given_at is not null then 5
      when step.logged_in_at is not null then 4
      when step.login_started_at is not null then 3
      when step.opened_at is not null then 2
      else 1
    end as furthest_step,
    case
      when step.extracted_at > checkout.extracted_at then step.extracted_at
      else checkout.extracted_at
    end as extracted_at
  from checkouts as checkout
  left join {{ ref('int_gokwik__checkout_steps') }} as step on step.request_id = checkout.request_id
)
select *, furthest_step = 9 as is_converted
from steps
{% if is_incremental() %}
where extracted_at >= {{ gokwik_arrived_since() }}
{% endif %}
