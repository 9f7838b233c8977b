{# dbt 1.8 hands `arguments` over as it is, later versions what is in it; the tests beside this one too. #}
{% test gokwik_unique_together(model, columns=none, arguments=none) %}
{%- set columns = columns or arguments['columns'] -%}
select {{ columns | join(', ') }}, count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
