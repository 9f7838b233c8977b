import { type Analyses, MOST_CLAIMS } from './analyses.ts';
import { moneyFinding } from './findings.ts';
import { amount, number, soft, tableHtml } from './html.ts';
import { whole } from './numbers.ts';
import type { Section } from './sections.ts';

/** What is to be asked for. */

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
