import type { Case } from './cases.ts';
import type { Sight } from './faults.ts';

/** docs/FAULTS.md, from what a run saw. */
export function renderTable(cases: readonly Case[], sights: readonly Sight[]): string {
  const rows = cases.flatMap(({ name }) => {
    const sight = sights.find((one) => one.name === name);
    if (!sight) return [];
    const text = sight.text.replaceAll('|', '\\|') || 'nothing';
    return [`| ${name} | ${sight.outcome} | ${text} |`];
  });
  return `# What goes wrong, and what you see

This table is written by \`npm run test:chaos -- --only faults --write\` from what the run saw, and each
run of \`npm run test:chaos\` is held against it. Every line was played against the simulator: after a
sync that succeeds, the destination equals the merchant's truth; after an error, the state is as true
as before, the other streams have finished, and the next sync, once the server is well again, has
brought what was missing.

An error reaches you as the message below (a TRACE ERROR of the stream, exit code 1), with its code at
the end. The rest are lines of the log.

| What happens | What becomes of the sync | What you see |
| --- | --- | --- |
${rows.join('\n')}

Not errors, and worth knowing:

- A success with \`data: {}\` or \`data: null\` is believed, as "no rows", only when the server says it
  twice in a row; the log then says so.
- A row that is changed while its page is read moves to the present and comes with the newest window,
  or with the next sync. Rows that leave a list of numbered pages meanwhile move others over the edge
  of a page: where the answers tell the number of pages, and it falls, the list is read again; where
  they do not, the next sync's lookback finds what slipped through.
- When this machine's clock is behind the server's, rows stamped in between come with the next sync.
`;
}
