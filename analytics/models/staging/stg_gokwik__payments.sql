select
  record_key, {{ gokwik_merchant() }} as merchant, source_relation, coalesce({{ gokwik_id('payment_id') }}, record_key) as payment_id,
  {{ gokwik_id('merchant_reference_id') }} as merchant_reference_id,
  {{ gokwik_id('gokwik_oid') }} as gokwik_oid, {{ gokwik_id('moid') }} as moid,
  {{ gokwik_id('transaction_id') }} as transaction_id, {{ gokwik_method('method') }} as method, provider, status,
  {{ gokwik_paid_state('paid_words') }} as paid_state,
  case when {{ gokwik_words('method') }} in (' cod', ' cash', ' cash on delivery') then true else false end as is_cash,
  amount, error_code, error_message,
  created_at, updated_at, {{ gokwik_india_date('created_at') }} as india_date, extracted_at
from (
  select
    latest.*,
    {{ gokwik_words('status') }} as paid_words
  from {{ gokwik_latest('payments', 'record_key text, payment_id text, merchant_reference_id text,
    gokwik_oid text, moid text, transaction_id text, method text, provider text, status text,
    amount money, error_code text, error_message text, created_at time, updated_at time',
    'updated_at') }} as latest
) as spelled
