/**
 * `payment_class`: COD or prepaid, which upstream has no single field for. Part COD (`ppcod`, a part
 * paid now and the rest in cash) is a class of its own.
 */
import type { Json } from '../../cdk/protocol.ts';
import { remember } from '../../cdk/text.ts';

export type PaymentClass = 'cod' | 'prepaid' | 'partial_cod' | 'unknown';

/** Words of prepaid methods as seen in exports, webhooks and GoKwik's docs. */
const PREPAID_WORDS = new Set(
  (
    'upi card cards credit debit creditcard debitcard netbanking wallet wallets emi bnpl cardless ' +
    'prepaid razorpay snapmint simpl lazypay paytm phonepe gpay mobikwik freecharge payu cashfree ' +
    'easebuzz zestmoney amazonpay googlepay paylater online'
  ).split(' '),
);
/** The same where the spelling is cut into words, or glued together. */
const PREPAID_PARTS = [
  'netbanking',
  'paylater',
  'consumerfinance',
  'creditcard',
  'debitcard',
  'amazonpay',
  'googlepay',
  'prepaid',
];

/**
 * The class that `payment_method` says; where it is empty or says nothing known, the one that
 * `order_type` (`upi|cod|non-gk`, also `COD|PREPAID`) says. Casing and spacing do not matter.
 */
export function paymentClass(
  paymentMethod: Json | undefined,
  orderType: Json | undefined,
): PaymentClass {
  const byMethod = typeof paymentMethod === 'string' ? classify(paymentMethod) : 'unknown';
  if (byMethod !== 'unknown') return byMethod;
  return typeof orderType === 'string' ? classify(orderType) : 'unknown';
}

/** A few methods come again and again. */
const classify = remember((value): PaymentClass => {
  const words = value
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const compact = words.join('');
  const isSplit = compact.includes('partial') || words.some((word) => /^part(ly)?$/.test(word));
  const isPart = isSplit && /cod|paid|payment/.test(compact);
  if (isPart || compact.includes('ppcod')) {
    return 'partial_cod';
  }
  const cash = words.includes('cod') || compact.includes('cashondelivery');
  const prepaid =
    words.some((word) => PREPAID_WORDS.has(word)) ||
    PREPAID_PARTS.some((part) => compact.includes(part));
  // "COD converted to prepaid" is not for us to guess.
  if (cash === prepaid) return 'unknown';
  return cash ? 'cod' : 'prepaid';
});

/**
 * `paymentClass` of rows. One of no known class is counted (I7), without its method: in a column that
 * slipped, that is a name or a phone.
 */
export function createPaymentClassifier(count: (what: string) => void): typeof paymentClass {
  return (paymentMethod, orderType) => {
    const found = paymentClass(paymentMethod, orderType);
    if (found === 'unknown' && typeof paymentMethod === 'string' && paymentMethod.trim() !== '') {
      count('`payment_method` is of no known class; such rows have `payment_class` unknown');
    }
    return found;
  };
}
