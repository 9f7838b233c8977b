import type { Analyses, RtoBand } from './analyses.ts';
import { bandsOf, type Grain, longBand } from './calendar.ts';
import {
  bothWidths,
  classColour,
  classesInOrder,
  cohortChart,
  countChart,
  effectChart,
  FEW_PARCELS,
  funnelChart,
  mixChart,
  recoveryChart,
} from './charts.ts';
import {
  cartFinding,
  cohortFinding,
  funnelFinding,
  mixFinding,
  prefillFinding,
} from './findings.ts';
import {
  amount,
  band,
  change,
  chartHtml,
  figureOf,
  folded,
  keyHtml,
  lead,
  number,
  share,
  soft,
  type Table,
  tableHtml,
} from './html.ts';
import { className, hours, percent, points, seconds, whole, words } from './numbers.ts';

/** One analysis: what it says in one sentence, the charts, the numbers. */
export interface Section {
  readonly id: string;
  /** What it is about, in two or three words. */
  readonly title: string;
  /** What the data say: the headline. */
  readonly finding: string;
  readonly html: string;
}

/** What stands under a heading; no heading without it. */
const part = (title: string, html: string) => (html === '' ? '' : `<h3>${title}</h3>${html}`);

/** How a band of a table is called. */
export const BANDS: Readonly<Record<Grain, string>> = {
  day: 'Day',
  week: 'Week of',
  month: 'Month',
};

export function funnelSection(analyses: Analyses): Section {
  const { funnel, overview, visitors } = analyses;
  const worst = [...funnel].sort((a, b) => b.leftHere - a.leftHere)[0];
  const html =
    (worst === undefined || worst.reached === 0
      ? ''
      : lead(
          `${whole(worst.leftHere)} checkouts end at “${worst.step}”. ${
            overview.checkouts === 0
              ? 'The figures are those of the report that GoKwik mails, since there are no checkouts.'
              : 'Whoever got further counts as having been there, even where the SDK sent no event.'
          }`,
        )) +
    chartHtml({
      caption: 'Share of all checkouts that reached each step; pale is who left just before',
      summary: funnel.map((row) => `${row.step} ${percent(row.overallConversion)}`).join(', '),
      drawing: bothWidths(funnelChart(funnel)),
      table: {
        id: 'funnel',
        caption: 'Checkout funnel, step by step',
        rows: funnel,
        columns: {
          Step: (row) => row.step,
          Reached: (row) => number(row.reached),
          'Of all': (row) => share(row.overallConversion),
          'Of the step before': (row) => share(row.stepConversion),
          'Left here': (row) => number(row.leftHere),
          'Median time to get here': (row) => figureOf(row.medianSeconds, (v) => seconds(v)),
          Timed: (row) => number(row.timedCheckouts),
        },
      },
    }) +
    folded(
      'Who converts',
      tableHtml({
        id: 'visitors',
        caption: 'Checkouts that became an order, by kind of visitor',
        rows: visitors,
        columns: {
          Visitor: (row) => row.visitor,
          Checkouts: (row) => number(row.checkouts),
          Converted: (row) => share(row.conversion),
        },
      }),
    );
  return {
    id: 'checkout-funnel',
    title: 'Checkout funnel',
    finding: funnelFinding(analyses),
    html,
  };
}

export function mixSection(analyses: Analyses): Section {
  const { mix, mixByBand, switches, nudges, time } = analyses;
  const classes = classesInOrder(mix.map(({ paymentClass }) => paymentClass));
  const judged = mix.filter(({ rtoRate }) => rtoRate !== null);
  const html =
    (judged.length === 0
      ? ''
      : lead(
          `Of the parcels of weeks that are old enough to judge, there came back: ${judged
            .map((row) => `${className(row.paymentClass)} ${percent(row.rtoRate)}`)
            .join(', ')}.`,
        )) +
    chartHtml({
      caption: `Share of orders by how they were paid, by ${time.grain} of the order`,
      summary: mix.map((row) => `${className(row.paymentClass)} ${percent(row.share)}`).join(', '),
      drawing: bothWidths(mixChart(analyses)),
      key: keyHtml(classes.map((name) => ({ name: className(name), style: classColour(name) }))),
      table: {
        id: 'mix-by-time',
        caption: `Orders by ${time.grain} and how they were paid`,
        rows: mixByBand,
        columns: {
          [BANDS[time.grain]]: (row) => band(row.band, time.grain),
          'Paid by': (row) => className(row.paymentClass),
          Orders: (row) => number(row.orders),
          Share: (row) => share(row.share),
        },
      },
    }) +
    tableHtml({
      id: 'mix',
      caption: 'Orders by how they were paid; RTO only over weeks that are old enough',
      rows: mix,
      columns: {
        'Paid by': (row) => className(row.paymentClass),
        Orders: (row) => number(row.orders),
        Share: (row) => share(row.share),
        Value: (row) => amount(row.rupees),
        'COD charges': (row) => amount(row.codCharges),
        RTO: (row) => share(row.rtoRate),
        'Of shipped': (row) => number(row.shipped),
      },
    }) +
    part(
      'Do payments succeed?',
      tableHtml({
        id: 'attempts',
        caption: 'Attempts to pay, and those that were paid',
        rows: analyses.cuts.filter(({ attempts }) => attempts !== null),
        columns: {
          Method: (row) => row.value,
          Tried: (row) => number(row.attempts),
          Paid: (row) => number(row.successes),
          Share: (row) => share(row.successRate),
        },
      }),
    ) +
    (switches.codToPrepaid + switches.prepaidToCod === 0
      ? ''
      : part(
          'Changes of mind',
          soft(
            `${whole(switches.codToPrepaid)} shoppers picked COD first and paid prepaid; ${whole(switches.prepaidToCod)} picked prepaid first and ended as COD.`,
          ),
        )) +
    (nudges.length === 0
      ? ''
      : part(
          'Does nudging turn COD into prepaid?',
          soft(
            'Against GoKwik’s control group, on which nothing is done whatever the risk. Who was barred from COD had no choice: that is no nudge.',
          ) +
            tableHtml({
              id: 'nudges',
              caption: 'Orders by what was done about their risk, and how many were paid prepaid',
              rows: nudges,
              columns: {
                Done: (row) => words(row.action),
                Orders: (row) => number(row.orders),
                Prepaid: (row) => number(row.paidPrepaid),
                Share: (row) => share(row.prepaidRate),
                'Against none': (row) => change(row.differenceToNone),
                'Against control': (row) => change(row.differenceToControl),
                'At least': (row) => change(row.differenceToControlLow),
                'At most': (row) => change(row.differenceToControlHigh),
              },
            }),
        ));
  return { id: 'payment-mix', title: 'COD against prepaid', finding: mixFinding(analyses), html };
}

function bandWords(row: RtoBand): string {
  const rate = row.isMature
    ? percent(row.rate)
    : `${percent(row.atLeast)} to ${percent(row.atMost)}`;
  return `${rate} of ${whole(row.shipped)} shipped${row.isMature ? '' : ', too young to judge'}`;
}

const HATCHED =
  '<li><svg width="26" height="16" aria-hidden="true"><rect width="26" height="16" fill="var(--heat)" fill-opacity="0.3"/><rect width="26" height="16" fill="url(#hatch)"/></svg>' +
  'hatched: too young to judge, more can still come back</li>';
const FEW = `<li>“1 of ${FEW_PARCELS - 1}”: fewer than ${FEW_PARCELS} parcels, too few for a share</li>`;

export function cohortSection(analyses: Analyses): Section {
  const { flags, mix, rto, rtoGrain, time } = analyses;
  const classes = classesInOrder(mix.map(({ paymentClass }) => paymentClass)).filter((name) =>
    ['cod', 'prepaid'].includes(name),
  );
  const cohorts = analyses.cohorts.filter(({ paymentClass }) => classes.includes(paymentClass));
  const hasFew = cohorts.some(({ rate, shipped }) => rate !== null && shipped < FEW_PARCELS);
  const rates = cohorts
    .filter(({ shipped }) => shipped >= FEW_PARCELS)
    .map(({ rate }) => rate ?? 0);
  const worst = Math.max(0.01, ...rates);
  const bands = time.period === null ? [] : bandsOf(time.period, rtoGrain);
  const of =
    rtoGrain === 'month' ? 'Orders of the weeks that begin in a month' : 'Orders of a week';
  const charts = classes
    .map((name) => {
      const rows = rto.filter(({ paymentClass }) => paymentClass === name);
      const cells = cohorts.filter(({ paymentClass }) => paymentClass === name);
      const table: Table<RtoBand> = {
        id: `cohorts-${name}`,
        caption: `RTO by order ${rtoGrain}, ${className(name)}`,
        rows,
        columns: {
          [BANDS[rtoGrain]]: (row) => band(row.band, rtoGrain),
          Shipped: (row) => number(row.shipped),
          'Came back': (row) => number(row.rto),
          'When is unknown': (row) => number(row.undated),
          'May still': (row) => number(row.open),
          Rate: (row) => share(row.rate),
          'At least': (row) => share(row.atLeast),
          'At most': (row) => share(row.atMost),
          'Old enough?': (row) => (row.isMature ? 'yes' : 'not yet'),
        },
      };
      return part(
        className(name),
        cells.every(({ rate }) => rate === null)
          ? tableHtml(table)
          : chartHtml({
              caption: `${of} (down) and days since (across): share of their parcels that came back`,
              summary: rows
                .map((row) => `${longBand(row.band, rtoGrain)}: ${bandWords(row)}`)
                .join('; '),
              drawing: bothWidths(cohortChart(cells, bands, rtoGrain, worst)),
              table,
            }),
      );
    })
    .join('');
  const html =
    (charts === ''
      ? ''
      : lead(
          'Returned to origin (RTO), by when the order was placed. Young orders look good only because their parcels have had no time to come back: they count for nothing yet.',
        ) +
        (cohorts.every(({ rate }) => rate === null)
          ? ''
          : `<ul class="key">${HATCHED}${hasFew ? FEW : ''}</ul>`) +
        charts) +
    part(
      'Was the warning right?',
      tableHtml({
        id: 'flags',
        caption:
          'Risk flags against outcomes, COD orders that are old enough. Precision: of those flagged; recall: of all that came back',
        rows: flags,
        columns: {
          Flag: (row) => row.predictedRisk,
          'Acted on?': (row) => (row.isTreated ? 'yes' : 'no'),
          Orders: (row) => number(row.orders),
          'Came back': (row) => number(row.rtoOrders),
          Precision: (row) => share(row.precisionRate),
          Recall: (row) => share(row.recallRate),
        },
      }),
    );
  return {
    id: 'rto-cohorts',
    title: 'Returns to origin, by age',
    finding: cohortFinding(analyses),
    html,
  };
}

export function prefillSection(analyses: Analyses): Section {
  const { prefill } = analyses;
  const shown = prefill.find((row) => row.slice === 'shown' && row.sliceValue === 'shown');
  const without = prefill.find((row) => row.slice === 'shown' && row.sliceValue !== 'shown');
  const compared = prefill.filter(
    (row) =>
      row.conversionDifference !== null &&
      (row === shown || (row.slice === 'source' && row.sliceValue !== 'none')),
  );
  const outcomes = prefill.filter(({ slice }) => slice === 'outcome');
  const total = outcomes.reduce((sum, { cases }) => sum + cases, 0);
  const html =
    (shown === undefined || shown.conversionDifference === null
      ? ''
      : lead(
          `${points(shown.differenceLow)} to ${points(shown.differenceHigh)} of conversion among shoppers of one kind on one device, over ${whole(shown.cases)} checkouts. Median time on the address step: ${seconds(shown.medianSeconds)}, against ${seconds(without?.medianSeconds ?? null)} without.`,
        )) +
    chartHtml({
      caption:
        'Conversion in percentage points, against checkouts with no address offered; the line is what may be chance (95%)',
      summary: compared
        .map((row) => `${words(row.sliceValue)} ${points(row.conversionDifference)}`)
        .join(', '),
      drawing: bothWidths(effectChart(compared)),
      table: {
        id: 'prefill-effect',
        caption: 'What an offered address goes with, in points of conversion',
        rows: compared,
        columns: {
          Offered: (row) => words(row.sliceValue),
          Cases: (row) => number(row.cases),
          Difference: (row) => change(row.conversionDifference),
          'At least': (row) => change(row.differenceLow),
          'At most': (row) => change(row.differenceHigh),
        },
      },
    }) +
    part(
      'What shoppers did with it',
      chartHtml({
        caption: 'Checkouts that came to the address step',
        summary: outcomes.map((row) => `${words(row.sliceValue)} ${whole(row.cases)}`).join(', '),
        drawing: bothWidths(
          countChart(
            outcomes.map((row) => ({
              name: words(row.sliceValue),
              count: row.cases,
              label: `${percent(total === 0 ? null : row.cases / total)}, ${seconds(row.medianSeconds)}`,
            })),
          ),
        ),
        table: {
          id: 'prefill',
          caption: 'Address prefill: cases, conversion and time',
          rows: prefill,
          columns: {
            Group: (row) => `${row.slice}: ${words(row.sliceValue)}`,
            Cases: (row) => number(row.cases),
            Converted: (row) => share(row.conversionRate),
            Difference: (row) => change(row.conversionDifference),
            'At least': (row) => change(row.differenceLow),
            'At most': (row) => change(row.differenceHigh),
            'Median time': (row) => figureOf(row.medianSeconds, (v) => seconds(v)),
            Timed: (row) => number(row.timedCases),
          },
        },
      }),
    ) +
    (prefill.length === 0
      ? ''
      : soft(
          'Only “shown” against “not shown” is near a fair comparison, and only as far as shopper and device tell who is alike. Outcomes are told after the fact: who leaves has accepted nothing.',
        ));
  return {
    id: 'address-prefill',
    title: 'Address prefill',
    finding: prefillFinding(analyses),
    html,
  };
}

export function abandonmentSection(analyses: Analyses): Section {
  const { stages, reasons, recoveries, time } = analyses;
  const carts = stages.reduce((sum, row) => sum + row.carts, 0);
  const recovered = stages.reduce((sum, row) => sum + row.recovered, 0);
  const html =
    (carts === 0
      ? ''
      : lead(
          stages.every(({ rate }) => rate === null)
            ? `${whole(carts)} carts were left. How many became an order is not known: there are no orders here.`
            : `${whole(carts)} carts were left and ${whole(recovered)} of them became an order. Young carts can still follow.`,
        )) +
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
        rows: stages,
        columns: {
          'Left at': (row) => row.stage,
          Carts: (row) => number(row.carts),
          Value: (row) => amount(row.value),
          Recovered: (row) => number(row.recovered),
          'Rate so far': (row) => share(row.rate),
          'Won back': (row) => amount(row.recoveredRupees),
          'Average order': (row) => amount(row.aov),
          'Cancelled after': (row) => number(row.cancelledAfter),
          'Median time': (row) => figureOf(row.medianHours, (v) => hours(v)),
        },
      },
    }) +
    part(
      'Why they left',
      chartHtml({
        caption: 'Reasons as shoppers gave them; a cart with two reasons counts under both',
        summary: reasons.map((row) => `${row.reason} ${percent(row.shareOfCarts)}`).join(', '),
        drawing: bothWidths(
          countChart(
            reasons.map((row) => ({
              name: row.reason,
              count: row.carts,
              label: percent(row.shareOfCarts),
            })),
            'var(--other)',
          ),
        ),
        table: {
          id: 'reasons',
          caption: 'Reasons for leaving',
          rows: reasons,
          columns: {
            Reason: (row) => row.reason,
            Carts: (row) => number(row.carts),
            'Share of carts': (row) => share(row.shareOfCarts),
          },
        },
      }),
    ) +
    part(
      `Bought after all, by ${time.grain}`,
      chartHtml({
        caption: `Share of carts left in a ${time.grain} that were bought so far; hatched ones can still rise`,
        summary: recoveries
          .map((row) => `${longBand(row.band, time.grain)} ${percent(row.rate)}`)
          .join(', '),
        drawing: bothWidths(recoveryChart(analyses)),
        table: {
          id: 'recoveries',
          caption: `Recovered carts by ${time.grain}`,
          rows: recoveries,
          columns: {
            [BANDS[time.grain]]: (row) => band(row.band, time.grain),
            Carts: (row) => number(row.carts),
            Recovered: (row) => number(row.recovered),
            'Rate so far': (row) => share(row.rate),
            'Old enough?': (row) => (row.isMature ? 'yes' : 'not yet'),
          },
        },
      }),
    );
  return { id: 'abandoned-carts', title: 'Abandoned carts', finding: cartFinding(analyses), html };
}
