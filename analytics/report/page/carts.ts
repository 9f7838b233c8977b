import type { Analyses } from '../analyses/figures.ts';
import { cartFinding } from '../analyses/findings.ts';
import { hours, percent, shortDay, whole } from '../numbers.ts';
import { amount, lead, number, type Section, share } from './cells.ts';
import { bothWidths, countChart, recoveryChart } from './charts.ts';
import { chartHtml, figureOf } from './html.ts';

export function abandonmentSection(analyses: Analyses): Section {
  const { stages, reasons } = analyses;
  const carts = stages.reduce((sum, row) => sum + row.carts, 0);
  const recovered = stages.reduce((sum, row) => sum + row.recovered, 0);
  const html =
    lead(
      `${whole(carts)} carts were left and ${whole(recovered)} of them became an order. Young carts can still follow.`,
    ) +
    chartHtml({
      caption: 'Carts by the page they were left at; the dark part was bought after all',
      summary: stages
        .map((row) => `${row.stage} ${whole(row.carts)} carts, ${percent(row.rate)} recovered`)
        .join('; '),
      drawing: bothWidths(
        countChart(
          stages.map((row) => ({
            name: row.stage,
            count: row.carts,
            part: row.recovered,
            label: `${percent(row.rate)} recovered`,
          })),
        ),
      ),
      table: {
        id: 'stages',
        caption: 'Abandoned carts by stage',
        headings: [
          'Left at',
          'Carts',
          'Value',
          'Recovered',
          'Rate so far',
          'Won back',
          'Median time',
        ],
        rows: stages.map((row) => [
          row.stage,
          number(row.carts),
          amount(row.value),
          number(row.recovered),
          share(row.rate),
          amount(row.recoveredRupees),
          figureOf(row.medianHours, (v) => hours(v)),
        ]),
      },
    }) +
    '<h3>Why they left</h3>' +
    chartHtml({
      caption: 'Reasons as shoppers gave them; a cart with two reasons counts under both',
      summary: reasons.map((row) => `${row.reason} ${percent(row.share)}`).join(', '),
      drawing: bothWidths(
        countChart(
          reasons.map((row) => ({ name: row.reason, count: row.carts, label: percent(row.share) })),
          'var(--other)',
        ),
      ),
      table: {
        id: 'reasons',
        caption: 'Reasons for leaving',
        headings: ['Reason', 'Carts', 'Share of carts'],
        rows: reasons.map((row) => [row.reason, number(row.carts), share(row.share)]),
      },
    }) +
    '<h3>Bought after all, by week</h3>' +
    chartHtml({
      caption:
        'Share of carts left in a week that were bought so far; hatched weeks can still rise',
      summary: analyses.recoveries
        .map((row) => `week of ${shortDay(row.week)} ${percent(row.rate)}`)
        .join(', '),
      drawing: bothWidths(recoveryChart(analyses)),
      table: {
        id: 'recoveries',
        caption: 'Recovered carts by week',
        headings: ['Week of', 'Carts', 'Recovered', 'Rate so far', 'Old enough?'],
        rows: analyses.recoveries.map((row) => [
          shortDay(row.week),
          number(row.carts),
          number(row.recovered),
          share(row.rate),
          row.isMature ? 'yes' : 'not yet',
        ]),
      },
    });
  return { id: 'abandoned-carts', title: 'Abandoned carts', finding: cartFinding(analyses), html };
}
