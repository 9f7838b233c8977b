import type { Analyses, Cut } from './analyses.ts';
import { longBand } from './calendar.ts';
import { bothWidths, SALES_STEPS, salesChart } from './charts.ts';
import { cutFinding, salesFinding } from './findings.ts';
import {
  amount,
  band,
  chartHtml,
  folded,
  keyHtml,
  number,
  share,
  soft,
  tableHtml,
} from './html.ts';
import { rupees } from './numbers.ts';
import { BANDS, type Section } from './sections.ts';

/** What was sold: when, what, to whom and where. */

export function salesSection(analyses: Analyses): Section {
  const { sales, time } = analyses;
  const html = chartHtml({
    caption: `Rupees of orders by the ${time.grain} they were placed; young orders can still come back`,
    summary: sales
      .map((row) => `${longBand(row.band, time.grain)} ${rupees(row.placedRupees)}`)
      .join(', '),
    drawing: bothWidths(salesChart(analyses)),
    key: keyHtml(
      SALES_STEPS.map(({ name, opacity }) => ({
        name,
        style: `color-mix(in srgb, var(--main) ${opacity * 100}%, transparent)`,
      })),
    ),
    table: {
      id: 'sales-by-time',
      caption: `Sales by ${time.grain}`,
      rows: sales,
      columns: {
        [BANDS[time.grain]]: (row) => band(row.band, time.grain),
        Orders: (row) => number(row.orders),
        Units: (row) => number(row.units),
        'At list prices': (row) => amount(row.mrpRupees),
        Discount: (row) => amount(row.discountRupees),
        Placed: (row) => amount(row.placedRupees),
        'Less cancelled and RTO': (row) => amount(row.netRupees),
        'Delivered so far': (row) => amount(row.deliveredRupees),
        'Average order': (row) => amount(row.aov),
        COD: (row) => number(row.codOrders),
        'With a coupon': (row) => number(row.couponOrders),
        'New shoppers': (row) => number(row.newOrders),
        Returning: (row) => number(row.returningOrders),
      },
    },
  });
  return { id: 'sales', title: 'Sales', finding: salesFinding(analyses), html };
}

/** How dimensions are called, and the file of their CSV. */
const WHAT = {
  product: 'Products',
  sku: 'SKUs',
  coupon: 'Coupons',
  campaign: 'Campaigns',
  customer_type: 'New and returning',
};
const WHERE = {
  state: 'States',
  city: 'Cities',
  pincode_tier: 'Tiers of pincodes',
  courier: 'Couriers',
};

const LEFT =
  'Left: rupees without what was cancelled or came back. RTO: of shipped orders that are old enough to judge, where they are not too few.';

/** One below the other to be opened, the first one open. */
function cutTables({ cuts }: Analyses, dimensions: Readonly<Record<string, string>>): string {
  return Object.entries(dimensions)
    .map(([dimension, title], at) => {
      const table = tableHtml<Cut>({
        id: `by-${dimension.replaceAll('_', '-')}`,
        caption: `${title} by what is left of their rupees`,
        most: 10,
        rows: cuts.filter((cut) => cut.dimension === dimension),
        columns: {
          [title]: (row) => row.value,
          Orders: (row) => number(row.orders),
          Placed: (row) => amount(row.placedRupees),
          Left: (row) => amount(row.netRupees),
          'Came back': (row) => number(row.rto),
          'Of shipped': (row) => number(row.shipped),
          RTO: (row) => share(row.rtoRate),
        },
      });
      return folded(title, table, at === 0);
    })
    .join('');
}

export function cutsSection(analyses: Analyses): Section {
  const html =
    soft(`${LEFT} An order of two products counts under both; its rupees go by line.`) +
    cutTables(analyses, WHAT);
  return {
    id: 'what-sells',
    title: 'Products and campaigns',
    finding: cutFinding(analyses, 'product', 'brings'),
    html,
  };
}

export function placesSection(analyses: Analyses): Section {
  const { pincodes } = analyses;
  const html =
    soft(LEFT) +
    cutTables(analyses, WHERE) +
    (pincodes.length === 0
      ? ''
      : folded(
          'Riskiest pincodes',
          soft(
            'By what is sure of the RTO of their COD orders: the lower end of what chance allows, from a least number of orders on.',
          ) +
            tableHtml({
              id: 'pincodes',
              caption: 'Pincodes by the RTO of COD, orders that are old enough',
              most: 10,
              rows: pincodes,
              columns: {
                Pincode: (row) => row.pincode,
                City: (row) => row.city,
                Rank: (row) => number(row.rank),
                'COD shipped': (row) => number(row.matureCodShippedOrders),
                'Came back': (row) => number(row.matureCodRtoOrders),
                Rate: (row) => share(row.codRtoRate),
                'At least': (row) => share(row.codRtoRateAtLeast),
              },
            }),
        ));
  return {
    id: 'places',
    title: 'Places and couriers',
    finding: cutFinding(analyses, 'state', 'buys'),
    html,
  };
}
