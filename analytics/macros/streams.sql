{#
  Reading the connector's tables, whoever loaded them. `columns` is one string, `name kind, name kind`,
  with the kinds text, time, day, money, number, count, flag and json (kept as text).

  A stream that was never synced, or a column that the destination does not have, becomes an empty
  column of its type and a note in the log, never an error.
#}
{% macro gokwik_typed(stream, columns) %}
{%- set all = columns ~ ', merchant text, _airbyte_extracted_at time' -%}
{%- set parts = [] -%}
{%- for schema in gokwik_source_schemas() -%}
  {%- set relation = gokwik_relation(stream, schema) -%}
  {%- set found = {} -%}
  {%- set known = true -%}
  {%- if execute and var('gokwik_introspect') -%}
    {%- set known = load_relation(relation) is not none -%}
    {%- if known -%}
      {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- do found.update({column.name | lower: column.dtype | lower}) -%}
      {%- endfor -%}
    {%- else -%}
      {{- log('gokwik: no table for the stream ' ~ stream ~ (' in ' ~ schema if gokwik_source_schemas() | length > 1 else '') ~ '; its columns stay empty', info=true) -}}
    {%- endif -%}
  {%- endif -%}
  {%- set part %}
  select
  {%- for pair in all.split(',') %}
    {%- set name = pair.split()[0] -%}
    {%- set kind = pair.split()[1] -%}
    {%- set missing = not known or (execute and var('gokwik_introspect') and name not in found) %}
    {%- set cell = gokwik_cast(name, kind, found.get(name, ''), missing) | trim %}
    {% if name == 'record_key' and gokwik_source_schemas() | length > 1 %}'{{ schema }}:' || {{ cell }}{% else %}{{ cell }}{% endif %} as {{ gokwik_alias(name) | trim }},
  {%- endfor %}
    '{{ schema }}' as source_relation
  {% if known %}from {{ relation }}{% else %}from (select 1 as nothing) as no_table where 1 = 0{% endif %}
  {%- endset -%}
  {%- do parts.append(part) -%}
{%- endfor -%}
({{ parts | join('\n  union all') }}
)
{%- endmacro %}

{# The schemas with the connector's tables: one, or one a merchant. #}
{% macro gokwik_source_schemas() %}{{ return(var('gokwik_schemas') or [var('gokwik_schema')]) }}{% endmacro %}

{# A stream's table in a schema: the source's own, or the one of the same name in another schema. #}
{% macro gokwik_relation(stream, schema) %}
{%- set relation = source('gokwik', stream) -%}
{{ return(relation.incorporate(path={'schema': schema}) if var('gokwik_schemas') else relation) }}
{% endmacro %}

{# Whose row it is: the label of the connection, else the schema where there are several. #}
{% macro gokwik_merchant() %}
{%- if gokwik_source_schemas() | length > 1 -%}coalesce(nullif(trim(merchant), ''), source_relation)
{%- else -%}coalesce(nullif(trim(merchant), ''), 'not given')
{%- endif -%}
{% endmacro %}

{# Ids of several merchants need not differ: where there are several schemas, the schema stands before each. #}
{% macro gokwik_own(id) %}
{%- if gokwik_source_schemas() | length > 1 -%}source_relation || ':' || trim({{ id }})
{%- else -%}trim({{ id }})
{%- endif -%}
{% endmacro %}

{% macro gokwik_cast(name, kind, dtype, missing) %}
{%- set type = gokwik_type(kind) | trim -%}
{%- set column = gokwik_column(name) | trim -%}
{%- if missing -%}cast(null as {{ type }})
{%- elif kind == 'json' -%}{{ gokwik_json_text(column) }}
{%- elif kind == 'time' and dtype in ['timestamp', 'timestamp without time zone', 'timestamp_ntz'] and target.type != 'bigquery' -%}cast({{ column }} as {{ type }})
{%- elif kind == 'time' -%}{{ gokwik_utc(column) }}
{%- elif kind == 'money' -%}{{ gokwik_money(column) }}
{%- else -%}cast({{ column }} as {{ type }})
{%- endif -%}
{% endmacro %}

{% macro gokwik_type(kind) %}
{%- if kind == 'time' -%}{{ gokwik_type_time() }}
{%- elif kind == 'money' -%}{{ gokwik_type_money() }}
{%- elif kind == 'number' -%}{{ gokwik_type_number() }}
{%- elif kind == 'count' -%}bigint
{%- elif kind == 'flag' -%}boolean
{%- elif kind == 'day' -%}date
{%- else -%}{{ gokwik_type_text() }}
{%- endif -%}
{% endmacro %}

{#
  The latest version of each row: append plus lookback brings several. The newest by the stream's
  cursor counts; where the cursor never moves (shipments, returns), the one that was read last.
  Only rows with several versions are sorted: in a destination that keeps one of each, none is. Which
  they are is asked once: as two subqueries it is the costliest part of most models.
#}
{% macro gokwik_latest(stream, columns, cursor) %}
{%- set names = [] -%}
{%- for pair in (columns ~ ', merchant text, _airbyte_extracted_at time').split(',') -%}
  {%- do names.append(gokwik_alias(pair.split()[0]) | trim) -%}
{%- endfor -%}
{%- do names.append('source_relation') -%}
(
  with copies as (
    select record_key as copied_key
    from {{ gokwik_arrived(stream, 'record_key text, ' ~ cursor ~ ' time', cursor) }} as arrived
    group by record_key
    having count(*) > 1
  )
  select arrived.*
  from {{ gokwik_arrived(stream, columns, cursor) }} as arrived
  left join copies on copies.copied_key = arrived.record_key
  where copies.copied_key is null
  union all
  select {{ names | join(', ') }}
  from (
    select
      arrived.*,
      row_number() over (
        partition by arrived.record_key
        order by arrived.{{ cursor }} desc nulls last, arrived.extracted_at desc nulls last
      ) as newest
    from {{ gokwik_arrived(stream, columns, cursor) }} as arrived
    join copies on copies.copied_key = arrived.record_key
  ) as versions
  where newest = 1
)
{%- endmacro %}

{#
  All rows that have a key; in an incremental run those that have arrived since the last one, without
  those that are older than what is held.
#}
{% macro gokwik_arrived(stream, columns, cursor) %}
(
  select typed.*
  from {{ gokwik_typed(stream, columns) }} as typed
  where record_key is not null
  {%- if is_incremental() %}
    and (extracted_at is null or extracted_at >= {{ gokwik_arrived_since() }})
    and not exists (
      select 1 from {{ this }} as held
      where held.record_key = typed.record_key and held.{{ cursor }} > typed.{{ cursor }}
    )
  {%- endif %}
)
{%- endmacro %}

{% macro gokwik_alias(name) %}{{ {'_airbyte_extracted_at': 'extracted_at', 'order': 'order_json', 'date': 'india_date'}.get(name, name) }}{% endmacro %}

{# In an incremental run: from when on rows count as arrived since the last one. A table that was made
   before anything was synced holds nothing: then everything has arrived since. #}
{% macro gokwik_arrived_since() %}(
  select coalesce(
    {{ gokwik_hours_before('max(extracted_at)', var('gokwik_margin_hours')) }},
    cast('1970-01-01 00:00:00' as {{ gokwik_type_time() }})
  )
  from {{ this }}
){% endmacro %}
