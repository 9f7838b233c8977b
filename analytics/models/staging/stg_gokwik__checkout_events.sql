-- One row a step. The facts do not read it: there, the first moment of a step needs no latest version.
{{ config(materialized='view') }}

select
  record_key, {{ gokwik_merchant() }} as merchant, source_relation, {{ gokwik_id('request_id') }} as request_id, session_id, position, name, occurred_at, properties,
  {{ gokwik_india_date('occurred_at') }} as india_date, updated_at, extracted_at
from (
  select
    latest.*,
    max(updated_at) over (partition by request_id) as checkout_updated_at
  from {{ gokwik_latest('checkout_events', 'record_key text, request_id text, session_id text,
    position count, name text, occurred_at time, properties json, updated_at time', 'updated_at') }} as latest
) as events
where updated_at is null or updated_at = checkout_updated_at
