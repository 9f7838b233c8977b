-- One row an order: how it was paid, what was predicted, what became of it. The hook takes away rows
-- of orders that have got another key since: see stg_gokwik__orders.
{{ config(
  materialized='incremental', unique_key='order_key',
  post_hook="delete from {{ this }} where order_key not in (select record_key from {{ ref('stg_gokwik__orders') }})"
) }}

with joined as (
  select
    placed.record_key as order_key,
    placed.request_id as request_id, placed.gokwik_oid as gokwik_oid, placed.moid as moid, placed.platform_order_id as platform_order_id,
    placed.created_at as created_at, placed.updated_at as updated_at, placed.india_date as india_date, placed.payment_class,
    placed.payment_method as payment_method,
    {{ gokwik_given('placed.order_status') }} as order_status,
    placed.order_state, placed.paid_state, placed.parcel_state,
    placed.total as total_rupees,
    placed.cod_charges as cod_charges_rupees,
    placed.total_discount as discount_rupees,
    placed.mrp_total, placed.promo_code as coupon,
    coalesce(checkout.device_type, 'not given') as device,
    placed.utm_source as source, placed.utm_campaign as campaign,
    placed.customer_type as shopper,
    coalesce(nullif(predicted.risk_flag, 'not given'), placed.rto_risk_flag) as predicted_risk,
    coalesce(predicted.score, placed.rto_score) as predicted_score,
    coalesce(predicted.action, 'not given') as risk_action,
    predicted.record_key is not null as has_prediction,
    placed.pincode as pincode, placed.city, placed.state, placed.awb_number, placed.product_name, placed.merchant as merchant, placed.source_relation as source_relation,
    steps.cod_chosen_at, steps.prepaid_chosen_at,
    -- What was not known at a past moment that is asked for is not known.
    case when predicted.outcome_at > moment.cutoff then 'in_transit' else coalesce(predicted.outcome, '') end as rated_outcome,
    predicted.outcome_at,
    paid.captured_rupees,
    coalesce(past.was_confirmed, 0) as was_confirmed,
    coalesce(past.was_open, 0) as was_open,
    coalesce(past.was_paid, 0) as was_paid,
    past.rto_at as row_rto_at, past.cancelled_at as row_cancelled_at, past.delivered_at as row_delivered_at,
    coalesce(parcel.parcels, 0) as parcels,
    coalesce(parcel.back_parcels, 0) as back_parcels,
    coalesce(parcel.rto_parcels, 0) as rto_parcels,
    coalesce(parcel.delivered_parcels, 0) as delivered_parcels,
    coalesce(parcel.lost_parcels, 0) as lost_parcels,
    coalesce(parcel.moving_parcels, 0) as moving_parcels,
    parcel.rto_share, parcel.delivered_share, parcel.open_share,
    parcel.told_rto_at, parcel.seen_rto_at,
    coalesce(sent_back.return_requests, 0) as return_requests,
    sent_back.received_at,
    coalesce(refund.refunded_rupees, 0) as refunded_rupees,
    moment.cutoff,
    greatest(
      placed.extracted_at,
      coalesce(predicted.extracted_at, placed.extracted_at),
      coalesce(parcel.extracted_at, placed.extracted_at),
      coalesce(checkout.extracted_at, placed.extracted_at),
      coalesce(steps.extracted_at, placed.extracted_at),
      coalesce(paid.extracted_at, placed.extracted_at),
      coalesce(past.extracted_at, placed.extracted_at),
      coalesce(sent_back.extracted_at, placed.extracted_at),
      coalesce(refund.extracted_at, placed.extracted_at)
    ) as extracted_at
  from (
    select version.*, coalesce(version.request_id, found.found_id) as checkout_id
    from {{ ref('stg_gokwik__orders') }} as version
    left join (
      select order_key, min(request_id) as found_id from {{ ref('int_gokwik__found_checkouts') }} group by order_key
    ) as found on found.order_key = version.record_key
  ) as placed
  cross join {{ ref('int_gokwik__as_of') }} as moment
  left join (
    select request_id, device_type, extracted_at
    from {{ ref('stg_gokwik__checkouts') }}
    where device_type <> 'not given'
  ) as checkout on checkout.request_id = placed.checkout_id
  left join (
    select request_id, cod_chosen_at, prepaid_chosen_at, extracted_at
    from {{ ref('int_gokwik__checkout_steps') }}
    where cod_chosen_at is not null or prepaid_chosen_at is not null
  ) as steps on steps.request_id = placed.checkout_id
  left join {{ ref('stg_gokwik__rto_predictions') }} as predicted on predicted.request_id = placed.checkout_id
  left join {{ ref('int_gokwik__parcels') }} as parcel on parcel.order_key = placed.record_key
  left join {{ ref('int_gokwik__paid_orders') }} as paid on paid.order_key = placed.record_key
  left join {{ ref('int_gokwik__order_past') }} as past on past.record_key = placed.record_key
  left join {{ ref('int_gokwik__returns') }} as sent_back on sent_back.merchant = placed.merchant and sent_back.platform_order_id = placed.platform_order_id
  left join (
    select order_key, {{ gokwik_money('sum(amount)') }} as refunded_rupees, max(extracted_at) as extracted_at
    from {{ ref('int_gokwik__refunds') }}
    where order_key is not null
    group by order_key
  ) as refund on refund.order_key = placed.record_key
  where placed.created_at is null or placed.created_at <= moment.cutoff
),
told as (
  select
    joined.*,
    captured_rupees is not null
      or (payment_class <> 'cod' and (paid_state in ('paid', 'refunded') or was_paid = 1)) as is_paid,
    rto_parcels + delivered_parcels + lost_parcels + moving_parcels > 0
      or parcel_state in ('in_transit', 'rto', 'rto_delivered', 'delivered', 'lost')
      or order_state in ('shipped', 'delivered', 'rto') as has_left,
    parcel_state in ('rto', 'rto_delivered') or (order_state = 'rto' and parcel_state <> 'delivered')
      or (row_rto_at <= cutoff and row_delivered_at > cutoff) as row_says_rto,
    (parcel_state = 'delivered' or (order_state = 'delivered' and parcel_state not in ('rto', 'rto_delivered')))
      and (row_delivered_at is null or row_delivered_at <= cutoff) as row_says_delivered,
    order_state = 'cancelled' and (row_cancelled_at is null or row_cancelled_at <= cutoff) as row_says_cancelled
  from joined
),
placed as (
  select
    told.*,
    -- Money outweighs the order's own word; so does a parcel that has left. Of a cancelled order only its
    -- past tells: without one a COD order counts, since most are cancelled after they were confirmed.
    case
      when is_paid or has_left then true
      when order_state in ('pending', 'failed') then false
      when order_state = 'cancelled' then was_confirmed = 1 or (was_open = 0 and payment_class not in ('prepaid', 'partial_cod'))
      when payment_class in ('prepaid', 'partial_cod') and paid_state = 'unpaid' then false
      else true
    end as is_placed
  from told
),
ended as (
  select
    placed.*,
    -- Delivered in the end is delivered. The courier's word for a parcel that is back outweighs a
    -- prediction's; while it is still on its way back, whoever says that it was delivered is later.
    case
      when not is_placed and (order_state = 'failed' or row_says_cancelled) then order_state
      when not is_placed then 'pending'
      when rto_parcels > 0 and rto_parcels < parcels and not row_says_delivered then 'partly_rto'
      when rto_parcels > 0 and rto_parcels < parcels and delivered_parcels > 0 then 'partly_rto'
      when rto_parcels > 0 and row_says_delivered then 'delivered'
      when rto_parcels > 0 and back_parcels < rto_parcels and rated_outcome = 'delivered' then 'delivered'
      when rto_parcels > 0 then 'rto'
      when delivered_parcels > 0 and moving_parcels = 0 then 'delivered'
      when row_says_rto and parcel_state = 'rto' and rated_outcome = 'delivered' then 'delivered'
      when row_says_rto then 'rto'
      when row_says_delivered then 'delivered'
      when rated_outcome = 'rto' then 'rto'
      when rated_outcome = 'delivered' then 'delivered'
      when lost_parcels > 0 or parcel_state = 'lost' then 'lost'
      when row_says_cancelled or rated_outcome = 'cancelled' then 'cancelled'
      -- A number alone says that a parcel left, unless the courier says that it still waits.
      when has_left or rated_outcome = 'in_transit' then 'in_transit'
      when awb_number is not null and parcels = 0 and parcel_state <> 'booked' then 'in_transit'
      else 'not_shipped'
    end as said_outcome,
    -- The first evidence that has a date of its own; a row that is known in one version has none.
    nullif(
      least(
        coalesce(told_rto_at, {{ gokwik_never() }}),
        coalesce(seen_rto_at, {{ gokwik_never() }}),
        coalesce(row_rto_at, {{ gokwik_never() }}),
        coalesce(received_at, {{ gokwik_never() }}),
        case when rated_outcome = 'rto' then coalesce(outcome_at, {{ gokwik_never() }}) else {{ gokwik_never() }} end
      ),
      {{ gokwik_never() }}
    ) as first_rto_at
  from placed
),
judged as (
  select
    ended.*,
    case when said_outcome in ('rto', 'partly_rto') and first_rto_at > cutoff then 'in_transit' else said_outcome end as outcome
  from ended
),
shares as (
  select
    judged.*,
    cast(case outcome when 'rto' then 1 when 'partly_rto' then rto_share else 0 end as {{ gokwik_type_number() }}) as rto_orders,
    cast(case outcome when 'delivered' then 1 when 'partly_rto' then delivered_share else 0 end as {{ gokwik_type_number() }}) as delivered_orders,
    cast(case outcome when 'in_transit' then 1 when 'not_shipped' then 1 when 'partly_rto' then open_share else 0 end as {{ gokwik_type_number() }}) as open_orders
  from judged
)
select
  order_key, merchant, source_relation, request_id, gokwik_oid, moid, platform_order_id, created_at, updated_at, india_date,
  {{ gokwik_week('india_date') }} as order_week,
  -- COD that was paid online in full after all, the fee for COD left out, has nothing to collect.
  case
    when payment_class = 'cod' and captured_rupees > 0 and captured_rupees >= total_rupees - coalesce(cod_charges_rupees, 0) - {{ var('settlement_tolerance_rupees') }} then 'prepaid'
    else payment_class
  end as payment_class,
  payment_method, order_status, total_rupees, cod_charges_rupees,
  discount_rupees, mrp_total, coupon, device, source, campaign, shopper, predicted_risk,
  predicted_score, risk_action, has_prediction,
  pincode, city, state, cod_chosen_at, prepaid_chosen_at, product_name, outcome,
  is_placed, is_paid,
  is_placed and outcome in ('rto', 'partly_rto', 'delivered', 'lost', 'in_transit') as is_shipped,
  outcome = 'delivered' as is_delivered,
  (row_says_cancelled or outcome = 'cancelled') and outcome <> 'delivered' as is_cancelled,
  outcome = 'rto' as is_rto,
  outcome = 'partly_rto' as is_partly_rto,
  case when outcome in ('rto', 'partly_rto') then first_rto_at end as rto_at,
  case when is_placed then rto_orders else 0 end as rto_orders,
  case when is_placed then delivered_orders else 0 end as delivered_orders,
  -- Of what was placed and not cancelled: what may still come back, parcels that have not left included.
  case when is_placed and not row_says_cancelled then open_orders else 0 end as open_orders,
  case when is_placed then coalesce(total_rupees, 0) else 0 end as placed_rupees,
  {{ gokwik_money("case
    when not is_placed then 0
    when outcome <> 'delivered' and (row_says_cancelled or outcome = 'cancelled') then 0
    else coalesce(total_rupees, 0) * (1 - rto_orders)
  end") }} as net_rupees,
  {{ gokwik_money('case when is_placed then coalesce(total_rupees, 0) * delivered_orders else 0 end') }} as delivered_rupees,
  captured_rupees, return_requests, refunded_rupees, extracted_at
from shares
{% if is_incremental() %}
-- What is held as it is stays: only what has changed is written.
{{ gokwik_except() }}
select * from {{ this }}
{% endif %}
