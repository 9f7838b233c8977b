/**
 * Renders the dbt package's models for DuckDB and PostgreSQL without Python: `source`, `ref`, `var`, the macros of
 * `analytics/macros` whose bodies hold nothing but their arguments and calls of each other, and in
 * TypeScript those that ask the database which columns there are (`streams.ts`).
 */

type Value = string | number;

/** Databases whose SQL can be rendered. */
export type Dialect = 'duckdb' | 'postgres';

export interface Renderer {
  /** SQL of a model; blocks that only an incremental run needs are left out. */
  render(template: string): string;
}

interface Macro {
  readonly parameters: readonly string[];
  readonly body: string;
}

export type Builtin = (...values: Value[]) => string;

/** @param macroFiles texts of the package's macro files. */
export function createRenderer(
  macroFiles: readonly string[],
  builtins: Readonly<Record<string, Builtin>>,
  dialect: Dialect = 'duckdb',
): Renderer {
  const macros = new Map(macroFiles.flatMap(parseMacros));

  function call(name: string, values: readonly Value[]): string {
    const builtin = builtins[name];
    if (builtin !== undefined) return builtin(...values);
    // A macro that dispatches by dialect is only a name for the ones that do the work.
    const macro =
      macros.get(`${dialect}__${name}`) ?? macros.get(`default__${name}`) ?? macros.get(name);
    if (macro === undefined) throw new Error(`a model calls ${name}, which no macro is`);
    const scope = new Map(macro.parameters.map((parameter, at) => [parameter, values[at] ?? '']));
    return expand(macro.body, scope);
  }

  function expand(template: string, scope: ReadonlyMap<string, Value>): string {
    return template.replace(/\{\{-?([\s\S]*?)-?\}\}/g, (_, expression: string) =>
      String(evaluate(expression.trim(), scope, call)),
    );
  }

  return {
    render: (template) =>
      expand(
        template
          .replace(/\{#[\s\S]*?#\}/g, '')
          .replace(/\{%-? if is_incremental\(\) -?%\}[\s\S]*?\{%-? endif -?%\}/g, ''),
        new Map(),
      ).trim(),
  };
}

function parseMacros(text: string): [string, Macro][] {
  const found = text.matchAll(/\{%-? macro (\w+)\(([^)]*)\) -?%\}([\s\S]*?)\{%-? endmacro -?%\}/g);
  return [...found].map(([, name = '', list = '', body = '']) => {
    const parameters = list.split(',').map((parameter) => parameter.trim());
    return [name, { parameters, body }];
  });
}

/** An expression is a quoted string, a number, a parameter's name, or a call of such. */
function evaluate(
  expression: string,
  scope: ReadonlyMap<string, Value>,
  call: (name: string, values: readonly Value[]) => string,
): Value {
  let at = 0;
  const rest = () => expression.slice(at);
  const take = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(rest())?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };

  function value(): Value {
    take(/^\s*/);
    const quoted = take(/^'[^']*'|^"[^"]*"/);
    if (quoted !== undefined) return quoted.slice(1, -1);
    const number = take(/^\d+/);
    if (number !== undefined) return Number(number);
    const name = take(/^\w+/);
    if (name === undefined) throw new Error(`cannot read "${rest()}" in {{ ${expression} }}`);
    if (take(/^\s*\(/) !== undefined) return call(name, list());
    const known = scope.get(name);
    if (known === undefined) throw new Error(`{{ ${expression} }} names ${name}, which is nothing`);
    return known;
  }

  function list(): Value[] {
    const values: Value[] = [];
    while (take(/^\s*\)/) === undefined) {
      values.push(value());
      take(/^\s*,/);
    }
    return values;
  }

  const result = value();
  if (rest().trim() !== '') throw new Error(`cannot read "${rest()}" in {{ ${expression} }}`);
  return result;
}
