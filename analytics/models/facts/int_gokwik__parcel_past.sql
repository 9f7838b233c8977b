-- Since when a parcel is known to come back, where the destination keeps older versions of its row. They
-- have no moment of their own: a version counts by when it was loaded.
{{ config(materialized='incremental', unique_key='record_key') }}

with versions as (
  select
    record_key, extracted_at,
    case when {{ gokwik_parcel_state(gokwik_words('status')) }} in ('rto', 'rto_delivered') then 1 else 0 end as is_rto
  from {{ gokwik_typed('shipments', 'record_key text, status text') }} as typed
  where record_key in {{ gokwik_with_versions('shipments') }}
)
select
  record_key, versions,
  case when without_rto_at < rto_at then rto_at end as rto_at,
  extracted_at
from (
  select
    record_key,
    count(*) as versions,
    min(case when is_rto = 0 then extracted_at end) as without_rto_at,
    min(case when is_rto = 1 then extracted_at end) as rto_at,
    max(extracted_at) as extracted_at
  from versions
  group by record_key
) as known
