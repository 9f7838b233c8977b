import fc from 'fast-check';
import t from 'tap';
import type { JsonObject } from '../../../src/cdk/protocol.ts';
import { createPaymentClassifier, paymentClass } from '../../../src/gokwik/records/payment.ts';
import {
  isBlank,
  isDeeper,
  parseAmount,
  parseBoolean,
  parseEmbedded,
  parseInteger,
  setOwn,
  toText,
} from '../../../src/gokwik/records/values.ts';

/** 12345678.5 → "1,23,45,678.50", as Indian reports print it. */
const INDIAN = new Intl.NumberFormat('en-IN', { minimumFractionDigits: 2 });
const WESTERN = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2 });

t.test('amounts in every spelling', async (t) => {
  const amounts: [unknown, number][] = [
    [715, 715],
    [715.5, 715.5],
    [-5, -5],
    [1e21, 1e21],
    [-0, 0],
    ['715.00', 715],
    ['715', 715],
    ['0', 0],
    ['-0', 0],
    ['.50', 0.5],
    ['5.', 5],
    ['1,23,456.50', 123456.5],
    ['123,456.50', 123456.5],
    ['₹ 715', 715],
    ['₹715.00', 715],
    ['Rs. 715', 715],
    ['rs 1,715/-', 1715],
    ['INR 715', 715],
    ['715 INR', 715],
    ['Rs.-715', -715],
    ['-₹ 715', -715],
    ['−715', -715],
    ['+715', 715],
    ['(120.00)', -120],
    ['₹(1,120.00)', -1120],
    ["'715", 715],
    [' 715 ', 715],
    ['\u00a0715', 715],
    ['1e3', 1000],
    ['1.5e-7', 1.5e-7],
    ['0.1', 0.1],
    ['1234567890123.45', 1234567890123.45],
    ['12345678901234568', 12345678901234568],
  ];
  for (const [value, amount] of amounts) {
    t.equal(parseAmount(value), amount, JSON.stringify(value));
  }
  t.ok(Object.is(parseAmount('-0'), 0) && Object.is(parseAmount(-0), 0), 'JSON has no -0');
});

t.test('an amount in digits of another script is the same amount', async (t) => {
  for (const text of ['₹१,२९९.५०', '१२९९.५', '１，２９９．５０', '`1299.50', '١٢٩٩.٥٠'])
    t.equal(parseAmount(text), 1299.5, text);
});

t.test('what is no amount', async (t) => {
  for (const value of [
    '',
    ' ',
    'NA',
    'free',
    '1,2',
    '12,34',
    ',123',
    '0,875',
    '1 234',
    '12rs34',
    '1.2.3',
    '--5',
    '-₹-5',
    '(5',
    '(-5)',
    '5)',
    '0x10',
    'Infinity',
    '1e999',
    '-',
    '.',
    '₹',
    '$ 5',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    null,
    undefined,
    {},
    ['5'],
    '9'.repeat(1000),
  ]) {
    t.equal(parseAmount(value), undefined, JSON.stringify(value));
  }
});

t.test('what is printed is what is read, to the paisa', async () => {
  const paise = fc.integer({ min: -1e13, max: 1e13 }).map((n) => n / 100);
  fc.assert(
    fc.property(paise, (rupees) => {
      const same = (text: string): boolean => parseAmount(text) === rupees;
      return [INDIAN.format(rupees), WESTERN.format(rupees), rupees.toFixed(2)].every(same);
    }),
  );
  const decimal = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0);
  fc.assert(fc.property(decimal, (n) => parseAmount(String(n)) === n));
  const digits = fc.tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 99999 }));
  fc.assert(
    fc.property(digits, ([a, b]) => parseAmount(`${a}.${b}`) === Number.parseFloat(`${a}.${b}`)),
  );
});

t.test('integers', async (t) => {
  for (const value of [5, '5', '5.0', 5.0, ' 5 ', '5.']) t.equal(parseInteger(value), 5);
  t.equal(parseInteger('1,234'), 1234);
  t.equal(parseInteger('-3'), -3);
  for (const value of [5.5, '5.5', '9007199254740993', 2 ** 53, '', 'five', null, true]) {
    t.equal(parseInteger(value), undefined, JSON.stringify(value));
  }
});

t.test('booleans', async (t) => {
  for (const value of [true, 'true', 'TRUE', ' True ', 1, '1', 'yes', 'Y']) {
    t.equal(parseBoolean(value), true, JSON.stringify(value));
  }
  for (const value of [false, 'false', 'FALSE', 0, '0', 'no', 'n']) {
    t.equal(parseBoolean(value), false, JSON.stringify(value));
  }
  for (const value of [2, 'ja', '', null, undefined, {}, 'x'.repeat(100)]) {
    t.equal(parseBoolean(value), undefined, JSON.stringify(value));
  }
});

t.test('text and blanks', async (t) => {
  t.equal(toText('a'), 'a');
  t.equal(toText(5678901234567), '5678901234567');
  t.equal(toText(false), 'false');
  t.equal(toText({ a: [1] }), '{"a":[1]}');
  for (const value of ['', ' \n', null, undefined]) t.ok(isBlank(value));
  for (const value of ['a', 0, false, {}, []]) t.notOk(isBlank(value));
});

t.test('own properties only', async (t) => {
  const target: JsonObject = {};
  setOwn(target, '__proto__', { polluted: true });
  setOwn(target, 'constructor', 1);
  t.strictSame(Object.keys(target), ['__proto__', 'constructor']);
  t.equal(Object.getPrototypeOf(target), Object.prototype);
  t.equal((target as { polluted?: boolean }).polluted, undefined);
  t.equal(JSON.stringify(target), '{"__proto__":{"polluted":true},"constructor":1}');
});

t.test('payment classes', async (t) => {
  const classes = {
    cod: ['cod', 'COD', 'Cash on Delivery', 'cash_on_delivery', 'CashOnDelivery', 'Gokwik COD'],
    partial_cod: [
      ...['ppcod', 'PPCOD', 'Gokwik PPCOD', 'pp-cod', 'Partial COD', 'partially paid cod'],
      ...[
        'part prepaid',
        'Part Prepaid',
        'part-cod',
        'Part Paid',
        'Partial Payment',
        'partly paid',
      ],
    ],
    prepaid: [
      ...['upi', 'UPI', 'card', 'card | credit', 'Debit Card', 'netbanking', 'Net Banking'],
      ...['wallet', 'emi', 'Pay Later', 'consumer_finance-snapmint', 'Gokwik UPI', 'PREPAID'],
      ...['razorpay', 'Snapmint', 'simpl', 'LazyPay', 'creditcard', 'pre-paid'],
    ],
    unknown: [
      '',
      ' ',
      'NA',
      'barter',
      'codename',
      'discard',
      'premium',
      'COD to prepaid',
      'non-gk',
    ],
  };
  for (const [expected, methods] of Object.entries(classes)) {
    const classify = createPaymentClassifier(() => {});
    for (const method of [...methods, ...methods]) {
      t.equal(paymentClass(method, null), expected, method);
      t.equal(classify(method, null), expected, method);
    }
  }
  t.equal(paymentClass('cod', 'PREPAID'), 'cod', 'the method decides');
  t.equal(paymentClass(null, 'COD'), 'cod');
  t.equal(paymentClass('', 'upi'), 'prepaid');
  t.equal(paymentClass('barter', 'cod'), 'cod', 'an unknown method leaves it to the type');
  t.equal(paymentClass(undefined, 'non-gk'), 'unknown');
  t.equal(paymentClass(7, {}), 'unknown');
});

t.test('levels, and numbers that JSON cannot hold, wherever they stand', async (t) => {
  let endless = 0;
  const isDeep = (text: string, levels: number): boolean =>
    isDeeper(JSON.parse(text), levels, () => {
      endless += 1;
    });
  t.notOk(isDeep('{"a":[{"b":1}]}', 3));
  t.ok(isDeep('{"a":[{"b":1}]}', 2));
  t.equal(endless, 0);
  t.notOk(isDeep('{"a":1e999,"b":[{"c":-1e999}],"d":1e308,"e":"1e999","f":null}', 3));
  t.equal(endless, 2);
  t.same(parseEmbedded('{"a":1}'), { a: 1 });
  t.equal(parseEmbedded('{"a":1e999}'), undefined, 'such a text stays the text that it is');
});

t.test('rows of unknown payment methods are counted, and the methods are not said', async (t) => {
  const counted: string[] = [];
  const classify = createPaymentClassifier((what) => counted.push(what));
  for (const odd of ['Barter', ' barter', 'Asha Verma', '', null]) classify(odd, null);
  classify(null, 'non-gk');
  classify('tokens', 'cod');
  t.equal(counted.length, 3);
  t.same(
    [...new Set(counted)],
    ['`payment_method` is of no known class; such rows have `payment_class` unknown'],
  );
});
