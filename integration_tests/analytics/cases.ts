import t from 'tap';
import { CAUSES } from './cases/causes.ts';
import { MONEY } from './cases/money.ts';
import { ORDERS } from './cases/orders.ts';
import { RTO } from './cases/rto.ts';
import { SALES } from './cases/sales.ts';
import { openCases } from './tools/raw.ts';

/**
 * What real shops have, a few rows each, made by hand: what the marts must say of them is written beside
 * them by somebody who thinks as the shop's owner does. In DuckDB and in PostgreSQL.
 */

t.test('cases made by hand', async (t) => {
  const run = await openCases(t);
  for (const one of [...MONEY, ...ORDERS, ...RTO, ...CAUSES, ...SALES]) {
    await t.test(one.name, (t) =>
      run(
        one.raw,
        async (read, engine) => {
          for (const [model, columns, expected] of one.says)
            t.same(await read(model, columns), [...expected].sort(), `${engine}: ${model}`);
        },
        one.variables,
      ),
    );
  }
});
