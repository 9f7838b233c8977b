import { cashfreeRecon } from './cashfree-recon.ts';
import { dashboardOrders } from './dashboard-orders.ts';
import { easyecomOrders } from './easyecom-orders.ts';
import { gkxOrders } from './gkx-orders.ts';
import { magentoOrders } from './magento-orders.ts';
import type { Peer } from './peer.ts';
import { razorpayPayments } from './razorpay-payments.ts';
import { razorpayRecon } from './razorpay-recon.ts';
import { shiprocketOrders } from './shiprocket-orders.ts';
import { shopifyRest } from './shopify-rest.ts';
import { stripeCharges } from './stripe-charges.ts';
import { unicommerceSearch } from './unicommerce-search.ts';
import { woocommerceOrders } from './woocommerce-orders.ts';

/** The only list of peers. */
export const PEERS: readonly Peer[] = [
  razorpayPayments,
  razorpayRecon,
  cashfreeRecon,
  shiprocketOrders,
  shopifyRest,
  woocommerceOrders,
  magentoOrders,
  stripeCharges,
  unicommerceSearch,
  easyecomOrders,
  gkxOrders,
  dashboardOrders,
];
