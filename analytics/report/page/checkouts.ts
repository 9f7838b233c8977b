import type { Analyses } from '../analyses/figures.ts';
import { funnelFinding, prefillFinding } from '../analyses/findings.ts';
import { percent, points, seconds, whole, words } from '../numbers.ts';
import { lead, number, type Section, share, soft } from './cells.ts';
import { bothWidths, countChart, funnelChart } from './charts.ts';
import { effectChart } from './heat.ts';
import { chartHtml, figureOf, tableHtml } from './html.ts';

export function funnelSection(analyses: Analyses): Section {
  const { funnel, visitors } = analyses;
  const worst = [...funnel].sort((a, b) => b.leftHere - a.leftHere)[0];
  const html =
    (worst === undefined
      ? ''
      : lead(
          `${whole(worst.leftHere)} checkouts end at “${worst.step}”. Whoever got further counts as having been there, even where the SDK sent no event.`,
        )) +
    chartHtml({
      caption: 'Share of all checkouts that reached each step; pale is who left just before',
      summary: funnel.map((row) => `${row.step} ${percent(row.overallConversion)}`).join(', '),
      drawing: bothWidths(funnelChart(funnel)),
      table: {
        id: 'funnel',
        caption: 'Checkout funnel, step by step',
        headings: [
          'Step',
          'Reached',
          'Of all',
          'Of the step before',
          'Left here',
          'Median time to get here',
          'Timed',
        ],
        rows: funnel.map((row) => [
          row.step,
          number(row.reached),
          share(row.overallConversion),
          share(row.stepConversion),
          number(row.leftHere),
          figureOf(row.medianSeconds, (v) => seconds(v)),
          number(row.timed),
        ]),
      },
    }) +
    '<h3>Who converts</h3>' +
    tableHtml({
      id: 'visitors',
      caption: 'Checkouts that became an order, by kind of visitor',
      headings: ['Visitor', 'Checkouts', 'Converted'],
      rows: visitors.map((row) => [
        `${row.by}: ${row.value}`,
        number(row.checkouts),
        share(row.conversion),
      ]),
    });
  return {
    id: 'checkout-funnel',
    title: 'Checkout funnel',
    finding: funnelFinding(analyses),
    html,
  };
}

export function prefillSection(analyses: Analyses): Section {
  const { prefill } = analyses;
  const shown = prefill.find(({ slice, value }) => slice === 'shown' && value === 'shown');
  const compared = prefill.filter(
    (row) =>
      (row.slice === 'shown' && row.value === 'shown') ||
      (row.slice === 'source' && row.value !== 'none'),
  );
  const outcomes = prefill.filter(({ slice }) => slice === 'outcome');
  const total = outcomes.reduce((sum, { cases }) => sum + cases, 0);
  const without = prefill.find(({ slice, value }) => slice === 'shown' && value !== 'shown');
  const html =
    (shown === undefined
      ? ''
      : lead(
          `${points(shown.difference)} of conversion, give or take ${points(shown.margin).replace('+', '')}, over ${whole(shown.cases)} checkouts. Median time on the address step: ${seconds(shown.medianSeconds)}, against ${seconds(without?.medianSeconds ?? null)} without.`,
        )) +
    chartHtml({
      caption:
        'Conversion in percentage points, against checkouts with no address offered; the line is what may be chance (95%)',
      summary: compared.map((row) => `${words(row.value)} ${points(row.difference)}`).join(', '),
      drawing: bothWidths(effectChart(compared)),
    }) +
    '<h3>What shoppers did with it</h3>' +
    chartHtml({
      caption: 'Checkouts that came to the address step',
      summary: outcomes.map((row) => `${words(row.value)} ${whole(row.cases)}`).join(', '),
      drawing: bothWidths(
        countChart(
          outcomes.map((row) => ({
            name: words(row.value),
            count: row.cases,
            label: `${percent(total === 0 ? null : row.cases / total)}, ${seconds(row.medianSeconds)}`,
          })),
        ),
      ),
      table: {
        id: 'prefill',
        caption: 'Address prefill: cases, conversion and time',
        headings: [
          'Group',
          'Cases',
          'Converted',
          'Difference',
          'Give or take',
          'Median time',
          'Timed',
        ],
        rows: prefill.map((row) => [
          `${row.slice}: ${words(row.value)}`,
          number(row.cases),
          share(row.conversion),
          figureOf(row.difference, (v) => points(v)),
          figureOf(row.margin, (v) => points(v).replace('+', '±')),
          figureOf(row.medianSeconds, (v) => seconds(v)),
          number(row.timed),
        ]),
      },
    }) +
    soft(
      'Only “shown” against “not shown” is a fair comparison. Outcomes are told after the fact: who leaves has accepted nothing.',
    );
  return {
    id: 'address-prefill',
    title: 'Address prefill',
    finding: prefillFinding(analyses),
    html,
  };
}
