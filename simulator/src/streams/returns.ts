import { demandOrder, type Plan } from '../world/lifecycle.ts';
import {
  cartOf,
  contextOf,
  type Person,
  personIndex,
  personOf,
  spellPhone,
} from '../world/merchant.ts';
import { paidPaise } from '../world/money.ts';
import type { Claim } from '../world/order.ts';
import { moid, platformOrderId, productId, type World } from '../world/world.ts';
import { stageAt } from './parts.ts';
import { all, type Facts, type Field, type Fields, type Listed, type Moment } from './stream.ts';

/** A step of a return. */
const STEP: Field = {
  object: { status: 'flag', created_at: 'time', comment: 'text' },
};

const MONEY: Field = {
  object: { shop_money: { object: { amount: 'money', currency_code: 'text' } } },
};

const RETURN_ADDRESS: Fields[string] = {
  object: {
    ...all('text', 'first_name last_name address_line_1 city province'),
    postal_code: 'id',
    country: 'text',
  },
};

const RETURN_ITEM: Fields = {
  id: 'id',
  quantity: 'count',
  reason: 'text',
  original_product: {
    object: { product_id: 'id', variant_id: 'id', title: 'text', sku: 'text', price: 'money' },
  },
  refund: {
    object: {
      status: 'text',
      requested_mode: 'text',
      refunded_amount: MONEY,
      refunded_at: 'time',
    },
  },
};

function step(ms: number | undefined, nowMs: number, comment: string | null): Facts | null {
  return ms !== undefined && ms <= nowMs ? { status: true, created_at: ms, comment } : null;
}

function claimStatus(claim: Claim, refundedMs: number | undefined, nowMs: number): string {
  const stages: [number | undefined, string][] = claim.rejected
    ? [[claim.decidedMs, 'rejected']]
    : [
        [claim.decidedMs, 'approved'],
        [claim.receivedMs, 'received'],
        [claim.inspectedMs, 'inspected'],
        [refundedMs, 'refunded'],
      ];
  return stageAt('requested', stages, nowMs);
}

function returnFacts(world: World, plan: Plan, _sub: number, at: Moment): Facts {
  const { index } = plan;
  const { nowMs } = at;
  const order = demandOrder(plan);
  const { claim } = order;
  if (claim === undefined) throw new RangeError(`session ${index} has no return`);
  const refund = order.refunds.at(-1);
  const person = personOf(world, index);
  return {
    id: String(900_000_000 + index),
    request_number: `RET${10_000 + index}`,
    request_type: claim.exchange ? 'exchange' : 'return',
    status: claimStatus(claim, refund?.doneMs, nowMs),
    created_at: claim.createdMs,
    channel: contextOf(world, index).device === 'desktop' ? 'admin' : 'portal',
    order: {
      id: platformOrderId(world, index),
      name: `#${moid(index)}`,
      created_at: order.createdMs,
    },
    customer: claimantFacts(world, index, person, order.pay === 'cod'),
    approved: claim.rejected ? null : step(claim.decidedMs, nowMs, null),
    received: step(claim.receivedMs, nowMs, null),
    inspected: step(claim.inspectedMs, nowMs, 'As described'),
    rejected: claim.rejected ? step(claim.decidedMs, nowMs, 'Worn') : null,
    archived: null,
    line_items: [returnedFacts(world, plan, nowMs)],
  };
}

/** Whoever paid cash gives a bank account to be paid back to. */
function claimantFacts(world: World, index: number, person: Person, cash: boolean): Facts {
  const number = personIndex(world, index);
  const name = `${person.first} ${person.last}`;
  return {
    id: String(6_000_000_000 + number),
    name,
    email: person.email,
    phone: spellPhone(person, index),
    address: {
      first_name: person.first,
      last_name: person.last,
      address_line_1: person.street,
      city: person.place.city,
      province: person.place.state,
      postal_code: person.pincode,
      country: 'India',
    },
    bank: cash
      ? {
          account_holder_name: name,
          account_number: String(50_100_000_000 + number),
          ifsc_code: `HDFC0${String(number % 1_000_000).padStart(6, '0')}`,
        }
      : null,
  };
}

function returnedFacts(world: World, plan: Plan, nowMs: number): Facts {
  const [line] = cartOf(world, plan.index);
  if (line === undefined) throw new RangeError(`session ${plan.index} has an empty cart`);
  const refund = demandOrder(plan).refunds.at(-1);
  const done = refund !== undefined && refund.doneMs <= nowMs;
  const amount = { amount: paidPaise(world, plan), currency_code: 'INR' };
  return {
    id: String(800_000_000 + plan.index),
    quantity: line.quantity,
    reason: ['Size does not fit', 'Quality', 'Wrong item'][plan.index % 3],
    original_product: {
      product_id: productId(line.product.sku),
      variant_id: `${productId(line.product.sku)}${line.variant}`,
      title: line.product.name,
      sku: `${line.product.sku}-${line.variant}`,
      price: line.product.pricePaise,
    },
    refund: refund
      ? {
          status: done ? 'refunded' : 'pending',
          requested_mode: 'original_payment_mode',
          refunded_amount: done ? { shop_money: amount } : null,
          refunded_at: done ? refund.doneMs : null,
        }
      : null,
  };
}

export const returns: Listed<'returns'> = {
  kind: 'list',
  name: 'returns',
  route: {
    path: '/return-exchange/v2',
    family: 'returnprime',
    params: ['created_at_min', 'created_at_max', 'page', 'limit'],
    paging: 'number',
    window: ['created_at_min', 'created_at_max'],
    dates: false,
    limit: 'limit',
  },
  fields: {
    id: 'id',
    ...all('text', 'request_number request_type status'),
    created_at: 'time',
    channel: 'text',
    order: { object: { id: 'id', name: 'text', created_at: 'time' } },
    customer: {
      object: {
        id: 'id',
        ...all('text', 'name email phone'),
        address: RETURN_ADDRESS,
        bank: {
          object: { account_holder_name: 'text', account_number: 'text', ifsc_code: 'text' },
        },
      },
    },
    approved: STEP,
    received: STEP,
    inspected: STEP,
    rejected: STEP,
    archived: STEP,
    line_items: { list: RETURN_ITEM },
  },
  entities: (_world, { order }) =>
    order?.claim === undefined ? [] : [{ sub: 0, times: [order.claim.createdMs] }],
  facts: returnFacts,
  key: (facts) => String(facts.id),
  envelope: ({ rows, more }) => ({ data: { list: rows, hasNextPage: more } }),
};
