import type { Models } from './analyses.ts';
import type { Period } from './calendar.ts';
import type { Query } from './database.ts';
import { isView, type ModelOptions, openPackage, refsOf } from './models.ts';

/**
 * The marts over some days or one merchant alone: made of their facts by the same SQL, in tables that go
 * with the session. What became of an order later counts, as it does in the whole.
 */

/** What is cut, and the day in India that it is cut by. */
const DAYS: Readonly<Record<string, string>> = {
  gokwik__orders: 'india_date',
  gokwik__checkouts: 'india_date',
  gokwik__abandoned_carts: 'india_date',
  int_gokwik__prefill_cases: 'india_date',
  gokwik__settlement_reconciliation: 'paid_date',
  stg_gokwik__checkout_funnel_daily: 'india_date',
  stg_gokwik__payments: "{{ gokwik_india_date('created_at') }}",
};

/** "Now" is the same in every period. */
const AS_OF = 'int_gokwik__as_of';

/** What is asked for; without days and merchant it is everything. */
export interface Part {
  readonly period?: Period;
  /** As the facts have it in `merchant`. */
  readonly merchant?: string;
}

/** @param options of the models, which must have been built. */
export async function inPart<T>(
  query: Query,
  options: ModelOptions,
  part: Part,
  read: (models: Models) => Promise<T>,
): Promise<T> {
  const { period, merchant } = part;
  const place = `${options.dialect === 'postgres' ? 'pg_temp' : 'temp.main'}.period_`;
  const made = new Map<string, 'view' | 'table'>();
  const own = (model: string) => place + model;
  const whole = (model: string) => `"${options.schema ?? 'analytics'}"."${model}"`;
  const { models, dialect, sqlOf } = await openPackage(query, options, (model) =>
    made.has(model) ? own(model) : whole(model),
  );
  const create = async (model: string, kind: 'view' | 'table', sql: string) => {
    await query(`create temporary ${kind} ${own(model)} as ${sql}`);
    made.set(model, kind);
    if (dialect === 'postgres' && kind === 'table') await query(`analyze ${own(model)}`);
  };
  const facts = readBy(Object.keys(DAYS), new Map(models));
  const of = (day: string) =>
    [
      'true',
      ...(period ? [`${day} between date '${period.from}' and date '${period.to}'`] : []),
      ...(merchant === undefined ? [] : [`merchant = '${merchant.replaceAll("'", "''")}'`]),
    ].join(' and ');
  try {
    for (const [model, template] of models) {
      const day = DAYS[model];
      if (day !== undefined) {
        await create(model, 'view', `select * from ${whole(model)} where ${of(sqlOf(day))}`);
      } else if (!facts.has(model) && refsOf(template).some((name) => made.has(name))) {
        await create(model, isView(model, template, dialect) ? 'view' : 'table', sqlOf(template));
      }
    }
    await create(AS_OF, 'view', `select * from ${whole(AS_OF)}`);
    return await read({ place, ...(period && { period }) });
  } finally {
    for (const [model, kind] of [...made].reverse()) await query(`drop ${kind} ${own(model)}`);
  }
}

/** What the models read, and what that reads. */
function readBy(names: readonly string[], models: ReadonlyMap<string, string>): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    for (const read of refsOf(models.get(name) ?? '')) {
      if (found.has(read)) continue;
      found.add(read);
      visit(read);
    }
  };
  names.forEach(visit);
  return found;
}
