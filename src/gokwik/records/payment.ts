/**
 * `payment_class`: COD or prepaid, which upstream has no single field for. Part COD (`ppcod`, a part
 * paid now and the rest in cash) is a class of its own.
 */
import type { Json } from '../../cdk/protocol.ts';

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
  const byMethod = classify(paymentMethod);
  return byMethod === 'unknown' ? classify(orderType) : byMethod;
}

function classify(value: Json | undefined): PaymentClass {
  if (typeof value !== 'string') return 'unknown';
  const words = value
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const compact = words.join('');
  const isPart = compact.includes('partial') && /cod|prepaid/.test(compact);
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
}

export type PaymentClassifier = typeof paymentClass;

const REMEMBERED_METHODS = 1000;

/**
 * `paymentClass` for many rows: a method is looked at once. A row of no known class is counted (I7),
 * without its method: in a column that slipped, that is a name or a phone.
 */
export function createPaymentClassifier(count: (what: string) => void): PaymentClassifier {
  const known = new Map<string, PaymentClass>();

  return (paymentMethod, orderType) => {
    if (typeof paymentMethod !== 'string') return classify(orderType);
    let byMethod = known.get(paymentMethod);
    if (byMethod === undefined) {
      byMethod = classify(paymentMethod);
      if (known.size < REMEMBERED_METHODS) known.set(paymentMethod, byMethod);
    }
    if (byMethod !== 'unknown') return byMethod;
    const byType = classify(orderType);
    if (byType === 'unknown' && paymentMethod.trim() !== '') {
      count('`payment_method` is of no known class; such rows have `payment_class` unknown');
    }
    return byType;
  };
}
