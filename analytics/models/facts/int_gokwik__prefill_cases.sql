-- One row an address step: who, what was offered, what became of it, and whether an order followed.
select
  prefill.record_key, prefill.merchant as merchant, prefill.india_date as india_date, prefill.prefill_source, prefill.outcome,
  case when prefill.prefill_shown then 1 else 0 end as shown,
  prefill.pincode, prefill.city, prefill.state, prefill.seconds_on_address_page,
  coalesce(checkout.shopper, 'not given') as shopper,
  coalesce(checkout.device, 'not given') as device,
  -- Where the checkout is not here its order tells; where neither is, the case's own word.
  case when coalesce(checkout.is_converted, placed.is_placed = 1, prefill.gokwik_oid is not null) then 1 else 0 end as converted
from {{ ref('stg_gokwik__address_prefills') }} as prefill
cross join {{ ref('int_gokwik__as_of') }} as moment
left join {{ ref('gokwik__checkouts') }} as checkout on checkout.request_id = prefill.request_id
left join {{ ref('int_gokwik__checkout_orders') }} as placed
  on placed.request_id = case when checkout.checkout_key is null then prefill.request_id end
where prefill.created_at is null or prefill.created_at <= moment.cutoff
