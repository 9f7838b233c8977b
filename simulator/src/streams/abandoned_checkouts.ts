import { type Plan, planSession, reached, riskFlag } from '../world/lifecycle.ts';
import { billOf, cartOf, contextOf } from '../world/merchant.ts';
import { moid, productId, requestId, sessionId, type World } from '../world/world.ts';
import {
  ADDRESS,
  addressFacts,
  CUSTOMER,
  customerFacts,
  MARKETING,
  marketingFacts,
  STAMPS,
} from './parts.ts';
import {
  all,
  byCursor,
  type Facts,
  type Fields,
  keyOfRequest,
  type Listed,
  type Moment,
  OK,
  one,
} from './stream.ts';

const SHOP = 'https://shop.example.com';

const CART_ITEM: Fields = { name: 'text', price: 'money', quantity: 'count', product_id: 'id' };

function dropStage(plan: Plan): string {
  const { visit } = plan;
  if (visit.stage === 'address') return plan.index % 3 ? 'Address Page' : 'Pincode Addition Page';
  if (visit.stage === 'payment') return 'Payment Page';
  return visit.attempts.at(-1)?.outcome === 'expired' ? 'Payment Pending' : 'payment failed';
}

/** Some come back by another visit: its order recovers this cart. */
function otherOrder(world: World, plan: Plan): { index: number; createdMs: number } | undefined {
  const { cart, abandonedMs, recoveredMs } = plan;
  const index = plan.index + 1;
  if (!cart || recoveredMs !== undefined || plan.index % 6 !== 5 || index >= world.sessions) return;
  const createdMs = planSession(world, index).order?.createdMs;
  const isLater = createdMs !== undefined && abandonedMs !== undefined && createdMs > abandonedMs;
  return isLater ? { index, createdMs } : undefined;
}

const REASONS = ['Shipping is too high', 'Just browsing', 'COD not available'] as const;

/** The variant of the webhook that flattens its objects also masks the phone beside it. */
function isFlattened(index: number): boolean {
  return index % 9 === 4;
}

function cartFacts(world: World, plan: Plan, _sub: number, at: Moment): Facts {
  const { index, recoveredMs } = plan;
  const bill = billOf(world, index, undefined);
  const context = contextOf(world, index);
  const lines = cartOf(world, index);
  const other = otherOrder(world, plan);
  const boughtMs = recoveredMs ?? other?.createdMs;
  const recovered = boughtMs !== undefined && boughtMs <= at.nowMs;
  // All 210 real captures had none; a merchant who asks for reasons gets one word or several.
  const reasons = index % 60 === 7 ? REASONS.slice(0, 1 + (index % 2)) : null;
  return {
    request_id: requestId(world, index),
    created_at: plan.createdMs,
    updated_at: at.updatedMs,
    drop_stage: dropStage(plan),
    drop_off_reasons: reasons,
    is_abandoned: !recovered,
    rto_risk_flag: reached(plan.visit, 'payment') ? riskFlag(plan) : null,
    abc_url: `${SHOP}/?abc=${sessionId(world, index)}`,
    checkout_url: `${SHOP}/checkouts/${sessionId(world, index)}`,
    total_price: bill.total,
    items_subtotal_price: bill.subtotal,
    total_discount: bill.discount,
    taxes: bill.tax,
    convenience_fees: 0,
    cod_charges: bill.cod,
    currency: 'INR',
    item_count: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    brand_order_count: context.ordersBefore,
    items: lines.map(({ product, quantity }) => ({
      name: product.name,
      price: product.pricePaise,
      quantity,
      product_id: productId(product.sku),
    })),
    customer: customerFacts(world, index, index + 1, isFlattened(index)),
    address: reached(plan.visit, 'payment') ? addressFacts(world, index) : null,
    shipping: { title: 'Standard', price: bill.shipping },
    ...marketingFacts(world, index),
    store_platform: 'shopify',
    ip: context.ip,
    user_agent: context.agent,
    session_id: sessionId(world, index),
    recovered_at: recovered ? boughtMs : null,
    recovered_moid: recovered ? moid(other?.index ?? index) : null,
  };
}

export const abandoned_checkouts: Listed<'abandoned_checkouts'> = {
  kind: 'list',
  name: 'abandoned_checkouts',
  route: byCursor('/v1/abandoned-cart/list'),
  fields: {
    request_id: 'id',
    ...STAMPS,
    drop_stage: 'text',
    drop_off_reasons: 'words',
    is_abandoned: 'flag',
    ...all('text', 'rto_risk_flag abc_url checkout_url'),
    ...all('money', 'total_price items_subtotal_price total_discount taxes'),
    ...all('money', 'convenience_fees cod_charges'),
    currency: 'text',
    item_count: 'count',
    brand_order_count: 'count',
    items: { list: CART_ITEM },
    customer: CUSTOMER,
    address: ADDRESS,
    shipping: { object: { title: 'text', price: 'money' } },
    ...MARKETING,
    ...all('text', 'store_platform ip user_agent session_id'),
    recovered_at: 'time',
    recovered_moid: 'id',
  },
  habits: {
    numbers: ['cod_charges', 'price'],
    renames: { share: 0.15, names: { drop_stage: 'drop_off_stage' } },
  },
  entities: (world, plan) =>
    plan.cart ? one([plan.abandonedMs, plan.recoveredMs, otherOrder(world, plan)?.createdMs]) : [],
  facts: cartFacts,
  key: keyOfRequest,
  envelope: ({ rows, next }) => ({ ...OK, data: { carts: rows, next_cursor: next } }),
};
