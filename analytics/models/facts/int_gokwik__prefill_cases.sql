-- One row an address step: what was offered, what became of it, and whether an order followed.
{{ config(materialized='view') }}

select
  prefill.record_key,
  prefill.india_date,
  {{ gokwik_given('prefill.prefill_source') }} as prefill_source,
  {{ gokwik_given('prefill.outcome') }} as outcome,
  case when prefill.prefill_shown then 1 else 0 end as shown,
  {{ gokwik_given('prefill.pincode') }} as pincode,
  prefill.city, prefill.state,
  prefill.seconds_on_address_page,
  case when coalesce(checkout.is_converted, prefill.gokwik_oid is not null) then 1 else 0 end as converted
from {{ ref('stg_gokwik__address_prefills') }} as prefill
left join {{ ref('gokwik__checkouts') }} as checkout on checkout.checkout_key = prefill.request_id
