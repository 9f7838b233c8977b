import { type Step, stepsOf } from './events.ts';
import { gokwikOid, moid, productId, requestId, sessionId } from './ids.ts';
import type { Facts, Moment } from './kinds.ts';
import type { Plan } from './lifecycle.ts';
import { billOf, cartOf, contextOf, personOf, spellPay, spellPhone } from './merchant.ts';
import { riskFlag } from './risk.ts';
import { reached } from './visit.ts';
import type { World } from './world.ts';

/** What is known of a checkout, as facts: the sessions' side of the merchant's data. */

const SHOP = 'https://shop.example.com';

function marketing(world: World, index: number): Facts {
  const { source } = contextOf(world, index);
  return {
    mkt_source: source.source,
    mkt_medium: source.medium,
    mkt_campaign: source.campaign,
    orig_referrer: source.referrer,
  };
}

/** Known from the login on. */
function customer(world: World, index: number, phone: number, masked = false): Facts {
  const person = personOf(world, index);
  return {
    firstname: person.first,
    lastname: person.last,
    phone: spellPhone(person, phone),
    phone_mask: masked ? `${person.phone.slice(0, 2)}******${person.phone.slice(8)}` : null,
    email: person.email,
  };
}

function address(world: World, index: number): Facts {
  const person = personOf(world, index);
  return {
    line1: person.street,
    line2: person.landmark,
    city: person.place.city,
    state: person.place.state,
    pincode: person.pincode,
    country: 'India',
  };
}

function eventFacts(step: Step): Facts {
  return { name: step.name, occurred_at: step.atMs, properties: step.properties };
}

function checkoutStatus(plan: Plan, updatedMs: number): string {
  const { order, recoveredMs, abandonedMs, visitEndMs } = plan;
  if (recoveredMs !== undefined && recoveredMs <= updatedMs) return 'recovered';
  if (abandonedMs !== undefined) return abandonedMs <= updatedMs ? 'abandoned' : 'in_progress';
  return order !== undefined && visitEndMs <= updatedMs ? 'completed' : 'in_progress';
}

/** A session is saved when it begins, when the visit ends, and at what happens to it later. */
export function checkoutFacts(world: World, plan: Plan, _sub: number, at: Moment): Facts {
  const { index, visit } = plan;
  const { updatedMs } = at;
  const seen = visit.startMs < updatedMs || plan.visitEndMs === visit.startMs;
  const order = plan.order && plan.order.createdMs <= updatedMs ? plan.order : undefined;
  const bill = billOf(world, index, order?.pay);
  const context = contextOf(world, index);
  const steps = stepsOf(world, plan).filter(({ atMs }) => atMs <= updatedMs);
  return {
    request_id: requestId(world, index),
    session_id: sessionId(world, index),
    created_at: plan.createdMs,
    updated_at: updatedMs,
    status: checkoutStatus(plan, updatedMs),
    last_stage: steps.at(-1)?.name ?? null,
    gokwik_oid: order ? gokwikOid(world, index) : null,
    moid: order ? moid(index) : null,
    login_type: seen && reached(visit, 'login') ? (context.oneTap ? 'one_tap' : 'otp') : null,
    customer_type: context.returning ? 'returning' : 'new',
    device_type: context.device,
    store_platform: 'shopify',
    item_count: cartOf(world, index).reduce((sum, { quantity }) => sum + quantity, 0),
    total_price: bill.total,
    total_discount: bill.discount,
    cod_charges: bill.cod,
    currency: 'INR',
    payment_method: order ? spellPay(world, index, order.pay)[0] : null,
    rto_risk_flag: seen && reached(visit, 'payment') ? riskFlag(plan) : null,
    ...marketing(world, index),
    customer: seen && reached(visit, 'address') ? customer(world, index, index) : null,
    address: seen && reached(visit, 'payment') ? address(world, index) : null,
    events: steps.map(eventFacts),
  };
}

function dropStage(plan: Plan): string {
  const { visit } = plan;
  if (visit.stage === 'address') return plan.index % 3 ? 'Address Page' : 'Pincode Addition Page';
  if (visit.stage === 'payment') return 'Payment Page';
  return visit.attempts.at(-1)?.outcome === 'expired' ? 'Payment Pending' : 'payment failed';
}

const REASONS = ['Shipping is too high', 'Just browsing', 'COD not available'] as const;

/** The variant of the webhook that flattens its objects also masks the phone beside it. */
export function isFlattened(index: number): boolean {
  return index % 9 === 4;
}

export function cartFacts(world: World, plan: Plan, _sub: number, at: Moment): Facts {
  const { index, recoveredMs } = plan;
  const bill = billOf(world, index, undefined);
  const context = contextOf(world, index);
  const lines = cartOf(world, index);
  const recovered = recoveredMs !== undefined && recoveredMs <= at.nowMs;
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
    customer: customer(world, index, index + 1, isFlattened(index)),
    address: reached(plan.visit, 'payment') ? address(world, index) : null,
    shipping: { title: 'Standard', price: bill.shipping },
    ...marketing(world, index),
    store_platform: 'shopify',
    ip: context.ip,
    user_agent: context.agent,
    session_id: sessionId(world, index),
    recovered_at: recovered ? recoveredMs : null,
    recovered_moid: recovered ? moid(index) : null,
  };
}
