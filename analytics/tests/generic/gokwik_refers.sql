{# As dbt's `relationships`, which does not take `arguments` in 1.8. Null refers to nothing. #}
{% test gokwik_refers(model, column_name, to=none, field=none, arguments=none) %}
{%- set to = to or arguments['to'] -%}
{%- set field = field or arguments['field'] -%}
select child.{{ column_name }}
from {{ model }} as child
left join {{ to }} as parent on parent.{{ field }} = child.{{ column_name }}
where child.{{ column_name }} is not null and parent.{{ field }} is null
{% endtest %}
