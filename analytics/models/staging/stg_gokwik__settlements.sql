select
  record_key, {{ gokwik_merchant() }} as merchant, source_relation, serial_no, transaction_type,
  {{ gokwik_id('payment_id') }} as payment_id, {{ gokwik_id('order_id') }} as order_id,
  amount, tax, fee, additional_fees,
  additional_tax, gokwik_deduction, debit, credit, payment_method, transaction_date,
  transaction_rrn, {{ gokwik_id('merchant_order_id') }} as merchant_order_id,
  {{ gokwik_id('platform_order_id') }} as platform_order_id,
  {{ gokwik_id('settlement_utr') }} as settlement_utr, settlement_date,
  settled_by, payment_mode, bank_code, card_network,
  {{ gokwik_india_date('settlement_date') }} as india_date, extracted_at
from {{ gokwik_latest('settlements', 'record_key text, serial_no text, transaction_type text,
  payment_id text, order_id text, amount money, tax money, fee money, additional_fees money,
  additional_tax money, gokwik_deduction money, debit money, credit money, payment_method text,
  transaction_date time, transaction_rrn text, merchant_order_id text, platform_order_id text,
  settlement_utr text, settlement_date time, settled_by text, payment_mode text, bank_code text,
  card_network text', 'settlement_date') }} as latest
