select
  record_key, {{ gokwik_merchant() }} as merchant, source_relation, {{ gokwik_id('request_id') }} as request_id, {{ gokwik_id('gokwik_oid') }} as gokwik_oid,
  {{ gokwik_id('moid') }} as moid, {{ gokwik_flag_word('risk_words', 'risk_flag') }} as risk_flag, score, reason,
  {{ gokwik_code('action') }} as action, {{ gokwik_code('outcome') }} as outcome, outcome_at,
  created_at, updated_at, {{ gokwik_india_date('created_at') }} as india_date, extracted_at
from (
  select
    latest.*,
    {{ gokwik_words('risk_flag') }} as risk_words
  from {{ gokwik_latest('rto_predictions', 'record_key text, request_id text, gokwik_oid text,
    moid text, risk_flag text, score number, reason text, action text, outcome text,
    outcome_at time, created_at time, updated_at time', 'updated_at') }} as latest
) as spelled
