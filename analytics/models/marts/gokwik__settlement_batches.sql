-- One row a bank transfer (UTR): what it says it paid, and how much of it is known here.
select
  line.settlement_utr,
  min(line.settlement_date) as settled_at,
  min(line.india_date) as india_date,
  count(*) as settlement_lines,
  count(distinct line.payment_id) as payments,
  sum(coalesce(line.credit, 0)) as credit_rupees,
  sum(coalesce(line.debit, 0)) as debit_rupees,
  sum(coalesce(line.credit, 0)) - sum(coalesce(line.debit, 0)) as net_rupees,
  sum(coalesce(line.fee, 0) + coalesce(line.tax, 0) + coalesce(line.additional_fees, 0) + coalesce(line.additional_tax, 0) + coalesce(line.gokwik_deduction, 0)) as deducted_rupees,
  sum(case when paid.finding is null or paid.finding in ('settled, payment unknown', 'order unknown') then 1 else 0 end) as unknown_lines
from {{ ref('stg_gokwik__settlements') }} as line
left join {{ ref('gokwik__settlement_reconciliation') }} as paid on paid.payment_id = line.payment_id
where line.settlement_utr is not null
group by line.settlement_utr
