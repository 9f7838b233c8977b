select
  record_key, {{ gokwik_merchant() }} as merchant, source_relation, {{ gokwik_id('request_id') }} as request_id, {{ gokwik_id('gokwik_oid') }} as gokwik_oid,
  prefill_shown, {{ gokwik_code('prefill_source') }} as prefill_source, addresses_offered,
  {{ gokwik_code('outcome') }} as outcome,
  edited_fields, seconds_on_address_page, {{ gokwik_pincode('pincode') }} as pincode, coalesce(city_name, {{ gokwik_trim('city') }}) as city,
  coalesce(state_name, {{ gokwik_trim('state') }}) as state, serviceable,
  created_at, updated_at, {{ gokwik_india_date('created_at') }} as india_date, extracted_at
from {{ gokwik_latest('address_prefills', 'record_key text, request_id text, gokwik_oid text,
  prefill_shown flag, prefill_source text, addresses_offered count, outcome text,
  edited_fields json, seconds_on_address_page number, pincode text, city text, state text,
  serviceable flag, created_at time, updated_at time', 'updated_at') }} as latest
left join {{ ref('stg_gokwik__city_names') }} as cities on cities.city_spelling = lower({{ gokwik_trim('city') }})
left join {{ ref('stg_gokwik__state_names') }} as states on states.state_spelling = lower({{ gokwik_trim('state') }})
