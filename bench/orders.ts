/**
 * Orders as GoKwik writes them, about 1 KB each: amounts as text and as numbers, UTC stamps, two
 * addresses, one to three lines. From a seed, so that every run and every peer reads the same bytes.
 */

const FIRST = 'Aarav Diya Vihaan Ananya Kabir Ishita Rohan Meera Arjun Priya Dev Kavya'.split(' ');
const LAST = 'Sharma Iyer Patel Reddy Khan Das Nair Gupta Bose Joshi Rao Mehta'.split(' ');
const CITIES = ['Mumbai', 'Bengaluru', 'Pune', 'Jaipur', 'Lucknow', 'Kochi', 'Indore', 'Surat'];
const METHODS = ['cod', 'upi', 'cod', 'creditcard', 'cod', 'netbanking', 'ppcod-upi', 'wallet'];
const PRODUCTS = ['Rose Face Serum', 'Cotton Kurta', 'Steel Bottle', 'Herbal Shampoo'];

/** Lehmer's generator: small, quick and the same everywhere. */
function createDraw(seed: number): (below: number) => number {
  let state = (seed * 48_271 + 11) % 2_147_483_647;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const money = (paise: number): string => (paise / 100).toFixed(2);

/** @param stampMs epoch milliseconds at which all orders were made and last changed */
export function makeOrder(index: number, stampMs: number): Record<string, unknown> {
  const draw = createDraw(index + 1);
  const id = String(7_000_000 + index);
  const first = pick(FIRST, draw(1000));
  const last = pick(LAST, draw(1000));
  const phone = `+91${6 + draw(4)}${String(100_000_000 + draw(900_000_000))}`;
  const email = `${first}.${last}${index}@example.com`.toLowerCase();
  const totalPaise = 20_000 + draw(400_000);
  const address = {
    first_name: first,
    last_name: last,
    address_1: `${1 + draw(400)}, ${pick(LAST, draw(100))} Nagar`,
    address_2: '',
    city: pick(CITIES, draw(100)),
    state: 'Maharashtra',
    postcode: String(400_001 + draw(99_999)),
    country: 'IN',
  };
  const lines = Array.from({ length: 1 + draw(2) }, (_, line) => ({
    sku: `SKU-${draw(9000)}-${line}`,
    name: pick(PRODUCTS, draw(100)),
    quantity: 1 + draw(3),
    price: money(9_900 + draw(90_000)),
  }));
  const stamp = new Date(stampMs).toISOString().replace('.000Z', 'Z');
  return {
    request_id: `req_${id}`,
    // The zeros are for the server: the same order of another day is another one.
    gokwik_oid: `KWIK0000${id}`,
    moid: `#${id}`,
    mid: '19abc0defgh1',
    platform_order_id: String(5_400_000_000 + index),
    order_status: pick(['Confirmed', 'Delivered', 'Shipped'], draw(100)),
    payment_method: pick(METHODS, draw(1000)),
    payment_status: pick(['paid', 'pending'], draw(100)),
    total: money(totalPaise),
    subtotal: money(totalPaise - 4900),
    total_tax: money(draw(9000)),
    total_shipping: 49,
    total_discount: draw(3) * 50,
    promo_code: draw(3) === 0 ? 'DIWALI10' : null,
    rto_risk_flag: pick(['LOW', 'MEDIUM', 'HIGH'], draw(100)),
    customer_type: 'returning',
    utm_source: 'instagram',
    utm_medium: 'NA',
    landing_page: `/products/${draw(900)}?utm_source=instagram`,
    customer_ip: `49.36.${draw(255)}.${draw(255)}`,
    phone,
    email,
    shipping_address: address,
    line_items: lines,
    created_at: stamp,
    updated_at: stamp,
  };
}

/** An abandoned cart as a receiver of webhooks keeps it, about 300 bytes. */
export const makeCart = (index: number, receivedMs: number): string =>
  JSON.stringify({
    request_id: `a8dfb19e-2cd2-4fd0-ac8e-${String(index).padStart(12, '0')}`,
    drop_stage: 'Payment Page',
    total_price: '1299.00',
    customer: { firstname: 'Asha', city: 'Pune' },
    items: [{ name: 'Kurta', price: '1299.00', quantity: 1 }],
    _received_at: new Date(receivedMs).toISOString(),
  });
