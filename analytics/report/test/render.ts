import t from 'tap';
import { createRenderer } from '../render.ts';

const MACROS = `
{# words #}
{% macro half(value) %}{{ return(adapter.dispatch('half', 'gokwik')(value)) }}{% endmacro %}
{% macro default__half(value) %}({{ value }} / 2){% endmacro %}
{% macro twice(value, unit) -%} {{ value }} * 2 {{ unit }} {%- endmacro %}
{% macro both(value) %}{{ half(value) }} + {{ twice(value, 'days') }}{% endmacro %}
{% macro kind() %}{{ return(adapter.dispatch('kind', 'gokwik')()) }}{% endmacro %}
{% macro default__kind() %}text{% endmacro %}
{% macro duckdb__kind() %}varchar{% endmacro %}
`;

const { render } = createRenderer([MACROS], { ref: (name) => `"a"."${name}"`, var: () => '30' });

t.test('models render as dbt renders them', async (t) => {
  t.equal(render("select {{ half('x') }}"), 'select (x / 2)');
  t.equal(render('{{ both("x = \'y\'") }}'), "(x = 'y' / 2) +  x = 'y' * 2 days");
  t.equal(render('cast(x as {{ kind() }})'), 'cast(x as varchar)', 'DuckDB’s own words go first');
  t.equal(render("{{ half(half('x')) }}"), '((x / 2) / 2)');
  t.equal(render("from {{ ref('m') }} where n > {{ var('v') }}"), 'from "a"."m" where n > 30');
  t.equal(render('{# why #}a {% if is_incremental() %}where b{% endif %} c'), 'a  c');
});

t.test('what cannot be rendered is said, not passed on', async (t) => {
  t.throws(() => render('{{ nobody(1) }}'), /calls nobody/);
  t.throws(() => render('{{ someone }}'), /names someone/);
  t.throws(() => render("{{ half('x') | upper }}"), /cannot read/);
  t.throws(() => render('{{ half(-) }}'), /cannot read/);
});
