/** Text in columns, for a terminal. */

/** What it is about, what the data say of it, and how to read the table under it. */
export function title(topic: string, finding: string, note: string): string[] {
  return [topic.toUpperCase(), finding, '', `   ${note}`, ''];
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of at most `width` characters for a share from 0 to 1. */
export function bar(share: number, width: number, block = '█'): string {
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
