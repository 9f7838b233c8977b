-- The states and union territories of India, by every way of writing them: their names, with and without
-- blanks, `&` for `and`, their codes (ISO 3166-2:IN as it is since 2023, before that, and those of vehicles)
-- and what was renamed or is often misspelled. In lower case.
{{ config(materialized='view') }}

with states as (
  select 'AN' as code, 'Andaman and Nicobar Islands' as state
  union all select 'AP', 'Andhra Pradesh'
  union all select 'AR', 'Arunachal Pradesh'
  union all select 'AS', 'Assam'
  union all select 'BR', 'Bihar'
  union all select 'CG', 'Chhattisgarh'
  union all select 'CH', 'Chandigarh'
  union all select 'DH', 'Dadra and Nagar Haveli and Daman and Diu'
  union all select 'DL', 'Delhi'
  union all select 'GA', 'Goa'
  union all select 'GJ', 'Gujarat'
  union all select 'HP', 'Himachal Pradesh'
  union all select 'HR', 'Haryana'
  union all select 'JH', 'Jharkhand'
  union all select 'JK', 'Jammu and Kashmir'
  union all select 'KA', 'Karnataka'
  union all select 'KL', 'Kerala'
  union all select 'LA', 'Ladakh'
  union all select 'LD', 'Lakshadweep'
  union all select 'MH', 'Maharashtra'
  union all select 'ML', 'Meghalaya'
  union all select 'MN', 'Manipur'
  union all select 'MP', 'Madhya Pradesh'
  union all select 'MZ', 'Mizoram'
  union all select 'NL', 'Nagaland'
  union all select 'OD', 'Odisha'
  union all select 'PB', 'Punjab'
  union all select 'PY', 'Puducherry'
  union all select 'RJ', 'Rajasthan'
  union all select 'SK', 'Sikkim'
  union all select 'TN', 'Tamil Nadu'
  union all select 'TR', 'Tripura'
  union all select 'TS', 'Telangana'
  union all select 'UK', 'Uttarakhand'
  union all select 'UP', 'Uttar Pradesh'
  union all select 'WB', 'West Bengal'
),
others as (
  select 'andaman & nicobar' as spelled, 'AN' as code
  union all select 'andaman and nicobar', 'AN'
  union all select 'arunachal', 'AR'
  union all select 'chattisgarh', 'CG'
  union all select 'chattishgarh', 'CG'
  union all select 'chhatisgarh', 'CG'
  union all select 'ct', 'CG'
  union all select 'dadra & nagar haveli', 'DH'
  union all select 'dadra and nagar haveli', 'DH'
  union all select 'daman & diu', 'DH'
  union all select 'daman and diu', 'DH'
  union all select 'dd', 'DH'
  union all select 'dn', 'DH'
  union all select 'the dadra and nagar haveli and daman and diu', 'DH'
  union all select 'delhi (nct)', 'DL'
  union all select 'delhi nct', 'DL'
  union all select 'national capital territory of delhi', 'DL'
  union all select 'nct', 'DL'
  union all select 'nct of delhi', 'DL'
  union all select 'new delhi', 'DL'
  union all select 'gujrat', 'GJ'
  union all select 'himachal', 'HP'
  union all select 'j & k', 'JK'
  union all select 'j&k', 'JK'
  union all select 'jammu kashmir', 'JK'
  union all select 'karnatak', 'KA'
  union all select 'laccadives', 'LD'
  union all select 'lakshadweep islands', 'LD'
  union all select 'maharastra', 'MH'
  union all select 'or', 'OD'
  union all select 'orissa', 'OD'
  union all select 'orrisa', 'OD'
  union all select 'panjab', 'PB'
  union all select 'pondicherry', 'PY'
  union all select 'tamilnad', 'TN'
  union all select 'telengana', 'TS'
  union all select 'tg', 'TS'
  union all select 'ua', 'UK'
  union all select 'ut', 'UK'
  union all select 'uttaranchal', 'UK'
  union all select 'uttarkhand', 'UK'
  union all select 'uttrakhand', 'UK'
  union all select 'bengal', 'WB'
),
every_way as (
  select lower(state) as state_spelling, state as state_name from states
  union all
  select replace(lower(state), ' ', ''), state from states
  union all
  select replace(lower(state), ' and ', ' & '), state from states
  union all
  select replace(replace(lower(state), ' and ', '&'), ' ', ''), state from states
  union all
  select lower(code), state from states
  union all
  select concat('in-', lower(code)), state from states
  union all
  select others.spelled, states.state from others join states on states.code = others.code
  union all
  select concat('in-', others.spelled), states.state from others join states on states.code = others.code
  where length(others.spelled) = 2
)
select state_spelling, min(state_name) as state_name
from every_way
group by state_spelling
