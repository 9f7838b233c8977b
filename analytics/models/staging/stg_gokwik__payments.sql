select
  record_key, payment_id, merchant_reference_id, gokwik_oid, moid, transaction_id, method, provider,
  status, amount, error_code, error_message,
  created_at, updated_at, {{ gokwik_india_date('created_at') }} as india_date, extracted_at
from {{ gokwik_latest('payments', 'record_key text, payment_id text, merchant_reference_id text,
  gokwik_oid text, moid text, transaction_id text, method text, provider text, status text,
  amount money, error_code text, error_message text, created_at time, updated_at time',
  'updated_at') }} as latest
