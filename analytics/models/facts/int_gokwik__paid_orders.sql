-- What was paid online for an order.
{{ config(materialized='view') }}

select
  order_key, count(*) as payments, min(payment_id) as payment_id,
  {{ gokwik_money('sum(amount)') }} as captured_rupees, min(created_at) as paid_at, max(extracted_at) as extracted_at
from {{ ref('int_gokwik__payments') }}
where order_key is not null
group by order_key
