{# What SQL dialects say differently. DuckDB and PostgreSQL agree on the defaults.
   Bodies hold nothing but their arguments and calls of each other: analytics/report/models.ts renders them too. #}

{% macro gokwik_type_time() %}{{ return(adapter.dispatch('gokwik_type_time', 'gokwik')()) }}{% endmacro %}
{% macro default__gokwik_type_time() %}timestamp{% endmacro %}
{% macro snowflake__gokwik_type_time() %}timestamp_ntz{% endmacro %}
{% macro clickhouse__gokwik_type_time() %}DateTime64(6, 'UTC'){% endmacro %}

{% macro gokwik_type_text() %}{{ return(adapter.dispatch('gokwik_type_text', 'gokwik')()) }}{% endmacro %}
{% macro default__gokwik_type_text() %}varchar{% endmacro %}
{% macro bigquery__gokwik_type_text() %}string{% endmacro %}

{% macro gokwik_type_money() %}decimal(18, 2){% endmacro %}

{# Rupees and paise, rounded: ClickHouse's cast cuts off, and its rounding takes half a paisa to the even one. #}
{% macro gokwik_money(value) %}{{ return(adapter.dispatch('gokwik_money', 'gokwik')(value)) }}{% endmacro %}
{% macro default__gokwik_money(value) %}cast({{ value }} as {{ gokwik_type_money() }}){% endmacro %}
{% macro clickhouse__gokwik_money(value) %}(cast(floor(toFloat64({{ value }}) * 100 + 0.5) as {{ gokwik_type_money() }}) / 100){% endmacro %}

{% macro gokwik_type_number() %}{{ return(adapter.dispatch('gokwik_type_number', 'gokwik')()) }}{% endmacro %}
{% macro default__gokwik_type_number() %}float8{% endmacro %}
{% macro bigquery__gokwik_type_number() %}float64{% endmacro %}
{% macro clickhouse__gokwik_type_number() %}Float64{% endmacro %}

{# One apostrophe, which not every engine can hold between two of them. #}
{% macro gokwik_apostrophe() %}{{ return(adapter.dispatch('gokwik_apostrophe', 'gokwik')()) }}{% endmacro %}
{% macro default__gokwik_apostrophe() %}chr(39){% endmacro %}
{% macro clickhouse__gokwik_apostrophe() %}char(39){% endmacro %}

{# A column as destinations name it: some names are reserved words, and Snowflake's are in capitals. #}
{% macro gokwik_column(name) %}{{ return(adapter.dispatch('gokwik_column', 'gokwik')(name)) }}{% endmacro %}
{% macro default__gokwik_column(name) %}"{{ name }}"{% endmacro %}
{% macro bigquery__gokwik_column(name) %}`{{ name }}`{% endmacro %}
{% macro snowflake__gokwik_column(name) %}"{{ name | upper }}"{% endmacro %}

{# An instant with an offset, as a UTC timestamp without one. #}
{% macro gokwik_utc(instant) %}{{ return(adapter.dispatch('gokwik_utc', 'gokwik')(instant)) }}{% endmacro %}
{% macro default__gokwik_utc(instant) %}cast({{ instant }} as timestamptz) at time zone 'UTC'{% endmacro %}
{% macro duckdb__gokwik_utc(instant) %}make_timestamp(epoch_us(cast({{ instant }} as timestamptz))){% endmacro %}
{% macro bigquery__gokwik_utc(instant) %}cast({{ instant }} as timestamp){% endmacro %}
{% macro snowflake__gokwik_utc(instant) %}convert_timezone('UTC', cast({{ instant }} as timestamp_tz))::timestamp_ntz{% endmacro %}
{% macro clickhouse__gokwik_utc(instant) %}cast({{ instant }} as {{ gokwik_type_time() }}){% endmacro %}

{# The date in India of a UTC timestamp. India keeps no daylight saving time. #}
{% macro gokwik_india_date(utc) %}{{ return(adapter.dispatch('gokwik_india_date', 'gokwik')(utc)) }}{% endmacro %}
{% macro default__gokwik_india_date(utc) %}cast({{ utc }} + interval '330 minutes' as date){% endmacro %}
{% macro bigquery__gokwik_india_date(utc) %}date({{ utc }}, 'Asia/Kolkata'){% endmacro %}

{# The Monday of a date's week. #}
{% macro gokwik_week(day) %}{{ return(adapter.dispatch('gokwik_week', 'gokwik')(day)) }}{% endmacro %}
{% macro default__gokwik_week(day) %}cast(date_trunc('week', {{ day }}) as date){% endmacro %}
{% macro bigquery__gokwik_week(day) %}date_trunc({{ day }}, isoweek){% endmacro %}
{% macro snowflake__gokwik_week(day) %}to_date(dateadd(day, 1 - dayofweekiso({{ day }}), {{ day }})){% endmacro %}

{# Whole days from one date to a later one. #}
{% macro gokwik_days(later, earlier) %}{{ return(adapter.dispatch('gokwik_days', 'gokwik')(later, earlier)) }}{% endmacro %}
{% macro default__gokwik_days(later, earlier) %}({{ later }} - {{ earlier }}){% endmacro %}
{% macro bigquery__gokwik_days(later, earlier) %}date_diff({{ later }}, {{ earlier }}, day){% endmacro %}
{% macro snowflake__gokwik_days(later, earlier) %}datediff(day, {{ earlier }}, {{ later }}){% endmacro %}

{% macro gokwik_days_after(day, days) %}{{ return(adapter.dispatch('gokwik_days_after', 'gokwik')(day, days)) }}{% endmacro %}
{% macro default__gokwik_days_after(day, days) %}({{ day }} + cast({{ days }} as integer)){% endmacro %}
{% macro bigquery__gokwik_days_after(day, days) %}date_add({{ day }}, interval ({{ days }}) day){% endmacro %}
{% macro snowflake__gokwik_days_after(day, days) %}dateadd(day, {{ days }}, {{ day }}){% endmacro %}

{# Seconds from one UTC timestamp to a later one. #}
{% macro gokwik_seconds(later, earlier) %}{{ return(adapter.dispatch('gokwik_seconds', 'gokwik')(later, earlier)) }}{% endmacro %}
{% macro default__gokwik_seconds(later, earlier) %}cast(extract(epoch from ({{ later }} - {{ earlier }})) as float8){% endmacro %}
{% macro bigquery__gokwik_seconds(later, earlier) %}cast(timestamp_diff({{ later }}, {{ earlier }}, second) as float64){% endmacro %}
{% macro snowflake__gokwik_seconds(later, earlier) %}cast(datediff(second, {{ earlier }}, {{ later }}) as float8){% endmacro %}
{% macro clickhouse__gokwik_seconds(later, earlier) %}cast(date_diff('microsecond', {{ earlier }}, {{ later }}) / 1000000 as {{ gokwik_type_number() }}){% endmacro %}

{% macro gokwik_except() %}{{ return(adapter.dispatch('gokwik_except', 'gokwik')()) }}{% endmacro %}
{% macro default__gokwik_except() %}except{% endmacro %}
{% macro bigquery__gokwik_except() %}except distinct{% endmacro %}

{# The middle value; nulls do not count. An aggregate. #}
{% macro gokwik_median(value) %}{{ return(adapter.dispatch('gokwik_median', 'gokwik')(value)) }}{% endmacro %}
{% macro default__gokwik_median(value) %}percentile_cont(0.5) within group (order by {{ value }}){% endmacro %}
{% macro bigquery__gokwik_median(value) %}approx_quantiles({{ value }}, 2)[offset(1)]{% endmacro %}
{% macro clickhouse__gokwik_median(value) %}quantileExactInclusive(0.5)({{ value }}){% endmacro %}

{# A share. Null where there is nothing to have a share of. #}
{% macro gokwik_rate(part, whole) %}(cast({{ part }} as {{ gokwik_type_number() }}) / nullif({{ whole }}, 0)){% endmacro %}

{# The part of an amount between two shares of it. Parts that follow each other add up, to the paisa. #}
{% macro gokwik_part(amount, share_from, share_to) %}{{ return(adapter.dispatch('gokwik_part', 'gokwik')(amount, share_from, share_to)) }}{% endmacro %}
{% macro default__gokwik_part(amount, share_from, share_to) %}cast({{ amount }} * {{ share_to }} as {{ gokwik_type_money() }}) - cast({{ amount }} * {{ share_from }} as {{ gokwik_type_money() }}){% endmacro %}
{% macro clickhouse__gokwik_part(amount, share_from, share_to) %}cast(floor(toFloat64({{ amount }}) * {{ share_to }} * 100 + 0.5) as {{ gokwik_type_money() }}) / 100 - cast(floor(toFloat64({{ amount }}) * {{ share_from }} * 100 + 0.5) as {{ gokwik_type_money() }}) / 100{% endmacro %}

{# JSON, kept as text in staging. A field of an object; an element of a list; a list as rows. #}
{% macro gokwik_json_text(column) %}{{ return(adapter.dispatch('gokwik_json_text', 'gokwik')(column)) }}{% endmacro %}
{% macro default__gokwik_json_text(column) %}cast({{ column }} as varchar){% endmacro %}
{% macro bigquery__gokwik_json_text(column) %}to_json_string({{ column }}){% endmacro %}

{% macro gokwik_json_field(text, field) %}{{ return(adapter.dispatch('gokwik_json_field', 'gokwik')(text, field)) }}{% endmacro %}
{% macro default__gokwik_json_field(text, field) %}(cast({{ text }} as jsonb) ->> '{{ field }}'){% endmacro %}
{% macro duckdb__gokwik_json_field(text, field) %}json_extract_string({{ text }}, '$.{{ field }}'){% endmacro %}
{% macro bigquery__gokwik_json_field(text, field) %}json_value({{ text }}, '$.{{ field }}'){% endmacro %}
{% macro snowflake__gokwik_json_field(text, field) %}get_path(parse_json({{ text }}), '{{ field }}')::varchar{% endmacro %}
{% macro clickhouse__gokwik_json_field(text, field) %}JSONExtract({{ text }}, '{{ field }}', 'Nullable(String)'){% endmacro %}

{% macro gokwik_json_item(text, position) %}{{ return(adapter.dispatch('gokwik_json_item', 'gokwik')(text, position)) }}{% endmacro %}
{% macro default__gokwik_json_item(text, position) %}(cast({{ text }} as jsonb) ->> {{ position }}){% endmacro %}
{% macro duckdb__gokwik_json_item(text, position) %}json_extract_string({{ text }}, '$[{{ position }}]'){% endmacro %}
{% macro bigquery__gokwik_json_item(text, position) %}json_value({{ text }}, '$[{{ position }}]'){% endmacro %}
{% macro snowflake__gokwik_json_item(text, position) %}get_path(parse_json({{ text }}), '[{{ position }}]')::varchar{% endmacro %}
{% macro clickhouse__gokwik_json_item(text, position) %}JSONExtract({{ text }}, 1 + {{ position }}, 'Nullable(String)'){% endmacro %}

{# A join: one row with `word` for each element of a JSON list of strings. #}
{% macro gokwik_each_word(text) %}{{ return(adapter.dispatch('gokwik_each_word', 'gokwik')(text)) }}{% endmacro %}
{% macro default__gokwik_each_word(text) %}cross join lateral (select jsonb_array_elements_text(cast({{ text }} as jsonb)) as word) as words{% endmacro %}
{% macro duckdb__gokwik_each_word(text) %}cross join lateral (select unnest(from_json({{ text }}, '["VARCHAR"]')) as word) as words{% endmacro %}
{% macro bigquery__gokwik_each_word(text) %}cross join unnest(json_value_array({{ text }})) as word{% endmacro %}
{% macro snowflake__gokwik_each_word(text) %}cross join lateral (select flat.value::varchar as word from table(flatten(input => parse_json({{ text }}))) as flat) as words{% endmacro %}
{% macro clickhouse__gokwik_each_word(text) %}array join JSONExtract(coalesce({{ text }}, '[]'), 'Array(String)') as word{% endmacro %}

{# A join: one row with `item`, the text of an object, for each element of a JSON list of objects. #}
{% macro gokwik_each_object(text) %}{{ return(adapter.dispatch('gokwik_each_object', 'gokwik')(text)) }}{% endmacro %}
{% macro default__gokwik_each_object(text) %}cross join lateral (select jsonb_array_elements_text(cast({{ text }} as jsonb)) as item) as items{% endmacro %}
{% macro duckdb__gokwik_each_object(text) %}cross join lateral (select cast(unnest(from_json({{ text }}, '["JSON"]')) as varchar) as item) as items{% endmacro %}
{% macro bigquery__gokwik_each_object(text) %}cross join unnest(json_query_array({{ text }})) as item{% endmacro %}
{% macro snowflake__gokwik_each_object(text) %}cross join lateral (select to_json(flat.value) as item from table(flatten(input => parse_json({{ text }}))) as flat) as items{% endmacro %}
{% macro clickhouse__gokwik_each_object(text) %}array join JSONExtractArrayRaw(coalesce({{ text }}, '[]')) as item{% endmacro %}

{# A join: one row with `part` for each piece of a text between ` | `, as exports join names. #}
{% macro gokwik_each_part(text) %}{{ return(adapter.dispatch('gokwik_each_part', 'gokwik')(text)) }}{% endmacro %}
{% macro default__gokwik_each_part(text) %}cross join lateral (select unnest(string_to_array({{ text }}, ' | ')) as part) as parts{% endmacro %}
{% macro clickhouse__gokwik_each_part(text) %}array join splitByString(' | ', coalesce({{ text }}, '')) as part{% endmacro %}
{% macro bigquery__gokwik_each_part(text) %}cross join unnest(split({{ text }}, ' | ')) as part{% endmacro %}
{% macro snowflake__gokwik_each_part(text) %}cross join lateral (select flat.value::varchar as part from table(flatten(input => split({{ text }}, ' | '))) as flat) as parts{% endmacro %}

{# A moment that stands inside JSON, where the connector leaves it as it came: with an offset it is that
   instant, without one it is India's time. Anything else is no moment. #}
{% macro gokwik_moment(text) %}case
    when {{ text }} like '____-__-__T%Z' or {{ text }} like '____-__-__T%+__:__' then {{ gokwik_utc(text) }}
    when {{ text }} like '____-__-__ __:__:__' or {{ text }} like '____-__-__T__:__:__' then {{ gokwik_minutes_before(gokwik_naive(text), 330) }}
  end{% endmacro %}

{% macro gokwik_naive(text) %}cast({{ text }} as {{ gokwik_type_time() }}){% endmacro %}

{% macro gokwik_minutes_before(utc, minutes) %}{{ return(adapter.dispatch('gokwik_minutes_before', 'gokwik')(utc, minutes)) }}{% endmacro %}
{% macro default__gokwik_minutes_before(utc, minutes) %}{{ utc }} - {{ minutes }} * interval '1 minute'{% endmacro %}
{% macro bigquery__gokwik_minutes_before(utc, minutes) %}timestamp_sub({{ utc }}, interval {{ minutes }} minute){% endmacro %}
{% macro snowflake__gokwik_minutes_before(utc, minutes) %}dateadd(minute, -{{ minutes }}, {{ utc }}){% endmacro %}
{% macro clickhouse__gokwik_minutes_before(utc, minutes) %}subtractMinutes({{ utc }}, {{ minutes }}){% endmacro %}

{# No moment at all is later than every moment: so that the earliest of several can be taken. #}
{% macro gokwik_never() %}cast('9999-12-31 00:00:00' as {{ gokwik_type_time() }}){% endmacro %}

{# Wilson's 95 % interval of a share: it holds for few cases and stays between 0 and 1. Null without cases. #}
{% macro gokwik_wilson_low(part, whole) %}case when {{ whole }} > 0 then greatest(0, (
    {{ part }} + 1.9208 - 1.96 * sqrt(greatest(0, cast({{ part }} as {{ gokwik_type_number() }}) * ({{ whole }} - {{ part }}) / {{ whole }} + 0.9604))
  ) / ({{ whole }} + 3.8416)) end{% endmacro %}
{% macro gokwik_wilson_high(part, whole) %}case when {{ whole }} > 0 then least(1, (
    {{ part }} + 1.9208 + 1.96 * sqrt(greatest(0, cast({{ part }} as {{ gokwik_type_number() }}) * ({{ whole }} - {{ part }}) / {{ whole }} + 0.9604))
  ) / ({{ whole }} + 3.8416)) end{% endmacro %}

{# Newcombe's 95 % interval of the difference of two shares, of which the Wilson bounds are known. #}
{% macro gokwik_difference_low(own, own_low, other, other_high) %}({{ own }} - {{ other }} - sqrt(({{ own }} - {{ own_low }}) * ({{ own }} - {{ own_low }}) + ({{ other_high }} - {{ other }}) * ({{ other_high }} - {{ other }}))){% endmacro %}
{% macro gokwik_difference_high(own, own_high, other, other_low) %}({{ own }} - {{ other }} + sqrt(({{ own_high }} - {{ own }}) * ({{ own_high }} - {{ own }}) + ({{ other }} - {{ other_low }}) * ({{ other }} - {{ other_low }}))){% endmacro %}
