import { type Analyses, type RtoBand, readAnalyses } from './analyses.ts';
import { longBand } from './calendar.ts';
import type { Query } from './database.ts';
import {
  cartFinding,
  cohortFinding,
  funnelFinding,
  mixFinding,
  prefillFinding,
} from './findings.ts';
import {
  className,
  hours,
  longDay,
  percent,
  points,
  rupees,
  seconds,
  whole,
  words,
} from './numbers.ts';

/**
 * The four analyses as aligned tables with small bars, of models in `analytics`.
 * @param write takes the text, line breaks included.
 */
export async function printAnalyses(
  query: Query,
  write: (text: string) => void = (text) => process.stdout.write(text),
): Promise<void> {
  write(describeAnalyses(await readAnalyses(query)));
}

function describeAnalyses(analyses: Analyses): string {
  const { overview, time } = analyses;
  if (time.period === null) return 'There are no checkouts yet.\n';
  const lines = [
    `${longDay(time.period.from)} to ${longDay(time.period.to)}: ${whole(overview.checkouts)} checkouts, ` +
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
        .filter(({ visitor }) => !visitor.startsWith('source:'))
        .map((row) => [row.visitor, whole(row.checkouts), percent(row.conversion)]),
    ),
    '',
  ];
}

function mix(analyses: Analyses): string[] {
  const { mix: classes, switches, nudges } = analyses;
  return [
    ...title(
      '2. COD against prepaid',
      mixFinding(analyses),
      'RTO only over order weeks that are old enough to judge.',
    ),
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
        whole(row.shipped),
      ]),
    ),
    '',
    ...table(
      ['changes of mind', 'orders'],
      [
        ['picked COD, paid prepaid', whole(switches.codToPrepaid)],
        ['picked prepaid, ended as COD', whole(switches.prepaidToCod)],
      ],
    ),
    '',
    ...table(
      ['done for their risk', 'orders', 'prepaid', 'against control', 'at least', 'at most'],
      nudges.map((row) => [
        words(row.action),
        whole(row.orders),
        percent(row.prepaidRate),
        points(row.differenceToControl),
        points(row.differenceToControlLow),
        points(row.differenceToControlHigh),
      ]),
    ),
    '',
  ];
}

/** One row a week or month, over all classes: what is known now, and where it can still go. */
function cohorts(analyses: Analyses): string[] {
  const { flags } = analyses;
  const bands = new Map<string, RtoBand[]>();
  for (const row of analyses.rto) bands.set(row.band, [...(bands.get(row.band) ?? []), row]);
  const rows = [...bands]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([band, classes]) => {
      const sum = (of: (row: RtoBand) => number) => classes.reduce((a, row) => a + of(row), 0);
      const shipped = sum(({ shipped }) => shipped);
      const rto = sum(({ rto }) => rto);
      const open = sum(({ open }) => open);
      const share = (part: number) => (shipped === 0 ? null : part / shipped);
      const isMature = classes.every((row) => row.isMature);
      return [
        longBand(band, analyses.rtoGrain),
        whole(shipped),
        whole(Math.round(rto)),
        isMature ? bar((share(rto) ?? 0) * 2, 16) : bar((share(rto) ?? 0) * 2, 16, '░'),
        isMature || open === 0
          ? percent(share(rto))
          : `${percent(share(rto))} to ${percent(share(rto + open))}`,
        isMature ? '' : open === 0 ? 'so far; too young to judge' : 'too young to judge',
      ];
    });
  return [
    ...title(
      `RTO by order ${analyses.rtoGrain}`,
      cohortFinding(analyses),
      'Share of shipped orders that came back; bars end at 50%. Young weeks: at least, to at most.',
    ),
    ...table([`${analyses.rtoGrain} of`, 'shipped', 'RTO', '', 'rate', ''], rows),
    '',
    ...table(
      ['COD by flag', 'judged orders', 'came back', 'precision', 'recall'],
      flags.map((row) => [
        row.isTreated ? `${row.predictedRisk}, acted on` : row.predictedRisk,
        whole(row.orders),
        whole(Math.round(row.rtoOrders)),
        percent(row.precisionRate),
        percent(row.recallRate),
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
      'Difference: against checkouts with no address shown, among like shoppers and devices (95%).',
    ),
    ...table(
      ['', 'cases', 'converted', '', 'difference', 'at least', 'at most', 'median time'],
      slices.map((row) => [
        `${row.slice}: ${words(row.sliceValue)}`,
        whole(row.cases),
        percent(row.conversionRate),
        bar(row.conversionRate ?? 0, 16),
        points(row.conversionDifference),
        points(row.differenceLow),
        points(row.differenceHigh),
        seconds(row.medianSeconds),
      ]),
    ),
    '',
    '   Only “shown” against “not shown” is near a fair comparison: outcomes are told after the fact.',
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
      reasons.map((row) => [row.reason, whole(row.carts), percent(row.shareOfCarts)]),
    ),
    '',
  ];
}

/** What it is about, what the data say of it, and how to read the table under it. */
function title(topic: string, finding: string, note: string): string[] {
  return [topic.toUpperCase(), finding, '', `   ${note}`, ''];
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of at most `width` characters for a share from 0 to 1. */
function bar(share: number, width: number, block = '█'): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const tail = block === '█' ? (EIGHTHS[eighths % 8] ?? '') : '';
  return (block.repeat(Math.floor(eighths / 8)) + tail).padEnd(width);
}

/** Words to the left, numbers to the right. A column without a heading holds bars or remarks. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        const left = column === 0 || headings[column] === '';
        return left ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  const indent = (text: string) => `   ${text}`;
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(headings), rule, ...rows.map(line)].map(indent);
}
