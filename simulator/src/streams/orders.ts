import {
  demandOrder,
  type Plan,
  riskFlag,
  riskReason,
  riskScore,
  since,
} from '../world/lifecycle.ts';
import {
  billOf,
  cartOf,
  contextOf,
  couponOf,
  type Line,
  personOf,
  spellPay,
  spellPhone,
} from '../world/merchant.ts';
import { refundStatus } from '../world/money.ts';
import type { OrderPlan } from '../world/order.ts';
import {
  awbOf,
  entityId,
  gokwikOid,
  moid,
  platformOrderId,
  productId,
  requestId,
  type World,
} from '../world/world.ts';
import { AGAIN, STAMPS } from './parts.ts';
import {
  all,
  ascending,
  byCursor,
  type Facts,
  type Field,
  type Fields,
  type Listed,
  type Moment,
  OK,
} from './stream.ts';

/** An address after the shop platform's fashion. */
const POSTAL: Field = {
  object: {
    ...all('text', 'first_name last_name address_1 address_2 city state'),
    postcode: 'id',
    ...all('text', 'country email phone'),
  },
};

/** Of an order's item. */
export const ITEM: Fields = {
  ...all('id', 'product_id line_item_id variant_id'),
  name: 'text',
  sku: 'text',
  price: 'money',
  quantity: 'count',
  ...all('money', 'subtotal total tax'),
};

const UTM = {
  ...all('utm', 'utm_source utm_medium utm_campaign utm_term utm_content'),
};

function orderTimes(order: OrderPlan): number[] {
  const { createdMs, failedMs, confirmedMs, cancelledMs, shippedMs, deliveredMs } = order;
  // A refund touches its order: a connector asks for refunds when it sees the order again.
  const refunds = order.refunds.flatMap(({ startMs, doneMs }) => [startMs, doneMs]);
  return ascending([
    createdMs,
    failedMs,
    confirmedMs,
    cancelledMs,
    shippedMs,
    deliveredMs,
    order.rtoMs,
    order.rtoDoneMs,
    order.againMs,
    order.touchedMs,
    ...refunds,
  ]);
}

function orderStatus(order: OrderPlan, nowMs: number): string {
  if (since(order.failedMs, nowMs)) return 'Failed';
  if (since(order.cancelledMs, nowMs)) return 'Cancelled';
  if (since(order.deliveredMs, nowMs)) return 'Delivered';
  if (since(order.shippedMs, nowMs)) return 'Shipped';
  return since(order.confirmedMs, nowMs) ? 'Confirmed' : 'Pending';
}

function shipmentStatus(order: OrderPlan, nowMs: number): string | null {
  if (since(order.deliveredMs, nowMs)) return 'delivered';
  if (since(order.againMs, nowMs)) return 'in_transit';
  if (since(order.rtoDoneMs, nowMs)) return 'RTO Delivered';
  if (since(order.rtoMs, nowMs)) return 'rto_initiated';
  return since(order.shippedMs, nowMs) ? 'in_transit' : null;
}

function paymentStatus(plan: Plan, order: OrderPlan, nowMs: number): string | null {
  if (order.pay === 'offline') return null;
  if (since(order.failedMs, nowMs)) return 'failed';
  const refunded = refundStatus(order, nowMs);
  if (refunded !== null) return refunded;
  if (order.pay === 'cod') return since(order.deliveredMs, nowMs) ? 'paid' : 'pending';
  if (!since(order.confirmedMs, nowMs)) return 'pending';
  if (order.pay === 'partial' && !since(order.deliveredMs, nowMs)) return 'partially_paid';
  // Casing is not stable upstream.
  return plan.index % 8 === 3 ? 'Paid' : 'paid';
}

function paymentClass(order: OrderPlan): string {
  const classes = { cod: 'cod', prepaid: 'prepaid', partial: 'partial_cod', offline: 'unknown' };
  return classes[order.pay];
}

function orderFacts(world: World, plan: Plan, _sub: number, at: Moment): Facts {
  const { index } = plan;
  const { nowMs } = at;
  const order = demandOrder(plan);
  const bill = billOf(world, index, order.pay);
  const { source, returning, ip } = contextOf(world, index);
  const [method, type] = spellPay(world, index, order.pay);
  const person = personOf(world, index);
  const phone = spellPhone(person, index + 2);
  const postal = postalFacts(world, index, phone);
  const items = cartOf(world, index).map((line, position) => itemFacts(index, line, position));
  // The variant after the shop platform's fashion calls the list `items`.
  const older = index % 12 === 5;
  return {
    request_id: requestId(world, index),
    gokwik_oid: gokwikOid(world, index),
    moid: moid(index),
    mid: world.mid,
    // The shop platform hears of an order when it is confirmed.
    platform_order_id: since(order.confirmedMs, nowMs) ? platformOrderId(world, index) : null,
    // Casing is not stable upstream.
    order_status:
      index % 11 === 4 ? orderStatus(order, nowMs).toLowerCase() : orderStatus(order, nowMs),
    order_type: type,
    payment_method: method,
    payment_class: paymentClass(order),
    payment_status: paymentStatus(plan, order, nowMs),
    total: bill.total,
    subtotal: bill.subtotal,
    total_tax: bill.tax,
    total_shipping: bill.shipping,
    total_discount: bill.discount,
    cod_charges: bill.cod,
    promo_code: couponOf(world, index),
    rto_risk_flag: riskFlag(plan),
    rto_score: riskScore(plan),
    rto_remark: riskReason(plan),
    shipment_status: shipmentStatus(order, nowMs),
    awb_number: since(order.shippedMs, nowMs)
      ? awbOf(world, entityId(index, since(order.againMs, nowMs) ? AGAIN : 0))
      : null,
    customer_type: returning ? 'returning' : 'new',
    utm_source: source.source,
    utm_medium: source.medium,
    utm_campaign: source.campaign,
    utm_term: null,
    utm_content: source.campaign === null ? null : `creative-${index % 5}`,
    landing_page: `/products/${index % 12}`,
    customer_ip: ip,
    phone: person.otherPhone === undefined ? phone : `${phone}|${person.otherPhone}`,
    email: person.email,
    billing_address: postal,
    shipping_address: postal,
    line_items: older ? null : items,
    items: older ? items : null,
    created_at: order.createdMs,
    updated_at: at.updatedMs,
  };
}

function postalFacts(world: World, index: number, phone: string): Facts {
  const person = personOf(world, index);
  return {
    first_name: person.first,
    last_name: person.last,
    address_1: person.street,
    address_2: person.landmark,
    city: person.place.city,
    state: person.place.state,
    postcode: person.pincode,
    country: 'IN',
    email: person.email,
    phone,
  };
}

function itemFacts(index: number, line: Line, position: number): Facts {
  const { product, quantity, variant } = line;
  const amount = product.pricePaise * quantity;
  return {
    product_id: productId(product.sku),
    line_item_id: String(14_000_000_000_000 + index * 8 + position),
    variant_id: `${productId(product.sku)}${variant}`,
    name: product.name,
    sku: `${product.sku}-${variant}`,
    price: product.pricePaise,
    quantity,
    subtotal: amount,
    total: amount,
    tax: Math.round((amount * 5) / 105),
  };
}

export const orders: Listed<'orders'> = {
  kind: 'list',
  name: 'orders',
  route: byCursor('/v1/order/list'),
  fields: {
    ...all('id', 'request_id gokwik_oid moid'),
    mid: 'text',
    platform_order_id: 'id',
    ...all('text', 'order_status order_type payment_method payment_status'),
    ...all('money', 'total subtotal total_tax total_shipping total_discount'),
    ...all('money', 'cod_charges'),
    promo_code: 'text',
    rto_risk_flag: 'text',
    rto_score: 'decimal',
    rto_remark: 'text',
    shipment_status: 'text',
    awb_number: 'id',
    customer_type: 'text',
    ...UTM,
    ...all('text', 'landing_page customer_ip phone email'),
    billing_address: POSTAL,
    shipping_address: POSTAL,
    line_items: { list: ITEM },
    items: { list: ITEM },
    ...STAMPS,
  },
  added: { payment_class: 'text' },
  variants: { items: 'line_items' },
  habits: { numbers: ['cod_charges', 'total_shipping', 'total_discount', 'price'] },
  entities: (_world, { order }) =>
    order === undefined ? [] : [{ sub: 0, times: orderTimes(order) }],
  facts: orderFacts,
  key(facts, keys) {
    const own = facts.gokwik_oid ?? facts.request_id ?? facts.moid;
    return String(keys === 'files' ? (facts.platform_order_id ?? own) : own);
  },
  envelope: ({ rows, more, next }) => ({ ...OK, data: rows, has_more: more, next_cursor: next }),
};
