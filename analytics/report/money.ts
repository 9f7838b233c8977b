import type { Analyses } from './analyses.ts';
import { MOST_CLAIMS } from './analyses.ts';
import { moneyFinding } from './findings.ts';
import { amount, number, share, soft, tableHtml } from './html.ts';
import { whole } from './numbers.ts';
import { part, type Section } from './sections.ts';

/** Where parcels come back from, and what is to be asked for. */

export function placeSection({ pincodes }: Analyses): Section {
  const [worst] = pincodes;
  const html = part(
    'Riskiest pincodes',
    pincodes.length === 0
      ? ''
      : soft(
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
  );
  const finding =
    worst === undefined
      ? 'No pincode has enough COD orders to be judged'
      : `${worst.pincode} is the riskiest`;
  return { id: 'places', title: 'Places', finding, html };
}

export function moneySection(analyses: Analyses): Section {
  const { findings, claims } = analyses;
  const more =
    claims.length < MOST_CLAIMS
      ? ''
      : soft(`The CSV has the ${whole(MOST_CLAIMS)} dearest; gokwik__settlement_findings has all.`);
  const html =
    tableHtml({
      id: 'findings',
      caption: 'What is wrong with payouts, and the rupees at stake',
      rows: findings,
      columns: {
        Finding: (row) => row.finding,
        Payments: (row) => number(row.payments),
        Rupees: (row) => amount(row.rupees),
      },
    }) +
    tableHtml({
      id: 'claims',
      caption: 'The dearest, with the ids to ask for them by',
      most: 50,
      rows: claims,
      columns: {
        Payment: (row) => row.paymentId,
        Order: (row) => row.orderKey,
        Finding: (row) => row.finding,
        Rupees: (row) => amount(row.rupees),
      },
    }) +
    more;
  return { id: 'money', title: 'Settlements', finding: moneyFinding(analyses), html };
}
