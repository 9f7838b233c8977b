select
  record_key, awb, order_id, status, payment_mode, courier_name, total_amount, weight,
  creation_datetime, estimated_delivery_date,
  {{ gokwik_india_date('creation_datetime') }} as india_date, extracted_at
from {{ gokwik_latest('shipments', 'record_key text, awb text, order_id text, status text,
  payment_mode text, courier_name text, total_amount money, weight number,
  creation_datetime time, estimated_delivery_date time', 'creation_datetime') }} as latest
