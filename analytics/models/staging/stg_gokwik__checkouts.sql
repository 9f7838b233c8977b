select
  record_key, {{ gokwik_merchant() }} as merchant, source_relation, {{ gokwik_id('request_id') }} as request_id, session_id,
  {{ gokwik_code('status') }} as status, last_stage,
  {{ gokwik_id('gokwik_oid') }} as gokwik_oid, {{ gokwik_id('moid') }} as moid, login_type,
  {{ gokwik_shopper('shopper_words', 'customer_type') }} as customer_type,
  {{ gokwik_word('device_type') }} as device_type, store_platform, item_count, total_price,
  total_discount, cod_charges, payment_method,
  {{ gokwik_flag_word('risk_words', 'rto_risk_flag') }} as rto_risk_flag,
  {{ gokwik_word('mkt_source') }} as mkt_source, {{ gokwik_given('mkt_medium') }} as mkt_medium,
  {{ gokwik_given('mkt_campaign') }} as mkt_campaign, orig_referrer,
  {{ gokwik_pincode('postcode') }} as pincode,
  created_at, updated_at, {{ gokwik_india_date('created_at') }} as india_date, extracted_at
from (
  select
    latest.*,
    {{ gokwik_json_field('address', 'pincode') }} as postcode,
    {{ gokwik_words('customer_type') }} as shopper_words,
    {{ gokwik_words('rto_risk_flag') }} as risk_words
  from {{ gokwik_latest('checkouts', 'record_key text, request_id text, session_id text,
    status text, last_stage text, gokwik_oid text, moid text, login_type text, customer_type text,
    device_type text, store_platform text, item_count count, total_price money,
    total_discount money, cod_charges money, payment_method text, rto_risk_flag text,
    mkt_source text, mkt_medium text, mkt_campaign text, orig_referrer text, address json,
    created_at time, updated_at time', 'updated_at') }} as latest
) as spelled
