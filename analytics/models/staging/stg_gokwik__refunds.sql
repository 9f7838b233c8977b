select
  record_key, {{ gokwik_merchant() }} as merchant, source_relation, {{ gokwik_id('refund_id') }} as refund_id, {{ gokwik_id('payment_id') }} as payment_id, amount, status,
  {{ gokwik_is_refund_done('refund_words') }} as is_done,
  {{ gokwik_id('platform_order_id') }} as platform_order_id,
  {{ gokwik_id('gokwik_oid') }} as gokwik_oid, {{ gokwik_id('moid') }} as moid,
  created_at, updated_at, refund_updated_at, {{ gokwik_india_date('created_at') }} as india_date,
  extracted_at
from (
  select
    latest.*,
    {{ gokwik_words('status') }} as refund_words
  from {{ gokwik_latest('refunds', 'record_key text, refund_id text, payment_id text, amount money,
    status text, platform_order_id text, gokwik_oid text, moid text, created_at time,
    updated_at time, refund_updated_at time', 'updated_at') }} as latest
) as spelled
