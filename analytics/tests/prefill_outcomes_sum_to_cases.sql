select *
from {{ ref('gokwik__prefill_outcomes') }}
where accepted + edited + replaced + ignored + not_available + other_outcomes <> cases
  or shown > cases or converted > cases
