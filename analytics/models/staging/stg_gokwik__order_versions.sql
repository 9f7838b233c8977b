-- The latest version of each row. One order can have two rows: see stg_gokwik__orders.
select
  record_key, {{ gokwik_merchant() }} as merchant, source_relation,
  {{ gokwik_id('request_id') }} as request_id,
  {{ gokwik_id('gokwik_oid') }} as gokwik_oid,
  {{ gokwik_id('moid') }} as moid,
  {{ gokwik_id('platform_order_id') }} as platform_order_id,
  {{ gokwik_id('order_number') }} as order_number,
  {{ gokwik_id('shopify_order_name') }} as shopify_order_name,
  order_status, {{ gokwik_order_state('order_words', 'order_status') }} as order_state,
  order_type, {{ gokwik_method('payment_method') }} as payment_method, coalesce(nullif(lower(trim(payment_class)), ''), 'unknown') as payment_class,
  payment_status, {{ gokwik_paid_state('payment_words') }} as paid_state,
  total, subtotal, total_tax, total_shipping, total_discount, mrp_total, cod_charges,
  {{ gokwik_given('promo_code') }} as promo_code,
  {{ gokwik_flag_word('risk_words', 'rto_risk_flag') }} as rto_risk_flag, rto_score, rto_remark,
  shipment_status, {{ gokwik_parcel_state('parcel_words') }} as parcel_state,
  {{ gokwik_id('awb_number') }} as awb_number,
  coalesce(
    nullif({{ gokwik_shopper('merchant_words', 'customer_type_merchant') }}, 'not given'),
    {{ gokwik_shopper('shopper_words', 'customer_type') }}
  ) as customer_type,
  {{ gokwik_word('utm_source') }} as utm_source, utm_medium,
  {{ gokwik_given('utm_campaign') }} as utm_campaign,
  landing_page, product_name, _source as source_file,
  {{ gokwik_pincode('postcode') }} as pincode,
  {{ gokwik_trim('city') }} as shipping_city, {{ gokwik_trim('state') }} as shipping_state,
  created_at, updated_at, {{ gokwik_india_date('created_at') }} as india_date, extracted_at
from (
  select
    latest.*,
    {{ gokwik_json_field('shipping_address', 'postcode') }} as postcode,
    {{ gokwik_json_field('shipping_address', 'city') }} as city,
    {{ gokwik_json_field('shipping_address', 'state') }} as state,
    {{ gokwik_words('order_status') }} as order_words,
    {{ gokwik_words('payment_status') }} as payment_words,
    {{ gokwik_words('rto_risk_flag') }} as risk_words,
    {{ gokwik_words('shipment_status') }} as parcel_words,
    -- A column alone: engines fold each of its few words once, of two put together every row's.
    {{ gokwik_words('customer_type_merchant') }} as merchant_words,
    {{ gokwik_words('customer_type') }} as shopper_words
  from {{ gokwik_latest('orders', 'record_key text, request_id text, gokwik_oid text, moid text,
    platform_order_id text, order_number text, shopify_order_name text, order_status text,
    order_type text, payment_method text, payment_class text, payment_status text, total money,
    subtotal money, total_tax money, total_shipping money, total_discount money, mrp_total money,
    cod_charges money, promo_code text, rto_risk_flag text, rto_score number, rto_remark text,
    shipment_status text, awb_number text, customer_type text, customer_type_merchant text,
    utm_source text, utm_medium text, utm_campaign text, landing_page text, product_name text,
    _source text, shipping_address json, created_at time, updated_at time', 'updated_at') }} as latest
) as spelled
