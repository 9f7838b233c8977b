-- The steps of the checkout, in order; `event_names` are the SDK's.
{{ config(materialized='view') }}

select 1 as step_number, 'started' as step, '(the checkout exists)' as event_names
union all select 2, 'opened', 'checkout-ready'
union all select 3, 'login started', 'user-login-initiated'
union all select 4, 'logged in', 'user-login-successful, login_otp_verification_passed'
union all select 5, 'address given', 'address-add, address-selected'
union all select 6, 'payment page', 'navigation_payment_options'
union all select 7, 'method chosen', 'payment-method-selected'
union all select 8, 'order created', 'create-order'
union all select 9, 'order completed', 'order-complete'
