-- The latest version of each row. One order can have two rows: see stg_gokwik__orders.
select
  record_key, request_id, gokwik_oid, moid, platform_order_id,
  order_status, order_type, payment_method, coalesce(payment_class, 'unknown') as payment_class,
  payment_status, total, subtotal, total_tax, total_shipping, total_discount, cod_charges,
  promo_code, rto_risk_flag, rto_score, rto_remark, shipment_status, awb_number, customer_type,
  utm_source, utm_medium, utm_campaign, landing_page, _source as source_file,
  {{ gokwik_json_field('shipping_address', 'postcode') }} as pincode,
  {{ gokwik_json_field('shipping_address', 'city') }} as city,
  {{ gokwik_json_field('shipping_address', 'state') }} as state,
  created_at, updated_at, {{ gokwik_india_date('created_at') }} as india_date, extracted_at
from {{ gokwik_latest('orders', 'record_key text, request_id text, gokwik_oid text, moid text,
  platform_order_id text, order_status text, order_type text, payment_method text,
  payment_class text, payment_status text, total money, subtotal money, total_tax money,
  total_shipping money, total_discount money, cod_charges money, promo_code text,
  rto_risk_flag text, rto_score number, rto_remark text, shipment_status text, awb_number text,
  customer_type text, utm_source text, utm_medium text, utm_campaign text, landing_page text, _source text,
  shipping_address json, created_at time, updated_at time', 'updated_at') }} as latest
