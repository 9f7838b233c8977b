-- The package's variables as the models were built with them: whoever reads the models later needs the same.
{{ config(materialized='view') }}

select 'gokwik_as_of' as name, '{{ var('gokwik_as_of') }}' as value
union all select 'rto_maturity_days', '{{ var('rto_maturity_days') }}'
union all select 'recovery_maturity_days', '{{ var('recovery_maturity_days') }}'
union all select 'settlement_due_days', '{{ var('settlement_due_days') }}'
union all select 'refund_due_days', '{{ var('refund_due_days') }}'
union all select 'settlement_tolerance_rupees', '{{ var('settlement_tolerance_rupees') }}'
union all select 'gokwik_least_cases', '{{ var('gokwik_least_cases') }}'
union all select 'gokwik_forward_shipping_rupees', '{{ var('gokwik_forward_shipping_rupees') }}'
union all select 'gokwik_return_shipping_rupees', '{{ var('gokwik_return_shipping_rupees') }}'
union all select 'pincode_prior_orders', '{{ var('pincode_prior_orders') }}'
