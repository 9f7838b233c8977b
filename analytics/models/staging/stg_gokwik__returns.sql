select
  record_key, {{ gokwik_merchant() }} as merchant, source_relation, id, request_number, request_type, status, channel,
  {{ gokwik_id(gokwik_json_field('order_json', 'id')) }} as platform_order_id,
  {{ gokwik_moment(gokwik_json_field('received', 'created_at')) }} as received_at,
  created_at, {{ gokwik_india_date('created_at') }} as india_date, extracted_at
from {{ gokwik_latest('returns', 'record_key text, id text, request_number text,
  request_type text, status text, channel text, order json, received json, created_at time', 'created_at') }} as latest
