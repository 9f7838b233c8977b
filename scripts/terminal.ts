import type { Analyses, CohortCell } from './analyses/figures.ts';
import { readAnalyses } from './analyses/read.ts';
import { bar, table, title } from './columns.ts';
import type { Query } from './models.ts';
import {
  className,
  hours,
  longDay,
  percent,
  points,
  rupees,
  seconds,
  shortDay,
  whole,
  words,
} from './numbers.ts';

export interface PrintOptions {
  /** Where the models were built. Default `analytics`. */
  schema?: string;
  /** Takes the text, line breaks included. Default: standard output. */
  write?: (text: string) => void;
}

/** The four analyses as aligned tables with small bars. */
export async function printAnalyses(query: Query, options: PrintOptions = {}): Promise<void> {
  const write = options.write ?? ((text: string) => void process.stdout.write(text));
  write(describeAnalyses(await readAnalyses(query, options.schema)));
}

export function describeAnalyses(analyses: Analyses): string {
  const { overview } = analyses;
  if (overview.checkouts === 0) return 'There are no checkouts yet.\n';
  const lines = [
    `${longDay(overview.from)} to ${longDay(overview.to)}: ${whole(overview.checkouts)} checkouts, ` +
      `${whole(overview.orders)} orders worth ${rupees(overview.rupees)}`,
    '',
    ...funnel(analyses),
    ...mix(analyses),
    ...cohorts(analyses),
    ...prefill(analyses),
    ...abandonment(analyses),
  ];
  return `${lines.join('\n')}\n`;
}

function funnel({ funnel: steps, visitors }: Analyses): string[] {
  const most = Math.max(1, ...steps.map(({ reached }) => reached));
  return [
    ...title('1. Checkout funnel', 'Share of all checkouts that got this far.'),
    ...table(
      ['step', 'reached', '', 'of all', 'of step before', 'left here', 'median time'],
      steps.map((step) => [
        step.step,
        whole(step.reached),
        bar(step.reached / most, 24),
        percent(step.overallConversion),
        percent(step.stepConversion),
        whole(step.leftHere),
        seconds(step.medianSeconds),
      ]),
    ),
    '',
    ...table(
      ['who', 'checkouts', 'converted'],
      visitors
        .filter(({ by }) => by !== 'source')
        .map(({ by, value, checkouts, conversion }) => [
          `${by}: ${value}`,
          whole(checkouts),
          percent(conversion),
        ]),
    ),
    '',
  ];
}

function mix({ mix: classes, switches }: Analyses): string[] {
  return [
    ...title('2. COD against prepaid', 'RTO only over weeks that are old enough to judge.'),
    ...table(
      ['paid by', 'orders', '', 'share', 'value', 'COD charges', 'RTO', 'of shipped'],
      classes.map((row) => [
        className(row.paymentClass),
        whole(row.orders),
        bar(row.share ?? 0, 16),
        percent(row.share),
        rupees(row.rupees),
        rupees(row.codCharges),
        percent(row.rtoRate),
        whole(row.matureShipped),
      ]),
    ),
    `Picked COD, paid prepaid: ${whole(switches.codToPrepaid)}. Picked prepaid, ended as COD: ` +
      `${whole(switches.prepaidToCod)}. Steered away from COD for risk: ${whole(switches.steered)}, ` +
      `of which paid prepaid: ${whole(switches.steeredToPrepaid)}.`,
    '',
  ];
}

/** One row a week, over all classes: what is known now, and where it can still go. */
function cohorts({ cohorts: cells, flags }: Analyses): string[] {
  const weeks = new Map<string, CohortCell[]>();
  for (const cell of cells) {
    // Every age repeats the week's parcels: one of them has it all, the last its RTOs.
    if (cell.ageDays === 60) weeks.set(cell.week, [...(weeks.get(cell.week) ?? []), cell]);
  }
  const rows = [...weeks].map(([week, classes]) => {
    const sum = (of: (cell: CohortCell) => number) => classes.reduce((a, cell) => a + of(cell), 0);
    const shipped = sum(({ shipped }) => shipped);
    const rto = sum(({ rto }) => rto);
    const open = sum(({ open }) => open);
    const share = (part: number) => (shipped === 0 ? null : part / shipped);
    const isMature = classes.every((cell) => cell.isMature);
    return [
      shortDay(week),
      whole(shipped),
      whole(rto),
      isMature ? bar((share(rto) ?? 0) * 2, 16) : bar((share(rto) ?? 0) * 2, 16, '░'),
      isMature ? percent(share(rto)) : `${percent(share(rto))} to ${percent(share(rto + open))}`,
      isMature ? '' : 'too young to judge',
    ];
  });
  return [
    ...title(
      '   RTO by order week',
      'Returned to origin, as a share of shipped orders. Bars end at 50%.',
    ),
    ...table(['week of', 'shipped', 'RTO', '', 'rate', ''], rows),
    '',
    ...table(
      ['flag', 'judged orders', 'came back', 'precision', 'recall'],
      flags.map((row) => [
        row.flag,
        whole(row.orders),
        whole(row.rto),
        percent(row.precision),
        percent(row.recall),
      ]),
    ),
    '',
  ];
}

function prefill({ prefill: slices }: Analyses): string[] {
  return [
    ...title(
      '3. Address prefill',
      'Difference: against checkouts with no address shown, give or take chance (95%).',
    ),
    ...table(
      ['', 'cases', 'converted', '', 'difference', 'give or take', 'median time'],
      slices.map((row) => [
        `${row.slice}: ${words(row.value)}`,
        whole(row.cases),
        percent(row.conversion),
        bar(row.conversion ?? 0, 16),
        points(row.difference),
        points(row.margin).replace('+', '±'),
        seconds(row.medianSeconds),
      ]),
    ),
    'Only "shown" against "not shown" is a fair comparison; outcomes are told after the fact.',
    '',
  ];
}

function abandonment({ stages, reasons }: Analyses): string[] {
  const most = Math.max(1, ...stages.map(({ carts }) => carts));
  return [
    ...title('4. Abandoned carts', 'Recovered so far; young carts can still be bought.'),
    ...table(
      ['left at', 'carts', '', 'value', 'recovered', 'rate', 'won back', 'median time'],
      stages.map((row) => [
        row.stage,
        whole(row.carts),
        bar(row.carts / most, 16),
        rupees(row.value),
        whole(row.recovered),
        percent(row.rate),
        rupees(row.recoveredRupees),
        hours(row.medianHours),
      ]),
    ),
    '',
    ...table(
      ['reason', 'carts', 'share'],
      reasons.map((row) => [row.reason, whole(row.carts), percent(row.share)]),
    ),
  ];
}
