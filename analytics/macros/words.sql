{# One spelling for what upstream writes in several. Anything unknown stays as it is. #}

{% macro gokwik_given(column) %}coalesce(nullif(trim({{ column }}), ''), 'not given'){% endmacro %}

{% macro gokwik_shopper(column) %}case
    when {{ column }} is null or trim({{ column }}) = '' then 'not given'
    when lower(trim({{ column }})) in ('new', 'new customer', 'first time', 'first-time') then 'new'
    when lower(trim({{ column }})) in ('returning', 'repeat', 'existing', 'repeat customer', 'returning customer') then 'returning'
    else {{ column }}
  end{% endmacro %}

{# `payment_class` of a method that was picked, as the connector has it for orders (test/analytics/words.ts
   holds the two together). A method that nobody has heard of is neither COD nor prepaid. The method
   comes in lower case: made here, an engine makes it of every event, whatever its name. #}
{% macro gokwik_method_class(method) %}case
    when {{ method }} like '%ppcod%' or ({{ method }} like '%partial%' and {{ method }} like '%cod%') then 'partial_cod'
    when {{ method }} in ('cod', 'gokwik cod') or {{ method }} like '%cash%on%delivery%' then 'cod'
    when {{ method }} like '%upi%' or {{ method }} like '%card%' or {{ method }} like '%wallet%'
      or {{ method }} like '%net%banking%' or {{ method }} like '%prepaid%' or {{ method }} like '%pay%'
      or {{ method }} like '%consumer%finance%' or {{ method }} like '%emi%' or {{ method }} like '%credit%'
      or {{ method }} like '%debit%' or {{ method }} like '%phonepe%' or {{ method }} like '%snapmint%'
      or {{ method }} like '%simpl%' or {{ method }} like '%bnpl%' or {{ method }} like '%mobikwik%'
      or {{ method }} like '%freecharge%' or {{ method }} like '%cashfree%' or {{ method }} like '%easebuzz%'
      or {{ method }} like '%zestmoney%' or {{ method }} like '%online%' then 'prepaid'
    else 'unknown'
  end{% endmacro %}

{# A courier's state as one word in lower case: `RTO Delivered` and `rto_delivered` are one. #}
{% macro gokwik_state(column) %}replace(replace(lower(trim({{ column }})), ' ', '_'), '-', '_'){% endmacro %}
