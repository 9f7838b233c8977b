/** What was found, in words for people. Pure. */
import type { JsonObject } from '../../cdk/protocol.ts';

interface Format {
  readonly name: string;
  readonly format: string;
}

/** Facts of a stream: counts, names, formats and types. No value of a row. */
export interface Finding {
  readonly stream: string;
  readonly problem?: string;
  readonly asked?: {
    readonly request: string;
    readonly parameters: readonly string[];
    readonly body?: string;
    readonly headers: readonly string[];
    readonly requests: number;
    readonly status?: number;
    readonly in_body_status?: number;
  };
  readonly rows?: {
    readonly path: string;
    readonly count: number;
    readonly is_map: boolean;
    readonly other_lists: readonly string[];
  };
  readonly paging?: {
    readonly signs: readonly string[];
    readonly suggests: JsonObject;
    readonly page_2: string;
  };
  readonly names?: readonly { readonly theirs: string; readonly ours: string }[];
  readonly columns?: {
    readonly filled: readonly string[];
    readonly empty: readonly string[];
    readonly unreadable: readonly string[];
  };
  readonly keys?: readonly string[];
  readonly cursors?: readonly string[];
  readonly times?: readonly Format[];
  readonly numbers?: readonly Format[];
  readonly questions: readonly string[];
}

export interface Story {
  readonly findings: readonly Finding[];
  readonly profile: JsonObject;
  readonly hasChanges: boolean;
  readonly isSample: boolean;
  /** Credentials that stood in the profile, by the names they get in `secrets`. */
  readonly hidden: readonly string[];
}

const WIDTH = 100;

export function tell({ findings, profile, hasChanges, isSample, hidden }: Story): string {
  const blocks = findings.map(tellStream);
  const open = findings.filter(({ questions }) => questions.length > 0).map(({ stream }) => stream);
  const steps = [
    hidden.length > 0 &&
      `Put what stood in its place into \`secrets\` of the config: ${hidden.join(', ')}, each with its value and host. A profile holds no credential.`,
    open.length > 0 &&
      `Answer the questions marked "?" of ${open.join(', ')}: nothing in an answer proves them.`,
    isSample
      ? 'Complete the path and parameters, then run probe without --sample.'
      : 'Run check, then read a few days, and compare the number of rows with what the system itself shows.',
  ];
  const next = hasChanges
    ? [
        'api_profile to paste into the config:',
        '',
        JSON.stringify({ api_profile: profile }, null, 2),
        '',
        'What to do next:',
        ...steps.flatMap((step) => (step ? wrap('- ', step) : [])),
      ]
    : wrap(
        '',
        'What to do next: Nothing could be suggested. Ask the account manager for a link to the list, or for an example of its answer, and probe that with --sample FILE --stream NAME.',
      );
  return [...blocks, next.join('\n')].join('\n\n');
}

function tellStream({ stream, problem, asked, rows, paging, columns, ...more }: Finding): string {
  const { names, keys, cursors, times, numbers, questions } = more;
  const facts: readonly (readonly [label: string, text: string | undefined])[] = [
    ['asked', asked?.request],
    ['with', asked?.parameters.join(', ')],
    ['', asked?.body],
    ['headers', asked?.headers.join(', ')],
    ['answer', asked && tellAnswer(asked)],
    ['!', problem],
    ['rows', rows && tellRows(rows)],
    ['paging', paging && tellPaging(paging)],
    ['names', names?.map(({ theirs, ours }) => `${theirs} → ${ours}`).join(', ')],
    ['filled', columns && (columns.filled.join(', ') || 'none of our columns')],
    ['empty', columns?.empty.join(', ')],
    ['unreadable', columns?.unreadable.join(', ')],
    ['key', keys && tellKeys(keys)],
    ['cursor', cursors && tellCursors(cursors)],
    ['times', times && tellFormats(times)],
    ['numbers', numbers && tellFormats(numbers)],
    ...questions.map((question) => ['?', question] as const),
  ];
  const lines = facts.flatMap(([label, text]) => (text ? wrap(`  ${label}`.padEnd(13), text) : []));
  return [stream, ...lines].join('\n');
}

const tellAnswer = ({ status, in_body_status, requests }: NonNullable<Finding['asked']>): string =>
  [
    status === undefined ? 'no status' : `HTTP ${status}`,
    ...(in_body_status === undefined ? [] : [`in the body ${in_body_status}`]),
    requests === 1 ? '1 request' : `${requests} requests`,
  ].join(', ');

function tellRows({ count, path, is_map, other_lists }: NonNullable<Finding['rows']>): string {
  const map = is_map ? ' (the values of a map)' : '';
  const others = other_lists.length > 0 ? `; other lists at ${other_lists.join(', ')}` : '';
  return `${count} at ${path}${map}${others}`;
}

function tellPaging({ signs, suggests, page_2 }: NonNullable<Finding['paging']>): string {
  const isKept = Object.keys(suggests).length === 0;
  const suggested = isKept ? 'left as it is' : `suggested ${JSON.stringify(suggests)}`;
  return `${signs.join('; ') || 'no sign of it'}; ${suggested}${page_2 ? `; ${page_2}` : ''}`;
}

function tellKeys([key, ...others]: readonly string[]): string {
  if (key === undefined) return 'none found';
  const also = others.length > 0 ? `; also ${others.slice(0, 5).join(', ')}` : '';
  return `${key} (in every row, no two alike)${also}`;
}

const tellCursors = (cursors: readonly string[]): string =>
  cursors.length === 0 ? 'none found' : `${cursors.join(', ')} (a time in every row)`;

const tellFormats = (formats: readonly Format[]): string =>
  formats.map(({ name, format }) => `${name} ${format}`).join(', ');

/** A text after its label, in short lines below each other. */
function wrap(label: string, text: string): string[] {
  const lines: string[] = [];
  let line = label;
  for (const word of text.split(' ')) {
    if (line.length > label.length && line.length + word.length > WIDTH) {
      lines.push(line.trimEnd());
      line = ' '.repeat(label.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
