-- One row an address step: what was offered, what became of it, and whether an order followed.
{{ config(materialized='view') }}

with prefills as (
  -- Words are put right before the join: see gokwik__checkouts.
  select
    record_key, request_id, india_date,
    {{ gokwik_given('prefill_source') }} as prefill_source,
    {{ gokwik_given('outcome') }} as outcome,
    case when prefill_shown then 1 else 0 end as shown,
    {{ gokwik_given('pincode') }} as pincode,
    city, state, seconds_on_address_page,
    gokwik_oid is not null as has_order
  from {{ ref('stg_gokwik__address_prefills') }}
)
select
  prefill.record_key, prefill.india_date, prefill.prefill_source, prefill.outcome, prefill.shown,
  prefill.pincode, prefill.city, prefill.state, prefill.seconds_on_address_page,
  case when coalesce(checkout.is_converted, prefill.has_order) then 1 else 0 end as converted
from prefills as prefill
left join {{ ref('gokwik__checkouts') }} as checkout on checkout.checkout_key = prefill.request_id
