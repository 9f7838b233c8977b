import type { Analyses } from './analyses/figures.ts';
import { cartFinding, funnelFinding, prefillFinding } from './analyses/findings.ts';
import { readAnalyses } from './analyses/read.ts';
import { bar, table, title } from './columns.ts';
import type { Query } from './models.ts';
import { hours, longDay, percent, points, rupees, seconds, whole, words } from './numbers.ts';
import { cohorts, mix } from './terminal/orders.ts';

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

function funnel(analyses: Analyses): string[] {
  const { funnel: steps, visitors } = analyses;
  const most = Math.max(1, ...steps.map(({ reached }) => reached));
  return [
    ...title(
      '1. Checkout funnel',
      funnelFinding(analyses),
      'Bars: share of all checkouts that got this far.',
    ),
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

function prefill(analyses: Analyses): string[] {
  const order = ['shown', 'source', 'outcome'];
  const slices = [...analyses.prefill].sort(
    (a, b) => order.indexOf(a.slice) - order.indexOf(b.slice),
  );
  return [
    ...title(
      '3. Address prefill',
      prefillFinding(analyses),
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
    '',
    '   Only “shown” against “not shown” is a fair comparison: outcomes are told after the fact.',
    '',
  ];
}

function abandonment(analyses: Analyses): string[] {
  const { stages, reasons } = analyses;
  const most = Math.max(1, ...stages.map(({ carts }) => carts));
  return [
    ...title(
      '4. Abandoned carts',
      cartFinding(analyses),
      'Recovered so far: young carts can still be bought.',
    ),
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
      ['reason given', 'carts', 'share'],
      reasons.map((row) => [row.reason, whole(row.carts), percent(row.share)]),
    ),
    '',
  ];
}
