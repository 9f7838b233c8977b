import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { openShop } from '../../integration_tests/analytics/tools/shop.ts';
import { startSimulator } from '../../simulator/src/index.ts';
import { buildModels } from './models.ts';

/**
 * docs/QUESTIONS.md: the questions of `analytics/questions.yml`, each with its SQL and what that says
 * of the simulator's shop (seed 1, 3000 orders). `npm run generate` writes it.
 */

const SHOP = { seed: 1, orders: 3000, nowMs: Date.parse('2026-11-22T06:00:00Z') };

const HEAD = `# Ten questions

What an analyst of a shop asks first, each with its SQL and its answer. The answers are those of the simulator's shop (seed 1, 3000 orders, as of 22 November 2026): a made-up shop, whose figures say nothing about GoKwik or any merchant. \`npm run generate\` writes this page.

The SQL runs as it is in DuckDB and PostgreSQL, after \`dbt build\` (with \`schema: analytics\` in the profile), \`npm run demo\` or \`npm run report\`. What every column means: \`analytics/models/marts/marts.yml\`, or \`dbt docs\`.

`;

interface Question {
  readonly ask: string;
  readonly why: string;
  /** What the answer does not say. */
  readonly not: string;
  readonly sql: string;
}

/** The page, by its path from the repository's root. */
export async function questions(): Promise<Map<string, string>> {
  const source = new URL('../questions.yml', import.meta.url);
  const asked = parse(readFileSync(source, 'utf8')) as Question[];
  const simulator = await startSimulator(SHOP);
  const shop = await openShop(simulator);
  try {
    await buildModels(shop.query);
    const parts: string[] = [];
    for (const [at, { ask, why, not, sql }] of asked.entries()) {
      const answer = table(await shop.query(sql));
      parts.push(
        `## ${at + 1}. ${ask}\n\n${why}\n\n\`\`\`sql\n${sql.trim()}\n\`\`\`\n\n${answer}\n\nWhat this does not say: ${not}\n`,
      );
    }
    return new Map([['docs/QUESTIONS.md', HEAD + parts.join('\n')]]);
  } finally {
    shop.close();
    await simulator.close();
  }
}

/** Columns padded as Markdown formatters do, so that formatting the page changes nothing. */
function table(rows: readonly Record<string, unknown>[]): string {
  const columns = Object.keys(rows[0] ?? {}).map((name) => {
    const values = rows.map((row) => row[name]);
    const isNumber =
      name !== 'pincode' && values.every((value) => value === null || isNumeric(value));
    const cells = [name, ...values.map(cell)];
    const width = Math.max(3, ...cells.map(({ length }) => length));
    const pad = (text: string) => (isNumber ? text.padStart(width) : text.padEnd(width));
    const rule = isNumber ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width);
    const [head = '', ...body] = cells.map(pad);
    return [head, rule, ...body];
  });
  const lines = (columns[0] ?? []).map((_, at) => columns.map((column) => column[at]).join(' | '));
  return lines.map((line) => `| ${line} |`).join('\n');
}

function isNumeric(value: unknown): boolean {
  return typeof value !== 'boolean' && !Number.isNaN(Number(value));
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
