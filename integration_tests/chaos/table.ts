import type { Sight } from './faults.ts';

/**
 * What docs/FAULTS.md lacks of what a run saw: each case with its outcome. The words beside it are an
 * example: which endpoint or line of the log comes first is chance. Spaces do not count.
 */
export function missingIn(table: string, sights: readonly Sight[]): string[] {
  const plain = (text: string): string => text.replace(/\s+/g, ' ');
  const lines = table.split('\n').map(plain);
  return sights
    .filter(
      ({ name, outcome }) => !lines.some((l) => l.startsWith(plain(`| ${name} | ${outcome} |`))),
    )
    .map(({ name }) => name);
}

const rowOf = ({ name, outcome, text }: Sight): string =>
  `| ${name} | ${outcome} | ${text.replaceAll('|', '\\|') || 'nothing'} |`;

/**
 * docs/FAULTS.md, from what a run saw.
 *
 * @param page as it is: what others write into it stays.
 */
export function renderTable(
  cases: readonly { readonly name: string }[],
  sights: readonly Sight[],
  page: string,
): string {
  const rows = cases.flatMap(({ name }) => {
    const sight = sights.find((one) => one.name === name);
    return sight ? [rowOf(sight)] : [];
  });
  return `# What goes wrong, and what you see

This table is written by \`npm run test:chaos -- --only faults,hostile --write\` from what the run saw, and each
run of \`npm run test:chaos\` is held against it. Every line was played against the simulator or a
hostile server: after a
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
  or with the next sync.
- Rows that leave a list while it is read move others over the edge of a page. Cursors that name a
  place in the order, which GoKwik's are taken to be, do not mind. Where numbered answers tell how many
  pages or rows there are (shipments), and it falls, the list is read again; a row that comes while
  another goes hides it. Where they tell nothing (settlements, returns), or a cursor is an offset in
  disguise, **a row can slip through**: the next sync's lookback finds it. With \`lookback_days\` 0, or
  in a backfill of days older than the lookback, nothing does: read those days a second time.
- When this machine's clock is behind the server's, rows stamped in between come with the next sync.

${/^## Stores that refuse[\s\S]*/m.exec(page)?.[0] ?? ''}`;
}
