select
  record_key, {{ gokwik_merchant() }} as merchant, source_relation, {{ gokwik_id('awb') }} as awb, {{ gokwik_id('order_id') }} as order_id,
  status, {{ gokwik_parcel_state('parcel_words') }} as parcel_state, payment_mode,
  {{ gokwik_given('courier_name') }} as courier_name, total_amount, weight, status_history,
  creation_datetime, estimated_delivery_date,
  {{ gokwik_india_date('creation_datetime') }} as india_date, extracted_at
from (
  select
    latest.*,
    {{ gokwik_words('status') }} as parcel_words
  from {{ gokwik_latest('shipments', 'record_key text, awb text, order_id text, status text,
    payment_mode text, courier_name text, total_amount money, weight number, status_history json,
    creation_datetime time, estimated_delivery_date time', 'creation_datetime') }} as latest
) as spelled
