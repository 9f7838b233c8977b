-- Cities that have two names or had another, each under the one of today. In lower case. A name that two
-- cities share (Aurangabad, Bijapur) is not here. Delhi is New Delhi, as the post has it.
{{ config(materialized='view') }}

with renamed as (
  select 'bangalore' as spelled, 'Bengaluru' as city
  union all select 'bengalooru', 'Bengaluru'
  union all select 'bombay', 'Mumbai'
  union all select 'calcutta', 'Kolkata'
  union all select 'madras', 'Chennai'
  union all select 'delhi', 'New Delhi'
  union all select 'gurgaon', 'Gurugram'
  union all select 'poona', 'Pune'
  union all select 'baroda', 'Vadodara'
  union all select 'allahabad', 'Prayagraj'
  union all select 'banaras', 'Varanasi'
  union all select 'benares', 'Varanasi'
  union all select 'cawnpore', 'Kanpur'
  union all select 'simla', 'Shimla'
  union all select 'gauhati', 'Guwahati'
  union all select 'jullundur', 'Jalandhar'
  union all select 'vizag', 'Visakhapatnam'
  union all select 'vishakhapatnam', 'Visakhapatnam'
  union all select 'mysore', 'Mysuru'
  union all select 'mangalore', 'Mangaluru'
  union all select 'hubli', 'Hubballi'
  union all select 'belgaum', 'Belagavi'
  union all select 'bellary', 'Ballari'
  union all select 'gulbarga', 'Kalaburagi'
  union all select 'shimoga', 'Shivamogga'
  union all select 'tumkur', 'Tumakuru'
  union all select 'hospet', 'Hosapete'
  union all select 'chikmagalur', 'Chikkamagaluru'
  union all select 'trivandrum', 'Thiruvananthapuram'
  union all select 'cochin', 'Kochi'
  union all select 'calicut', 'Kozhikode'
  union all select 'quilon', 'Kollam'
  union all select 'alleppey', 'Alappuzha'
  union all select 'cannanore', 'Kannur'
  union all select 'trichur', 'Thrissur'
  union all select 'palghat', 'Palakkad'
  union all select 'pondicherry', 'Puducherry'
  union all select 'tuticorin', 'Thoothukudi'
  union all select 'trichy', 'Tiruchirappalli'
  union all select 'tiruchirapalli', 'Tiruchirappalli'
  union all select 'tanjore', 'Thanjavur'
  union all select 'ooty', 'Udhagamandalam'
  union all select 'ootacamund', 'Udhagamandalam'
  union all select 'chhatrapati sambhaji nagar', 'Chhatrapati Sambhajinagar'
  union all select 'osmanabad', 'Dharashiv'
  union all select 'ahmednagar', 'Ahilyanagar'
  union all select 'hoshangabad', 'Narmadapuram'
),
every_way as (
  select spelled as city_spelling, city as city_name from renamed
  union all
  select lower(city), city from renamed
)
select city_spelling, min(city_name) as city_name
from every_way
group by city_spelling
