{# As dbt's own, which does not take `arguments` in 1.8. Null is accepted. #}
{% test gokwik_accepted_values(model, column_name, values=none, arguments=none) %}
{%- set values = values or arguments['values'] -%}
select {{ column_name }}, count(*) as copies
from {{ model }}
where {{ column_name }} not in ('{{ values | join("', '") }}')
group by {{ column_name }}
{% endtest %}
