-- One row a bank transfer (UTR): what it says it paid, and how much of it is known here.
with answer as (
  select
    line.settlement_utr,
    max(line.merchant) as merchant,
    min(line.settlement_date) as settled_at,
    min(line.india_date) as india_date,
    count(*) as settlement_lines,
    count(distinct line.payment_id) as payments,
    sum(line.credit) as credit_rupees,
    sum(line.debit) as debit_rupees,
    sum(line.credit) - sum(line.debit) as net_rupees,
    sum(line.deducted) as deducted_rupees,
    count(case when paid.order_key is null then 1 end) as unknown_lines
  from {{ ref('int_gokwik__settlement_lines') }} as line
  left join {{ ref('gokwik__settlement_reconciliation') }} as paid on paid.reconciliation_key = line.reconciliation_key
  where line.settlement_utr is not null
  group by line.settlement_utr
)
{{ gokwik_agreed('answer') }}
