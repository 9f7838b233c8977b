import type { Analyses, CohortCell } from '../analyses/figures.ts';
import { cohortFinding } from '../analyses/findings.ts';
import { className, percent, shortDay, whole } from '../numbers.ts';
import { lead, number, type Section, share } from './cells.ts';
import { bothWidths } from './charts.ts';
import { cohortChart } from './heat.ts';
import { chartHtml, tableHtml } from './html.ts';

function cohortWords(cell: CohortCell): string {
  const rate = percent(cell.shipped === 0 ? null : cell.rto / cell.shipped);
  return `${rate} of ${whole(cell.shipped)} shipped${cell.isMature ? '' : ', too young to judge'}`;
}

export function cohortSection(analyses: Analyses): Section {
  const { cohorts, flags, mix } = analyses;
  const worst = Math.max(
    0.01,
    ...cohorts.map(({ rate, shipped }) => (shipped >= 5 ? (rate ?? 0) : 0)),
  );
  const classes = mix
    .map(({ paymentClass }) => paymentClass)
    .filter((name) => ['cod', 'prepaid'].includes(name));
  const charts = classes.map((name) => {
    const cells = cohorts.filter(({ paymentClass }) => paymentClass === name);
    const weeks = [...new Set(cells.map(({ week }) => week))];
    const last = weeks
      .map((week) => cells.filter((cell) => cell.week === week).at(-1))
      .filter((cell) => cell !== undefined);
    return (
      `<h3>${className(name)}</h3>` +
      chartHtml({
        caption:
          'Week of the order (down) and days since (across): share of shipped orders that came back',
        summary: last
          .map((cell) => `week of ${shortDay(cell.week)}: ${cohortWords(cell)}`)
          .join('; '),
        drawing: bothWidths(cohortChart(cells, worst)),
        table: {
          id: `cohorts-${name}`,
          caption: `RTO by order week, ${className(name)}`,
          headings: [
            'Week of',
            'Shipped',
            'Came back',
            'Still on the way',
            'So far',
            'At most',
            'Old enough?',
          ],
          rows: last.map((cell) => [
            shortDay(cell.week),
            number(cell.shipped),
            number(cell.rto),
            number(cell.open),
            share(cell.shipped === 0 ? null : cell.rto / cell.shipped),
            share(cell.shipped === 0 ? null : (cell.rto + cell.open) / cell.shipped),
            cell.isMature ? 'yes' : 'not yet',
          ]),
        },
      })
    );
  });
  const hatch =
    '<ul class="key"><li><svg width="26" height="16" aria-hidden="true"><rect width="26" height="16" fill="var(--heat)" fill-opacity="0.3"/><rect width="26" height="16" fill="url(#hatch)"/></svg>' +
    'hatched: too young to judge, more can still come back</li></ul>';
  const html =
    lead(
      'Returned to origin (RTO), by the week of the order. Young weeks look good only because their parcels have had no time to come back: they are hatched and count for nothing yet.',
    ) +
    hatch +
    charts.join('') +
    '<h3>Was the warning right?</h3>' +
    tableHtml({
      id: 'flags',
      caption: 'Risk flags against outcomes, orders that are old enough',
      headings: [
        'Flag',
        'Orders',
        'Came back',
        'Of those flagged (precision)',
        'Of all that came back (recall)',
      ],
      rows: flags.map((row) => [
        row.flag,
        number(row.orders),
        number(row.rto),
        share(row.precision),
        share(row.recall),
      ]),
    });
  return {
    id: 'rto-cohorts',
    title: 'Returns to origin, by age',
    finding: cohortFinding(analyses),
    html,
  };
}
