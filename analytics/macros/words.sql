{# One spelling for what upstream writes in several. Anything unknown stays as it is. #}

{% macro gokwik_given(column) %}coalesce(nullif(trim({{ column }}), ''), 'not given'){% endmacro %}

{% macro gokwik_shopper(column) %}case
    when {{ column }} is null or trim({{ column }}) = '' then 'not given'
    when lower(trim({{ column }})) in ('new', 'new customer', 'first time', 'first-time') then 'new'
    when lower(trim({{ column }})) in ('returning', 'repeat', 'existing', 'repeat customer', 'returning customer') then 'returning'
    else {{ column }}
  end{% endmacro %}

{# `payment_class` of a method that was picked, as the connector has it for orders (test/analytics/words.ts
   holds the two together). A method that nobody has heard of is neither COD nor prepaid. #}
{% macro gokwik_method_class(method) %}case
    when lower({{ method }}) like '%ppcod%' or (lower({{ method }}) like '%partial%' and lower({{ method }}) like '%cod%') then 'partial_cod'
    when lower({{ method }}) in ('cod', 'gokwik cod') or lower({{ method }}) like '%cash%on%delivery%' then 'cod'
    when lower({{ method }}) like '%upi%' or lower({{ method }}) like '%card%' or lower({{ method }}) like '%wallet%'
      or lower({{ method }}) like '%net%banking%' or lower({{ method }}) like '%prepaid%' or lower({{ method }}) like '%pay%'
      or lower({{ method }}) like '%consumer%finance%' or lower({{ method }}) like '%emi%' or lower({{ method }}) like '%credit%'
      or lower({{ method }}) like '%debit%' or lower({{ method }}) like '%phonepe%' or lower({{ method }}) like '%snapmint%'
      or lower({{ method }}) like '%simpl%' or lower({{ method }}) like '%bnpl%' or lower({{ method }}) like '%mobikwik%'
      or lower({{ method }}) like '%freecharge%' or lower({{ method }}) like '%cashfree%' or lower({{ method }}) like '%easebuzz%'
      or lower({{ method }}) like '%zestmoney%' or lower({{ method }}) like '%online%' then 'prepaid'
    else 'unknown'
  end{% endmacro %}

{# A courier's state as one word in lower case: `RTO Delivered` and `rto_delivered` are one. #}
{% macro gokwik_state(column) %}replace(replace(lower(trim({{ column }})), ' ', '_'), '-', '_'){% endmacro %}
