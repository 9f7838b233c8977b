-- One row a pincode. Rates are over COD orders that are old enough: prepaid orders come back less, and
-- where more pay prepaid a pincode would look better than its COD is. The rank goes by the rate's lower
-- bound, so that one parcel of two does not head the list, and only from a least number of orders on.
with orders as (
  select
    placed.*,
    {{ gokwik_days('moment.as_of_date', 'placed.india_date') }} >= {{ var('rto_maturity_days') }} as is_old_enough
  from {{ ref('gokwik__orders') }} as placed
  cross join {{ ref('int_gokwik__as_of') }} as moment
  where placed.is_placed
),
grouped as (
  select
    pincode, max(city) as city, max(state) as state,
    count(*) as orders,
    count(case when payment_class = 'cod' then 1 end) as cod_orders,
    sum(placed_rupees) as placed_rupees,
    count(case when is_shipped then 1 end) as shipped_orders,
    sum(rto_orders) as rto_orders,
    count(case when is_shipped and is_old_enough and payment_class = 'cod' then 1 end) as mature_cod_shipped_orders,
    sum(case when is_old_enough and payment_class = 'cod' then rto_orders else 0 end) as mature_cod_rto_orders,
    {{ gokwik_money('sum(placed_rupees * rto_orders)') }} as rto_rupees,
    avg(predicted_score) as average_score
  from orders
  group by pincode
),
overall as (
  select {{ gokwik_rate('sum(mature_cod_rto_orders)', 'sum(mature_cod_shipped_orders)') }} as cod_rto_rate
  from grouped
),
rated as (
  select
    grouped.*,
    {{ gokwik_rate('cod_orders', 'orders') }} as cod_share,
    {{ gokwik_rate('mature_cod_rto_orders', 'mature_cod_shipped_orders') }} as cod_rto_rate,
    {{ gokwik_wilson_low('mature_cod_rto_orders', 'mature_cod_shipped_orders') }} as cod_rto_rate_at_least,
    {{ gokwik_wilson_high('mature_cod_rto_orders', 'mature_cod_shipped_orders') }} as cod_rto_rate_at_most,
    (mature_cod_rto_orders + {{ var('pincode_prior_orders') }} * overall.cod_rto_rate)
      / (mature_cod_shipped_orders + {{ var('pincode_prior_orders') }}) as weighed_cod_rto_rate,
    mature_cod_shipped_orders >= {{ var('gokwik_least_cases') }} and pincode <> 'not given' as has_enough_cases
  from grouped
  cross join overall
),
answer as (
  select
    rated.*,
    case when has_enough_cases then
      row_number() over (partition by has_enough_cases order by cod_rto_rate_at_least desc, cod_rto_rate desc, pincode)
    end as rank
  from rated
)
{{ gokwik_agreed('answer') }}
