import { eventsOf, type Told } from './events.ts';
import { ordersOf } from './outcomes.ts';
import { type Fields, perSource, textOf } from './rows.ts';

export interface Journey {
  readonly checkout: Fields;
  /** Number of the furthest step, from 1. */
  readonly furthest: number;
  readonly seconds: readonly (number | undefined)[];
}

const NOTHING: Told = { first: [], seconds: [], picked: new Set() };

/** A checkout with how far it came: to its order, if that was placed. */
export const journeysOf = perSource((source): Journey[] => {
  const orders = new Map(ordersOf(source).map((order) => [textOf(order.row.request_id), order]));
  const events = eventsOf(source);
  return source.rows('checkouts').map((checkout) => {
    const told = events.get(textOf(checkout.request_id)) ?? NOTHING;
    const order = orders.get(textOf(checkout.request_id));
    const byEvents =
      1 + told.first.reduce<number>((far, moment, at) => (moment === undefined ? far : at), 0);
    const furthest = order === undefined ? byEvents : order.isPlaced ? 9 : 8;
    return { checkout, furthest, seconds: told.seconds };
  });
});
