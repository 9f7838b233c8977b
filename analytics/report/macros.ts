import type { Builtin } from './render.ts';

/**
 * What `analytics/macros/streams.sql` does under dbt, for those who have none: reads the connector's
 * tables, whoever loaded them, by the columns that they really have.
 */

/** Types by column, by table. */
export type Columns = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface Streams {
  readonly sourceSchema: string;
  readonly columns: Columns;
  /** What stands before each stream's name in its table's. */
  readonly prefix: string;
  /** Takes a sentence for each stream that was never synced. */
  readonly notes: string[];
  /** Takes the streams that have a table. */
  readonly found: Set<string>;
}

/** Aliases that `streams.sql` gives too. */
const ALIASES: Readonly<Record<string, string>> = {
  _airbyte_extracted_at: 'extracted_at',
  order: 'order_json',
};

/** A timestamp without an offset, in the words of DuckDB and of PostgreSQL. */
const NAIVE = /^timestamp( without time zone)?$/i;

interface Column {
  readonly name: string;
  readonly kind: string;
  readonly alias: string;
}

function columnsIn(list: string): Column[] {
  return `${list}, _airbyte_extracted_at time`.split(',').map((pair) => {
    const [name = '', kind = ''] = pair.trim().split(/\s+/);
    return { name, kind, alias: ALIASES[name] ?? name };
  });
}

/** @param render renders a call of a macro of the package. */
export function streamMacros(
  render: (template: string) => string,
  { sourceSchema, columns, prefix, notes, found }: Streams,
): Record<string, Builtin> {
  const typeOf = (kind: string) => {
    if (kind === 'count') return 'bigint';
    if (kind === 'flag') return 'boolean';
    return render(`{{ gokwik_type_${kind === 'json' ? 'text' : kind}() }}`);
  };

  function cast({ name, kind }: Column, type: string | undefined): string {
    if (type === undefined) return `cast(null as ${typeOf(kind)})`;
    if (kind === 'json') return render(`{{ gokwik_json_text('"${name}"') }}`);
    if (kind === 'time' && !NAIVE.test(type)) return render(`{{ gokwik_utc('"${name}"') }}`);
    return `cast("${name}" as ${typeOf(kind)})`;
  }

  function typed(stream: string, list: string): string {
    const table = `${prefix}${stream}`;
    const types = columns.get(table);
    if (types !== undefined) found.add(stream);
    else notes.push(`There is no table for the stream ${stream}: its columns stay empty.`);
    const picked = columnsIn(list).map(
      (column) => `${cast(column, types?.get(column.name))} as ${column.alias}`,
    );
    const from = types
      ? `from "${sourceSchema}"."${table}"`
      : 'from (select 1 as nothing) as no_table where 1 = 0';
    return `(select ${picked.join(', ')} ${from})`;
  }

  /** As `gokwik_latest` of `streams.sql`, in a run that is not incremental. */
  function latest(stream: string, list: string, cursor: string): string {
    const arrived = `(select * from ${typed(stream, list)} as typed where record_key is not null)`;
    const copies =
      `(select record_key as copied_key from ${typed(stream, 'record_key text')} as typed ` +
      'where record_key is not null group by record_key having count(*) > 1)';
    const names = columnsIn(list).map(({ alias }) => alias);
    const order = `${cursor} desc nulls last, extracted_at desc nulls last`;
    return (
      `(with copies as ${copies} ` +
      `select arrived.* from ${arrived} as arrived left join copies ` +
      'on copied_key = record_key where copied_key is null union all ' +
      `select ${names.join(', ')} from (select arrived.*, row_number() over ` +
      `(partition by record_key order by ${order}) as newest from ${arrived} as arrived ` +
      'join copies on copied_key = record_key) as versions where newest = 1)'
    );
  }

  return {
    gokwik_typed: (stream, list) => typed(String(stream), String(list)),
    gokwik_latest: (stream, list, cursor) => latest(String(stream), String(list), String(cursor)),
  };
}
