select
  record_key, request_id, gokwik_oid, prefill_shown, prefill_source, addresses_offered, outcome,
  edited_fields, seconds_on_address_page, pincode, city, state, serviceable,
  created_at, updated_at, {{ gokwik_india_date('created_at') }} as india_date, extracted_at
from {{ gokwik_latest('address_prefills', 'record_key text, request_id text, gokwik_oid text,
  prefill_shown flag, prefill_source text, addresses_offered count, outcome text,
  edited_fields json, seconds_on_address_page number, pincode text, city text, state text,
  serviceable flag, created_at time, updated_at time', 'updated_at') }} as latest
