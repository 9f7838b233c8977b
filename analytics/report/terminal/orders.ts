import type { Analyses, CohortCell } from '../analyses/figures.ts';
import { cohortFinding, mixFinding } from '../analyses/findings.ts';
import { bar, table, title } from '../columns.ts';
import { className, percent, rupees, shortDay, whole } from '../numbers.ts';

/** What orders say: how they are paid, and which come back. */

export function mix(analyses: Analyses): string[] {
  const { mix: classes, switches } = analyses;
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
        whole(row.matureShipped),
      ]),
    ),
    '',
    ...table(
      ['changes of mind', 'orders'],
      [
        ['picked COD, paid prepaid', whole(switches.codToPrepaid)],
        ['picked prepaid, ended as COD', whole(switches.prepaidToCod)],
        ['nudged or barred from COD for risk', whole(switches.steered)],
        ['  of these, paid prepaid', whole(switches.steeredToPrepaid)],
      ],
    ),
    '',
  ];
}

/** One row a week, over all classes: what is known now, and where it can still go. */
export function cohorts(analyses: Analyses): string[] {
  const { cohorts: cells, flags } = analyses;
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
      isMature || open === 0
        ? percent(share(rto))
        : `${percent(share(rto))} to ${percent(share(rto + open))}`,
      isMature ? '' : open === 0 ? 'so far; too young to judge' : 'too young to judge',
    ];
  });
  return [
    ...title(
      'RTO by order week',
      cohortFinding(analyses),
      'Share of shipped orders that came back; bars end at 50%. Young weeks: at least, to at most.',
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
