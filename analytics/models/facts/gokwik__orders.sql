-- One row an order: how it was paid, what was predicted, what became of it. The hook takes away rows
-- of orders that have got another key since: see stg_gokwik__orders.
{{ config(
  materialized='incremental', unique_key='order_key',
  post_hook="delete from {{ this }} where order_key not in (select record_key from {{ ref('stg_gokwik__orders') }})"
) }}

with orders as (
  -- Words are put right before the joins: see gokwik__checkouts.
  select
    record_key as order_key,
    request_id, gokwik_oid, moid, platform_order_id, created_at, updated_at, india_date,
    {{ gokwik_week('india_date') }} as order_week,
    payment_class,
    {{ gokwik_given('payment_method') }} as payment_method,
    {{ gokwik_given('order_status') }} as order_status,
    lower({{ gokwik_given('order_status') }}) as order_state,
    total as total_rupees,
    cod_charges as cod_charges_rupees,
    total_discount as discount_rupees,
    {{ gokwik_given('utm_source') }} as source,
    {{ gokwik_shopper('customer_type') }} as shopper,
    trim(rto_risk_flag) as risk_flag,
    rto_score,
    {{ gokwik_given('pincode') }} as pincode,
    city, state, awb_number, source_file,
    coalesce({{ gokwik_state('shipment_status') }}, '') as shipment_state,
    extracted_at
  from {{ ref('stg_gokwik__orders') }}
),
predictions as (
  select
    record_key as request_id,
    trim(risk_flag) as risk_flag,
    score,
    {{ gokwik_given('action') }} as risk_action,
    lower(outcome) as outcome,
    outcome_at, extracted_at
  from {{ ref('stg_gokwik__rto_predictions') }}
),
joined as (
  select
    placed.order_key, placed.request_id, placed.gokwik_oid, placed.moid, placed.platform_order_id,
    placed.created_at, placed.updated_at, placed.india_date, placed.order_week,
    placed.payment_class, placed.payment_method, placed.order_status, placed.order_state,
    placed.total_rupees, placed.cod_charges_rupees, placed.discount_rupees,
    coalesce(checkout.device, 'not given') as device,
    placed.source, placed.shopper,
    coalesce(nullif(coalesce(predicted.risk_flag, placed.risk_flag), ''), 'not given') as predicted_risk,
    coalesce(predicted.score, placed.rto_score) as predicted_score,
    coalesce(predicted.risk_action, 'not given') as risk_action,
    placed.pincode, placed.city, placed.state, placed.awb_number, placed.source_file,
    placed.shipment_state,
    checkout.cod_chosen_at, checkout.prepaid_chosen_at,
    coalesce(predicted.outcome, '') as rated_outcome, predicted.outcome_at,
    coalesce(parcel.parcels, 0) as parcels,
    coalesce(parcel.came_back, 0) as came_back,
    coalesce(parcel.delivered, 0) as delivered,
    coalesce(parcel.lost, 0) as lost,
    coalesce(sent_back.return_requests, 0) as return_requests,
    coalesce(refund.refunded_rupees, 0) as refunded_rupees,
    greatest(
      placed.extracted_at,
      coalesce(predicted.extracted_at, placed.extracted_at),
      coalesce(parcel.extracted_at, placed.extracted_at),
      coalesce(checkout.extracted_at, placed.extracted_at),
      coalesce(sent_back.extracted_at, placed.extracted_at),
      coalesce(refund.extracted_at, placed.extracted_at)
    ) as extracted_at
  from orders as placed
  left join {{ ref('gokwik__checkouts') }} as checkout on checkout.checkout_key = placed.request_id
  left join predictions as predicted on predicted.request_id = placed.request_id
  left join {{ ref('int_gokwik__parcels') }} as parcel on parcel.order_id = placed.moid
  left join {{ ref('int_gokwik__returns') }} as sent_back on sent_back.platform_order_id = placed.platform_order_id
  left join {{ ref('int_gokwik__refunds') }} as refund on refund.platform_order_id = placed.platform_order_id
),
judged as (
  select
    joined.*,
    -- A parcel that has turned round counts as RTO from then on, not only when it is back.
    case
      when order_state = 'failed' then 'failed'
      when came_back = 1 or shipment_state like 'rto%' or rated_outcome = 'rto' then 'rto'
      when delivered = 1 or shipment_state = 'delivered' or rated_outcome = 'delivered' or order_state = 'delivered' then 'delivered'
      when lost = 1 or shipment_state in ('lost', 'damaged', 'destroyed') then 'lost'
      when order_state like 'cancel%' or rated_outcome = 'cancelled' then 'cancelled'
      when parcels > 0 or awb_number is not null or order_state = 'shipped' or rated_outcome = 'in_transit' then 'in_transit'
      else 'not_shipped'
    end as outcome
  from joined
)
select
  order_key, request_id, gokwik_oid, moid, platform_order_id, created_at, updated_at, india_date,
  order_week, payment_class, payment_method, order_status, total_rupees, cod_charges_rupees,
  discount_rupees, device, source, shopper, predicted_risk, predicted_score, risk_action,
  pincode, city, state, cod_chosen_at, prepaid_chosen_at, source_file, outcome,
  outcome <> 'failed' as is_placed,
  outcome in ('rto', 'delivered', 'lost', 'in_transit') as is_shipped,
  outcome = 'rto' as is_rto,
  -- When the RTO was known: its own moment where GoKwik gives one, else the order's last update. An
  -- export does not say when a row changed: of its RTOs nobody knows the moment.
  case
    when outcome <> 'rto' then null
    when rated_outcome = 'rto' and outcome_at is not null then outcome_at
    when coalesce(source_file, 'api') = 'api' then coalesce(updated_at, created_at)
  end as rto_known_at,
  return_requests, refunded_rupees, extracted_at
from judged
{% if is_incremental() %}
where extracted_at >= {{ gokwik_arrived_since() }}
{% endif %}
