import { ITEM, orders } from './orders.ts';
import { all, type Child } from './stream.ts';

export const order_items: Child<'order_items'> = {
  kind: 'child',
  name: 'order_items',
  parent: orders,
  fields: ITEM,
  added: {
    ...all('id', 'request_id gokwik_oid moid platform_order_id'),
    updated_at: 'time',
    position: 'count',
  },
  rows: ({ line_items, items }) => line_items ?? items,
};
