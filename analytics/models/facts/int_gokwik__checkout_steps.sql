-- The first moment of every step of a checkout. A step happened if any version of the checkout says
-- so, hence no latest version here: on the largest stream that saves sorting it.
{{ config(materialized='incremental', unique_key='request_id') }}

select
  request_id,
  min(case when name = 'checkout-ready' then occurred_at end) as opened_at,
  min(case when name = 'user-login-initiated' then occurred_at end) as login_started_at,
  min(case when name in ('user-login-successful', 'login_otp_verification_passed') then occurred_at end) as logged_in_at,
  min(case when name in ('address-add', 'address-selected') then occurred_at end) as address_given_at,
  min(case when name = 'navigation_payment_options' then occurred_at end) as payment_page_at,
  min(case when name = 'payment-method-selected' then occurred_at end) as method_chosen_at,
  min(case when name = 'create-order' then occurred_at end) as order_created_at,
  min(case when name = 'order-complete' then occurred_at end) as order_completed_at,
  min(case when name = 'payment-failure' then occurred_at end) as payment_failed_at,
  min(case when method_class = 'cod' then occurred_at end) as cod_chosen_at,
  min(case when method_class = 'prepaid' then occurred_at end) as prepaid_chosen_at,
  count(*) as events,
  max(extracted_at) as extracted_at
from (
  select
    request_id, name, occurred_at, extracted_at,
    case when name = 'payment-method-selected' then {{ gokwik_method_class('method') }} end as method_class
  from (
    select
      {{ gokwik_id('request_id') }} as request_id, name, occurred_at, extracted_at,
      case
        when name = 'payment-method-selected' then lower({{ gokwik_json_field('properties', 'payment_method') }})
      end as method
    from {{ gokwik_typed('checkout_events', 'request_id text, name text, occurred_at time, properties json') }} as typed
    where request_id is not null
  ) as picked
) as events
{% if is_incremental() %}
where request_id in (
  select arrived.request_id
  from (
    select {{ gokwik_id('request_id') }} as request_id, count(*) as events, max(extracted_at) as extracted_at
    from {{ gokwik_typed('checkout_events', 'request_id text') }} as typed
    group by {{ gokwik_id('request_id') }}
  ) as arrived
  left join {{ this }} as held on held.request_id = arrived.request_id
  where held.request_id is null or held.events <> arrived.events or held.extracted_at <> arrived.extracted_at
)
{% endif %}
group by request_id
