-- What the first finding of a payment says is among all of them.
select paid.reconciliation_key
from {{ ref('gokwik__settlement_reconciliation') }} as paid
left join {{ ref('gokwik__settlement_findings') }} as finding
  on finding.reconciliation_key = paid.reconciliation_key and finding.finding = paid.finding
where paid.finding <> 'matched' and coalesce(finding.finding, '') = ''
