import { ITEM, orders } from './orders.ts';
import type { Child } from './stream.ts';

export const order_items: Child<'order_items'> = {
  kind: 'child',
  name: 'order_items',
  parent: orders,
  fields: ITEM,
  added: {
    request_id: 'id',
    gokwik_oid: 'id',
    moid: 'id',
    platform_order_id: 'id',
    updated_at: 'time',
    position: 'count',
  },
  rows: ({ line_items, items }) => line_items ?? items,
};
