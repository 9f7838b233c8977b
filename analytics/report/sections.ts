import type { Analyses, RtoWeek } from './analyses.ts';
import {
  bothWidths,
  classColour,
  classesInOrder,
  cohortChart,
  countChart,
  effectChart,
  funnelChart,
  mixChart,
  recoveryChart,
} from './charts.ts';
import {
  cartFinding,
  cohortFinding,
  funnelFinding,
  mixFinding,
  moneyFinding,
  prefillFinding,
} from './findings.ts';
import {
  amount,
  chartHtml,
  figureOf,
  keyHtml,
  lead,
  number,
  share,
  soft,
  tableHtml,
} from './html.ts';
import {
  className,
  hours,
  percent,
  points,
  rupees,
  seconds,
  shortDay,
  whole,
  words,
} from './numbers.ts';

/** One analysis: what it says in one sentence, the charts, the numbers. */
export interface Section {
  readonly id: string;
  /** What it is about, in two or three words. */
  readonly title: string;
  /** What the data say: the headline. */
  readonly finding: string;
  readonly html: string;
}

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
      `${whole(switches.codToPrepaid)} shoppers picked COD first and paid prepaid; ${whole(switches.prepaidToCod)} picked prepaid first and ended as COD. `,
    ) +
    '<h3>Does nudging turn COD into prepaid?</h3>' +
    soft(
      'Against GoKwik’s control group, on which nothing is done whatever the risk. Who was barred from COD had no choice: that is no nudge.',
    ) +
    tableHtml({
      id: 'nudges',
      caption: 'Orders by what was done about their risk, and how many were paid prepaid',
      headings: [
        'Done',
        'Orders',
        'Prepaid',
        'Share',
        'Against none',
        'Against control',
        'At least',
        'At most',
      ],
      rows: analyses.nudges.map((row) => [
        words(row.action),
        number(row.orders),
        number(row.prepaid),
        share(row.rate),
        figureOf(row.toNone, (v) => points(v)),
        figureOf(row.toControl, (v) => points(v)),
        figureOf(row.low, (v) => points(v)),
        figureOf(row.high, (v) => points(v)),
      ]),
    });
  return { id: 'payment-mix', title: 'COD against prepaid', finding: mixFinding(analyses), html };
}

function weekWords(row: RtoWeek): string {
  const rate = row.isMature
    ? percent(row.rate)
    : `${percent(row.atLeast)} to ${percent(row.atMost)}`;
  return `${rate} of ${whole(row.shipped)} shipped${row.isMature ? '' : ', too young to judge'}`;
}

export function cohortSection(analyses: Analyses): Section {
  const { cohorts, flags, mix, weeks: all } = analyses;
  const worst = Math.max(
    0.01,
    ...cohorts.map(({ rate, shipped }) => (shipped >= 5 ? (rate ?? 0) : 0)),
  );
  const classes = mix
    .map(({ paymentClass }) => paymentClass)
    .filter((name) => ['cod', 'prepaid'].includes(name));
  const charts = classes.map((name) => {
    const cells = cohorts.filter(({ paymentClass }) => paymentClass === name);
    const weeks = all.filter(({ paymentClass }) => paymentClass === name);
    return (
      `<h3>${className(name)}</h3>` +
      chartHtml({
        caption:
          'Week of the order (down) and days since (across): share of shipped orders that came back',
        summary: weeks.map((row) => `week of ${shortDay(row.week)}: ${weekWords(row)}`).join('; '),
        drawing: bothWidths(cohortChart(cells, worst)),
        table: {
          id: `cohorts-${name}`,
          caption: `RTO by order week, ${className(name)}`,
          headings: [
            'Week of',
            'Shipped',
            'Came back',
            'When is unknown',
            'May still',
            'Rate',
            'At least',
            'At most',
            'Old enough?',
          ],
          rows: weeks.map((row) => [
            shortDay(row.week),
            number(row.shipped),
            number(row.rto),
            number(row.undated),
            number(row.open),
            share(row.rate),
            share(row.atLeast),
            share(row.atMost),
            row.isMature ? 'yes' : 'not yet',
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
      caption: 'Risk flags against outcomes, COD orders that are old enough',
      headings: [
        'Flag',
        'Acted on?',
        'Orders',
        'Came back',
        'Of those flagged (precision)',
        'Of all that came back (recall)',
      ],
      rows: flags.map((row) => [
        row.flag,
        row.isTreated ? 'yes' : 'no',
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
          `${points(shown.low)} to ${points(shown.high)} of conversion among shoppers of one kind on one device, over ${whole(shown.cases)} checkouts. Median time on the address step: ${seconds(shown.medianSeconds)}, against ${seconds(without?.medianSeconds ?? null)} without.`,
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
          'At least',
          'At most',
          'Median time',
          'Timed',
        ],
        rows: prefill.map((row) => [
          `${row.slice}: ${words(row.value)}`,
          number(row.cases),
          share(row.conversion),
          figureOf(row.difference, (v) => points(v)),
          figureOf(row.low, (v) => points(v)),
          figureOf(row.high, (v) => points(v)),
          figureOf(row.medianSeconds, (v) => seconds(v)),
          number(row.timed),
        ]),
      },
    }) +
    soft(
      'Only “shown” against “not shown” is near a fair comparison, and only as far as shopper and device tell who is alike. Outcomes are told after the fact: who leaves has accepted nothing.',
    );
  return {
    id: 'address-prefill',
    title: 'Address prefill',
    finding: prefillFinding(analyses),
    html,
  };
}

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
          'Average order',
          'Cancelled after',
          'Median time',
        ],
        rows: stages.map((row) => [
          row.stage,
          number(row.carts),
          amount(row.value),
          number(row.recovered),
          share(row.rate),
          amount(row.recoveredRupees),
          figureOf(row.aov, (v) => rupees(v)),
          number(row.cancelledAfter),
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

export function moreSection(analyses: Analyses): Section {
  const { pincodes, findings, claims } = analyses;
  const html =
    '<h3>Riskiest pincodes</h3>' +
    soft(
      'By what is sure of the RTO of their COD orders: the lower end of what chance allows, from a least number of orders on.',
    ) +
    tableHtml({
      id: 'pincodes',
      caption: 'Pincodes by the RTO of COD, orders that are old enough',
      headings: ['Pincode', 'City', 'Rank', 'COD shipped', 'Came back', 'Rate', 'At least'],
      rows: pincodes.map((row) => [
        row.pincode,
        row.city,
        number(row.rank),
        number(row.shipped),
        number(row.rto),
        share(row.rate),
        share(row.atLeast),
      ]),
    }) +
    '<h3>Does the money add up?</h3>' +
    tableHtml({
      id: 'findings',
      caption: 'What is wrong with payouts, and the rupees at stake',
      headings: ['Finding', 'Payments', 'Rupees'],
      rows: findings.map((row) => [row.finding, number(row.payments), amount(row.rupees)]),
    }) +
    tableHtml({
      id: 'claims',
      caption: 'The dearest, with the ids to ask for them by',
      headings: ['Payment', 'Order', 'Finding', 'Rupees'],
      rows: claims.map((row) => [row.paymentId, row.orderKey, row.finding, amount(row.rupees)]),
    });
  return { id: 'more', title: 'Pincodes and settlements', finding: moneyFinding(analyses), html };
}
