-- Seconds from each step to the next, where both have a moment and they follow each other.
{{ config(materialized='view') }}

select
  india_date, device, source, shopper, furthest_step,
  case when login_started_at >= opened_at then {{ gokwik_seconds('login_started_at', 'opened_at') }} end as seconds_3,
  case when logged_in_at >= login_started_at then {{ gokwik_seconds('logged_in_at', 'login_started_at') }} end as seconds_4,
  case when address_given_at >= logged_in_at then {{ gokwik_seconds('address_given_at', 'logged_in_at') }} end as seconds_5,
  case when payment_page_at >= address_given_at then {{ gokwik_seconds('payment_page_at', 'address_given_at') }} end as seconds_6,
  case when method_chosen_at >= payment_page_at then {{ gokwik_seconds('method_chosen_at', 'payment_page_at') }} end as seconds_7,
  case when order_created_at >= method_chosen_at then {{ gokwik_seconds('order_created_at', 'method_chosen_at') }} end as seconds_8,
  case when order_completed_at >= order_created_at then {{ gokwik_seconds('order_completed_at', 'order_created_at') }} end as seconds_9
from {{ ref('gokwik__checkouts') }}
