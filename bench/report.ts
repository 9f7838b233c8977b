/** The results as a document: ratios first, every target next to what was measured. */
import { table } from '../scripts/page.ts';
import type { Measured } from './measure.ts';
import type { Peer } from './peers.ts';
import type { Results } from './suite.ts';

/** What it may cost, and not more. */
const TARGETS = {
  /** Of the raw loop, by rows a page. */
  read: { 100: 0.6, 500: 0.7 },
  hash: 0.25,
  /** Times ahead, by what a peer's name begins with; without start-up. */
  peers: { faros: 1.3, declarative: 3.5 },
  /** Of the ideal, and of the requests. */
  pace: 1.1,
  refused: 0.01,
  memoryMib: 170,
} as const;

const ratio = (value: number): string => `${value.toFixed(2)} ×`;
const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const mark = (isMet: boolean): string => (isMet ? 'yes' : '**no**');

function throughputTable({ throughput }: Results): string {
  const row = (pageSize: number, one: Measured, raw: Measured, target: number): string[] => [
    `${pageSize}`,
    one.name,
    ratio(raw.wallMs / one.wallMs),
    ratio(raw.cpuMs / one.cpuMs),
    `${target}`,
    mark(raw.wallMs / one.wallMs >= target),
    count(one.recordsPerSecond),
    `${(one.cpuMs / 1000).toFixed(2)} s`,
    percent(one.spread),
  ];
  return table(
    [
      'page of',
      'way',
      'of the raw loop, wall time',
      'of the raw loop, processor time',
      'target',
      'met',
      'records/s',
      'processor time',
      'spread',
    ],
    throughput.flatMap(({ pageSize, raw, plain, hash }) => [
      row(pageSize, raw, raw, 1),
      row(pageSize, plain, raw, pageSize < 500 ? TARGETS.read[100] : TARGETS.read[500]),
      ...(hash ? [row(pageSize, hash, raw, TARGETS.hash)] : []),
    ]),
  );
}

function peersTable({ peers: { ours, others } }: Results): string {
  const ahead = (one: Peer): string[] => {
    const times = (one.wallMs - one.startMs.wall) / (ours.wallMs - ours.startMs.wall);
    const target = Object.entries(TARGETS.peers).find(([name]) => one.name.startsWith(name))?.[1];
    if (target === undefined) return [ratio(times), '', ''];
    return [ratio(times), `${target}`, mark(times >= target)];
  };
  const row = (one: Peer): string[] => [
    `${one.name} ${one.version}`.trim(),
    ratio(one.wallMs / ours.wallMs),
    ...ahead(one),
    ratio(one.cpuMs / ours.cpuMs),
    ratio((one.cpuMs - one.startMs.cpu) / (ours.cpuMs - ours.startMs.cpu)),
    count(one.recordsPerSecond),
    `${one.peakRssMib.toFixed(0)} MiB`,
    percent(one.spread),
  ];
  return table(
    [
      'source',
      'takes, wall time',
      'without its start',
      'target',
      'met',
      'takes, processor time',
      'without its start',
      'records/s',
      'peak memory',
      'spread',
    ],
    [ours, ...others].map(row),
  );
}

function paceTable({ pace }: Results): string {
  return table(
    ['limit, mean lateness', 'of the ideal', `≤ ${TARGETS.pace}`, 'answered 429', '< 1 %'],
    pace.map(({ name, ofIdeal, refused }) => [
      name,
      ratio(ofIdeal),
      mark(ofIdeal <= TARGETS.pace),
      percent(refused),
      mark(refused < TARGETS.refused),
    ]),
  );
}

function incrementalTable({ incremental }: Results): string {
  return table(
    ['lookback', 'orders a day', 'requests', 'at 10 requests/s', 'records', 'received', 'took'],
    incremental.map((one) => [
      one.isBetween
        ? `${one.lookbackDays} days, read once in 24 hours: a sync between`
        : `${one.lookbackDays} days`,
      count(one.ordersPerDay),
      count(one.requests),
      `${count(one.requests / 10)} s`,
      count(one.records),
      `${one.receivedMb.toFixed(1)} MB`,
      `${one.seconds.toFixed(1)} s`,
    ]),
  );
}

/** Six syncs, of which all or one read the whole lookback. */
function costOfDay({ incremental }: Results): string {
  const whole = incremental.find((one) => one.lookbackDays === 30 && !one.isBetween);
  const between = incremental.find((one) => one.isBetween);
  if (!whole || !between) return '';
  const day = (pick: 'requests' | 'records', deep: number): string =>
    count(deep * whole[pick] + (6 - deep) * between[pick]);
  return `A day of six syncs at ${count(whole.ordersPerDay)} orders a day: ${day('requests', 6)} requests and ${day('records', 6)} records; with \`lookback_every_hours: 24\` ${day('requests', 1)} and ${day('records', 1)}. Streams have requests of their own: the cost of several is their sum.`;
}

function memoryTable({ memory }: Results): string {
  return table(
    ['records', 'reader', 'peak', `≤ ${TARGETS.memoryMib} MiB`, 'second quarter', 'last quarter'],
    memory.map((run) => [
      count(run.records),
      run.reader,
      `${run.peakRssMib.toFixed(0)} MiB`,
      mark(run.peakRssMib <= TARGETS.memoryMib),
      `${run.secondQuarterMib.toFixed(0)} MiB`,
      `${run.lastQuarterMib.toFixed(0)} MiB`,
    ]),
  );
}

/** @param page as it is: what `bench/stores.ts` wrote into it stays. */
export function report(results: Results, page: string): string {
  const { date, machine, node, peers } = results;
  const missing = peers.missing.map((name) => `- not measured, not installed: ${name}`);
  return `# Performance

Generated by \`npm run bench\` on ${date}; the numbers are in \`bench/results.json\`. Do not edit.
Machine: ${machine}. Node ${node}. Medians of alternating runs; spread is (slowest − fastest) ÷
median, and where it is large the machine was shared and the processor time says more than the wall
time. Orders of about 1 KB come from a process of its own over loopback, output goes through a pipe
to another.

## Throughput

Against the raw loop (\`bench/raw.ts\`): keep-alive \`node:http\`, \`JSON.parse\`, a prefix and
\`JSON.stringify\`, batched writes. \`read\` maps, types, stamps, counts, limits and saves besides, and
its rows are longer: it prints every declared field. Start-up is counted.

${throughputTable(results)}

## Next to what one would pick instead

The same server, records and reader, pages of 100. Set up by \`bench/peers/\`. The raw loop, which
maps nothing and saves nothing, shows how far ahead of the others one can be on Node.

${peersTable(results)}
${missing.join('\n')}

## Bound by the server

The pace on a made-up clock (\`bench/pace.ts\`): 150 ms a page, and a strict limit: no second, wherever it
begins, may see more. Timers and networks are late at random, as on a busy machine. Ideal: requests ÷ limit.

${paceTable(results)}

## A sync every four hours

${incrementalTable(results)}

${costOfDay(results)}

## Memory

${memoryTable(results)}

## Files in stores

${/<!-- stores -->[\s\S]*<!-- \/stores -->/.exec(page)?.[0] ?? '<!-- stores -->\n<!-- /stores -->'}
`;
}
