select
  record_key, request_id, gokwik_oid, moid, risk_flag, score, reason, action, outcome, outcome_at,
  created_at, updated_at, {{ gokwik_india_date('created_at') }} as india_date, extracted_at
from {{ gokwik_latest('rto_predictions', 'record_key text, request_id text, gokwik_oid text,
  moid text, risk_flag text, score number, reason text, action text, outcome text,
  outcome_at time, created_at time, updated_at time', 'updated_at') }} as latest
