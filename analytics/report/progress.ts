/** A line that is rewritten while work goes on, and a plain table. For terminals. */

export interface Progress {
  end(): void;
}

/** Shows `text()` a few times a second; on anything but a terminal it shows nothing. */
export function showProgress(text: () => string): Progress {
  const { stderr } = process;
  if (!stderr.isTTY) return { end() {} };
  const timer = setInterval(() => stderr.write(`\r\x1b[K${text()}`), 200);
  return {
    end() {
      clearInterval(timer);
      stderr.write('\r\x1b[K');
    },
  };
}

/** Rows below a head, the first column to the left and the others, numbers mostly, to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  lines.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '));
  return lines.map((line) => `  ${line.trimEnd()}`).join('\n');
}
