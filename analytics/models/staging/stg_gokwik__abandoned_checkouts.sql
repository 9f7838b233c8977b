select
  record_key, {{ gokwik_merchant() }} as merchant, source_relation, {{ gokwik_id('request_id') }} as request_id, session_id,
  {{ gokwik_given('drop_stage') }} as drop_stage, drop_off_reasons, is_abandoned,
  {{ gokwik_flag_word('risk_words', 'rto_risk_flag') }} as rto_risk_flag,
  total_price, items_subtotal_price, total_discount, taxes, convenience_fees, cod_charges,
  item_count, brand_order_count, {{ gokwik_word('mkt_source') }} as mkt_source, mkt_medium,
  {{ gokwik_given('mkt_campaign') }} as mkt_campaign, orig_referrer, store_platform,
  {{ gokwik_pincode('postcode') }} as pincode,
  recovered_at, {{ gokwik_id('recovered_moid') }} as recovered_moid,
  created_at, updated_at, {{ gokwik_india_date('created_at') }} as india_date, extracted_at
from (
  select
    latest.*,
    {{ gokwik_json_field('address', 'pincode') }} as postcode,
    {{ gokwik_words('rto_risk_flag') }} as risk_words
  from {{ gokwik_latest('abandoned_checkouts', 'record_key text, request_id text,
    session_id text, drop_stage text, drop_off_reasons json, is_abandoned flag, rto_risk_flag text,
    total_price money, items_subtotal_price money, total_discount money, taxes money,
    convenience_fees money, cod_charges money, item_count count, brand_order_count count,
    mkt_source text, mkt_medium text, mkt_campaign text, orig_referrer text, store_platform text,
    address json, recovered_at time, recovered_moid text, created_at time, updated_at time',
    'updated_at') }} as latest
) as spelled
