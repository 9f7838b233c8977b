{#
  Reading the connector's tables, whoever loaded them. `columns` is one string, `name kind, name kind`,
  with the kinds text, time, day, money, number, count, flag and json (kept as text).

  A stream that was never synced, or a column that the destination does not have, becomes an empty
  column of its type and a note in the log, never an error. A schema without any stream is an error.
#}
{% macro gokwik_typed(stream, columns) %}
{%- set all = columns ~ ', merchant text, _airbyte_extracted_at time' -%}
{%- set parts = [] -%}
{{- gokwik_check_adapter() -}}
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
      {{- gokwik_check_schema(relation) -}}
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

{# The columns of a mart in the types that its contract says, whatever sums are to an engine. #}
{% macro gokwik_agreed(answer) %}
{%- if model.columns and model.config.contract.enforced -%}
select
  {%- for column in model.columns.values() %}
  cast({{ column.name }} as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
  {%- endfor %}
from {{ answer }}
{%- else -%}
select * from {{ answer }}
{%- endif -%}
{% endmacro %}

{# Stops where nobody has tried: the SQL may be refused there, or mean something else. #}
{% macro gokwik_check_adapter() %}
{%- if target.type not in ['duckdb', 'postgres', 'bigquery', 'snowflake', 'clickhouse'] -%}
  {{ exceptions.raise_compiler_error(
    'The package gokwik works on DuckDB, PostgreSQL, BigQuery, Snowflake and ClickHouse. The target ' ~ target.name ~ ' is of the type '
    ~ target.type ~ ', for which it has no SQL: choose another target, or build the marts with `npm run report`.'
  ) }}
{%- endif -%}
{% endmacro %}

{# Stops where no stream at all has a table: every model would be built, and empty. #}
{% macro gokwik_check_schema(relation) %}
{%- set found = [] -%}
{%- for node in graph.sources.values() if node.package_name == 'gokwik' and node.source_name == 'gokwik' and not found -%}
  {%- if adapter.get_relation(database=relation.database, schema=relation.schema, identifier=node.identifier) is not none -%}
    {%- do found.append(node.name) -%}
  {%- endif -%}
{%- endfor -%}
{%- if not found -%}
  {{ exceptions.raise_compiler_error(
    'None of the connector\'s tables is in the schema ' ~ relation.schema ~ ' of the database ' ~ relation.database
    ~ '. Set the variable gokwik_schema to the schema that the destination writes to (gokwik_schemas for several,'
    ~ ' gokwik_database for another database, gokwik_table_prefix where names of tables begin with something).'
  ) }}
{%- endif -%}
{% endmacro %}

{# The schemas with the connector's tables: one, or one a merchant. #}
{% macro gokwik_source_schemas() %}{{ return(var('gokwik_schemas') or [var('gokwik_schema')]) }}{% endmacro %}

{# A stream's table in a schema: the source's own, or the one of the same name in another schema. #}
{% macro gokwik_relation(stream, schema) %}
{%- set relation = source('gokwik', stream) -%}
{{ return(relation.incorporate(path={'schema': schema}) if var('gokwik_schemas') else relation) }}
{% endmacro %}

{# Whose row it is: the label of the connection, else the schema where there are several. #}
{% macro gokwik_merchant() %}
{%- if gokwik_source_schemas() | length > 1 -%}coalesce(nullif({{ gokwik_trim('merchant') }}, ''), source_relation)
{%- else -%}coalesce(nullif({{ gokwik_trim('merchant') }}, ''), 'not given')
{%- endif -%}
{% endmacro %}

{# Ids of several merchants need not differ: where there are several schemas, the schema stands before each. #}
{% macro gokwik_own(id) %}
{%- if gokwik_source_schemas() | length > 1 -%}source_relation || ':' || {{ id }}
{%- else -%}{{ id }}
{%- endif -%}
{% endmacro %}

{% macro gokwik_cast(name, kind, dtype, missing) %}
{%- set type = gokwik_type(kind) | trim -%}
{%- set column = gokwik_column(name) | trim -%}
{#- A destination that keeps numbers and moments as text has '' where there is none. -#}
{%- if kind not in ['text', 'json'] and dtype.split('(')[0] in ['varchar', 'text', 'character varying', 'string'] -%}
  {%- set column = "nullif(trim(" ~ column ~ "), '')" -%}
{%- endif -%}
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
  All rows that have a key; in an incremental run those that come before what is held, in the order of
  gokwik_latest: whatever order rows arrive in, what is held in the end is what one load would give.
#}
{% macro gokwik_arrived(stream, columns, cursor) %}
(
  select typed.*
  from {{ gokwik_typed(stream, columns) }} as typed
  where record_key is not null
  {%- if is_incremental() %}
    and not exists (
      select 1 from {{ this }} as held
      where held.record_key = typed.record_key
        and (
          held.{{ cursor }} > typed.{{ cursor }}
          or (held.{{ cursor }} is not null and typed.{{ cursor }} is null)
          or (
            (held.{{ cursor }} = typed.{{ cursor }} or (held.{{ cursor }} is null and typed.{{ cursor }} is null))
            and (held.extracted_at >= typed.extracted_at or typed.extracted_at is null)
          )
        )
    )
  {%- endif %}
)
{%- endmacro %}

{# The keys of rows that are there in several versions; in an incremental run those with a new one. #}
{% macro gokwik_with_versions(stream) %}(
  select counted.record_key
  from (
    select record_key, count(*) as versions, max(extracted_at) as extracted_at
    from {{ gokwik_typed(stream, 'record_key text') }} as typed
    group by record_key
    having count(*) > 1
  ) as counted
  {%- if is_incremental() %}
  left join {{ this }} as held on held.record_key = counted.record_key
  where held.record_key is null or held.versions <> counted.versions or held.extracted_at <> counted.extracted_at
  {%- endif %}
){% endmacro %}

{% macro gokwik_alias(name) %}{{ {'_airbyte_extracted_at': 'extracted_at', 'order': 'order_json', 'date': 'india_date'}.get(name, name) }}{% endmacro %}
