/** Tables in pages, and the parts of pages that a script writes. */
import { readFileSync, writeFileSync } from 'node:fs';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [head, head.map(() => '---'), ...rows].map(line).join('\n');
}

/**
 * The page with this text as its part of that name: between `<!-- name -->` and `<!-- /name -->`, in YAML
 * `# <name>` and `# </name>`.
 */
export function withPart(page: string, name: string, text: string): string {
  const part = new RegExp(
    `((?:<!-- ${name} -->|# <${name}>)\n)[\\s\\S]*?( *(?:<!-- /${name} -->|# </${name}>))`,
  );
  if (!part.test(page)) throw new Error(`the page has no place for ${name}`);
  return page.replace(part, (_, begin, end) => `${begin}${text}\n${end}`);
}

export function writePart(path: string, name: string, text: string): void {
  writeFileSync(path, withPart(readFileSync(path, 'utf8'), name, text));
}
