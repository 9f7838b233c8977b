{# One spelling for what upstream writes in several. Anything unknown stays as it is. #}

{% macro gokwik_given(column) %}coalesce(nullif(trim({{ column }}), ''), 'not given'){% endmacro %}

{% macro gokwik_shopper(column) %}case
    when {{ column }} is null or trim({{ column }}) = '' then 'not given'
    when lower(trim({{ column }})) in ('new', 'new customer', 'first time', 'first-time') then 'new'
    when lower(trim({{ column }})) in ('returning', 'repeat', 'existing', 'repeat customer', 'returning customer') then 'returning'
    else {{ column }}
  end{% endmacro %}

{# `payment_class` of a method that was picked, as the connector has it for orders. #}
{% macro gokwik_method_class(method) %}case
    when {{ method }} is null then 'unknown'
    when lower({{ method }}) like '%ppcod%' or (lower({{ method }}) like '%partial%' and lower({{ method }}) like '%cod%') then 'partial_cod'
    when lower({{ method }}) in ('cod', 'gokwik cod') or lower({{ method }}) like '%cash%on%delivery%' then 'cod'
    else 'prepaid'
  end{% endmacro %}

{# A courier's state as one word in lower case: `RTO Delivered` and `rto_delivered` are one. #}
{% macro gokwik_state(column) %}replace(replace(lower(trim({{ column }})), ' ', '_'), '-', '_'){% endmacro %}
