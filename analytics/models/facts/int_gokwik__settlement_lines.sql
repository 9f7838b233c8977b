-- One row a line of a settlement report, with the payment that it belongs to. A refund's line may name the
-- refund, some name the gateway's transaction, some no payment at all: then the order tells, if it has one
-- payment alone; so it does where nobody knows the refund that is named, or the payment that is, and no line is that
-- payment's own. `reconciliation_key` is the payment, else the order, else the line itself.
{{ config(materialized='table') }}

with lines as (
  select
    line.record_key, line.merchant, line.payment_id, line.order_id, line.merchant_order_id, line.platform_order_id,
    line.settlement_utr, line.settlement_date, line.india_date, line.transaction_date,
    coalesce(line.amount, 0) as amount,
    greatest(coalesce(line.credit, 0), 0) as credit,
    -- A credit below nothing is a debit.
    {{ gokwik_money('coalesce(line.debit, 0) + greatest(-coalesce(line.credit, 0), 0)') }} as debit,
    coalesce(line.fee, 0) + coalesce(line.tax, 0) as fee_and_tax,
    coalesce(line.additional_fees, 0) + coalesce(line.additional_tax, 0) as additional,
    coalesce(line.gokwik_deduction, 0) as gokwik_deduction,
    case
      when {{ gokwik_words('line.transaction_type') }} like '% refund%'
        or {{ gokwik_words('line.transaction_type') }} like '% chargeback%'
        or {{ gokwik_words('line.transaction_type') }} like '% reversal%'
        or (coalesce(line.credit, 0) <= 0 and coalesce(line.debit, 0) > 0) then 1
      else 0
    end as is_refund,
    case when trim(line.transaction_type) <> '' and {{ gokwik_words('line.transaction_type') }} not like '% refund%'
      and {{ gokwik_words('line.transaction_type') }} not like '% chargeback%' then 1 else 0 end as is_no_refund,
    -- A line that is not paid out yet has neither money nor a transfer.
    case when line.credit <> 0 or line.settlement_utr is not null or line.settlement_date is not null then 1 else 0 end as is_paid_out
  from {{ ref('stg_gokwik__settlements') }} as line
  cross join {{ ref('int_gokwik__as_of') }} as moment
  where line.settlement_date is null or line.settlement_date <= moment.cutoff
),
named as (
  select lines.*, paid.payment_id as known_payment_id, paid.order_key as known_order_key
  from lines
  left join {{ ref('int_gokwik__payments') }} as paid on paid.payment_id = lines.payment_id
),
by_refund as (
  select refund_id, max(payment_id) as refund_payment_id
  from {{ ref('stg_gokwik__refunds') }}
  where refund_id in (select payment_id from named where known_payment_id is null)
  group by refund_id
),
by_transaction as (
  select transaction_id, max(payment_id) as transaction_payment_id
  from {{ ref('int_gokwik__payments') }}
  where transaction_id in (select payment_id from named where known_payment_id is null)
  group by transaction_id
),
refs as (
  select record_key, merchant, order_id as said from named where known_order_key is null
  union all
  select record_key, merchant, merchant_order_id from named where known_order_key is null
  union all
  select record_key, merchant, platform_order_id from named where known_order_key is null
),
found as (
  select record_key as line_key, order_key
  from ({{ gokwik_order_of('refs', 'record_key', ref('int_gokwik__order_ids')) }}) as lines_of
),
ids as (
  select
    named.*,
    coalesce(named.known_order_key, found.order_key) as order_key,
    coalesce(named.known_payment_id, by_refund.refund_payment_id, by_transaction.transaction_payment_id) as told_payment_id,
    sole.sole_payment_id, sole.sole_rupees,
    coalesce(
      {{ gokwik_order_ref('named.order_id') }}, {{ gokwik_order_ref('named.merchant_order_id') }},
      {{ gokwik_order_ref('named.platform_order_id') }}
    ) as any_ref
  from named
  left join by_refund on by_refund.refund_id = named.payment_id
  left join by_transaction on by_transaction.transaction_id = named.payment_id
  left join found on found.line_key = named.record_key
  left join (
    select order_key, payment_id as sole_payment_id, captured_rupees as sole_rupees
    from {{ ref('int_gokwik__paid_orders') }}
    where payments = 1
  ) as sole on sole.order_key = found.order_key
),
-- Ids that nobody knows, one for each payment at the most: of several the one whose amount is the nearest.
strange as (
  select strange_id, meant_payment_id
  from (
    select
      payment_id as strange_id, sole_payment_id as meant_payment_id,
      row_number() over (partition by sole_payment_id order by abs(sum(amount) - max(sole_rupees)), payment_id) as choice
    from ids
    where told_payment_id is null and sole_payment_id is not null and is_refund = 0
    group by payment_id, sole_payment_id
  ) as ranked
  where choice = 1
    and meant_payment_id not in (
      select coalesce(told_payment_id, sole_payment_id)
      from ids
      where is_refund = 0 and (told_payment_id is not null or (payment_id is null and sole_payment_id is not null))
    )
),
meant as (
  select
    ids.*,
    coalesce(
      told_payment_id,
      case when is_refund = 1 or payment_id is null or strange.strange_id is not null then sole_payment_id end,
      payment_id
    ) as settled_payment_id
  from ids
  left join strange on strange.meant_payment_id = ids.sole_payment_id and strange.strange_id = ids.payment_id
)
select
  record_key, meant.merchant,
  coalesce(settled_payment_id, 'order ' || coalesce(order_key, any_ref), 'line ' || record_key) as reconciliation_key,
  settled_payment_id as payment_id, order_key,
  case when merchant_order_id is not null or platform_order_id is not null then 1 when order_id is not null then coalesce(known_oids, 0) else 0 end as names_order,
  settlement_utr, settlement_date, india_date, transaction_date,
  amount, credit, debit, is_refund, is_paid_out,
  -- What takes a payout back that should not have been.
  case when is_refund * is_no_refund = 1 then debit else 0 end as taken_back,
  -- GoKwik's deduction is the sum of what stands beside it in some reports, and comes on top in others.
  case
    when gokwik_deduction > 0 and (abs(gokwik_deduction - fee_and_tax) <= 0.01 or abs(gokwik_deduction - fee_and_tax - additional) <= 0.01)
      then gokwik_deduction
    else fee_and_tax + additional + gokwik_deduction
  end as deducted
from meant
left join (
  select merchant, max(case when gokwik_ref is not null then 1 else 0 end) as known_oids
  from {{ ref('int_gokwik__order_keys') }}
  group by merchant
) as known on known.merchant = meant.merchant
