select batch.credit_rupees, paid.credit_rupees as reconciled
from (select coalesce(sum(credit), 0) as credit_rupees from {{ ref('int_gokwik__settlement_lines') }}) as batch
cross join (
  select coalesce(sum(credit_rupees), 0) as credit_rupees from {{ ref('gokwik__settlement_reconciliation') }}
) as paid
where abs(batch.credit_rupees - paid.credit_rupees) > 0.001
