import { DuckDBInstance } from '@duckdb/node-api';
import t from 'tap';
import {
  COD_METHODS,
  PARTIAL_METHODS,
  PREPAID_METHODS,
} from '../../../simulator/src/world/catalogue.ts';
import { paymentClass } from '../../../src/gokwik/records/payment.ts';
import { macroFiles } from '../models.ts';
import { createRenderer } from '../render.ts';

const MORE = [
  ...['Cash on Delivery', 'cash_on_delivery', 'COD', 'Gokwik COD', 'partial cod', 'Partial-COD'],
  ...['UPI', 'Net Banking', 'credit card', 'Debit Card', 'EMI', 'Cardless EMI', 'paytm', 'PhonePe'],
  ...['gpay', 'amazon pay', 'PayLater', 'LazyPay', 'simpl', 'bnpl', 'mobikwik', 'razorpay', 'payu'],
  ...['freecharge', 'cashfree', 'easebuzz', 'zestmoney', 'online', 'consumer_finance-snapmint'],
  ...['other', 'barter', 'gift', 'bank transfer', ''],
];

t.test('a method that was picked is of the class that the connector gives orders', async (t) => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  t.teardown(() => {
    connection.closeSync();
    instance.closeSync();
  });
  const { render } = createRenderer(macroFiles(), {});
  const methods = [...COD_METHODS, ...PREPAID_METHODS, ...PARTIAL_METHODS].flatMap(([name]) =>
    name === null ? [] : [name],
  );
  for (const method of [...methods, ...MORE]) {
    const sql = render(`select {{ gokwik_method_class("lower('${method}')") }} as class`);
    const [row] = (await connection.runAndReadAll(sql)).getRowObjectsJson();
    t.equal(row?.class, paymentClass(method, null), method || '(nothing)');
  }
});
