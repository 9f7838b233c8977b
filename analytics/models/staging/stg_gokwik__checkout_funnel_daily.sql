select
  record_key, {{ gokwik_merchant() }} as merchant, source_relation, india_date,
  {{ gokwik_given('sales_channel') }} as sales_channel, breakdown,
  {{ gokwik_word('utm_source') }} as utm_source, utm_medium, {{ gokwik_given('utm_campaign') }} as utm_campaign,
  checkout_started, address_landed, payment_step_reached, payment_method_selected, sessions_converted,
  updated_at, extracted_at
from {{ gokwik_latest('checkout_funnel_daily', 'record_key text, date day, sales_channel text,
  breakdown text, utm_source text, utm_medium text, utm_campaign text, checkout_started count,
  address_landed count, payment_step_reached count, payment_method_selected count,
  sessions_converted count, updated_at time', 'updated_at') }} as latest
