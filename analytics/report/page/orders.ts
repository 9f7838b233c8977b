import type { Analyses } from '../analyses/figures.ts';
import { mixFinding, moneyFinding } from '../analyses/findings.ts';
import { className, percent, whole } from '../numbers.ts';
import { amount, lead, number, type Section, share, soft } from './cells.ts';
import { bothWidths } from './charts.ts';
import { chartHtml, keyHtml, tableHtml } from './html.ts';
import { classColour, classesInOrder, mixChart } from './mix.ts';

export function mixSection(analyses: Analyses): Section {
  const { mix, mixByWeek, switches } = analyses;
  const cod = mix.find(({ paymentClass }) => paymentClass === 'cod');
  const prepaid = mix.find(({ paymentClass }) => paymentClass === 'prepaid');
  const classes = classesInOrder(mixByWeek.map(({ paymentClass }) => paymentClass));
  const html =
    lead(
      `${percent(prepaid?.share ?? 0)} of orders are prepaid. Of weeks old enough to judge, ${percent(cod?.rtoRate ?? null)} of COD parcels came back and ${percent(prepaid?.rtoRate ?? null)} of prepaid ones.`,
    ) +
    chartHtml({
      caption: 'Share of orders by how they were paid, by week of the order',
      summary: mix.map((row) => `${className(row.paymentClass)} ${percent(row.share)}`).join(', '),
      drawing: bothWidths(mixChart(analyses)),
      key: keyHtml(classes.map((name) => ({ name: className(name), colour: classColour(name) }))),
    }) +
    tableHtml({
      id: 'mix',
      caption: 'Orders by how they were paid; RTO only over weeks that are old enough',
      headings: ['Paid by', 'Orders', 'Share', 'Value', 'COD charges', 'RTO', 'Of shipped'],
      rows: mix.map((row) => [
        className(row.paymentClass),
        number(row.orders),
        share(row.share),
        amount(row.rupees),
        amount(row.codCharges),
        share(row.rtoRate),
        number(row.matureShipped),
      ]),
    }) +
    '<h3>Changes of mind</h3>' +
    soft(
      `${whole(switches.codToPrepaid)} shoppers picked COD first and paid prepaid; ${whole(switches.prepaidToCod)} picked prepaid first and ended as COD. ` +
        `For their risk, ${whole(switches.steered)} were nudged or barred from COD, and ${whole(switches.steeredToPrepaid)} of those paid prepaid.`,
    );
  return { id: 'payment-mix', title: 'COD against prepaid', finding: mixFinding(analyses), html };
}

export function moreSection(analyses: Analyses): Section {
  const { pincodes, findings } = analyses;
  const html =
    '<h3>Riskiest pincodes</h3>' +
    soft(
      'Small pincodes are drawn towards the average of all, so that one parcel of two does not head the list.',
    ) +
    tableHtml({
      id: 'pincodes',
      caption: 'Pincodes by weighed RTO rate, orders that are old enough',
      headings: ['Pincode', 'City', 'Orders', 'Shipped', 'Came back', 'Weighed rate'],
      rows: pincodes.map((row) => [
        row.pincode,
        row.city,
        number(row.orders),
        number(row.shipped),
        number(row.rto),
        share(row.weighedRate),
      ]),
    }) +
    '<h3>Does the money add up?</h3>' +
    tableHtml({
      id: 'findings',
      caption: 'Payments against settlements',
      headings: ['Finding', 'Payments', 'Rupees'],
      rows: findings.map((row) => [row.finding, number(row.payments), amount(row.rupees)]),
    });
  return { id: 'more', title: 'Pincodes and settlements', finding: moneyFinding(analyses), html };
}
