/** What was found, in words for people. Pure. */
import type { JsonObject } from '../../cdk/protocol.ts';
import type { Host } from '../hosts.ts';
import { methodOf } from '../profile.ts';
import type { StreamProfile } from '../streams/stream.ts';
import { hideCredentials } from './link.ts';

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

/** A request as its templates say it: no credential, no value. */
export function describeRequest(
  profile: StreamProfile,
  { url, auth }: Host,
): Pick<NonNullable<Finding['asked']>, 'request' | 'parameters' | 'body' | 'headers'> {
  const [path = '', search] = (profile.path ?? '').split(/\?(.*)/s);
  const given = {
    ...Object.fromEntries(new URLSearchParams(search ?? '')),
    ...auth.query,
    ...profile.query,
  };
  const { query, json } = hideCredentials(
    { query: given, json: (profile.json ?? profile.form ?? null) as JsonObject | null },
    new Set(),
  ) as { query: JsonObject; json: JsonObject | null };
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  const headers = [...Object.keys(profile.headers ?? {}), ...Object.keys(auth.headers ?? {})];
  return {
    request: `${methodOf(profile)} ${url}${path}`,
    parameters,
    ...(json && { body: JSON.stringify(json) }),
    headers: auth.basic ? [...headers, 'authorization (basic)'] : headers,
  };
}

const WIDTH = 100;
const INDENT = ' '.repeat(11);

export function tell({ findings, profile, hasChanges, isSample, hidden }: Story): string {
  const blocks = findings.map(tellStream);
  const open = findings.filter(({ questions }) => questions.length > 0).map(({ stream }) => stream);
  const next = hasChanges
    ? [
        'api_profile to paste into the config:',
        '',
        JSON.stringify({ api_profile: profile }, null, 2),
        '',
        'What to do next:',
        ...(hidden.length > 0
          ? wrap(
              '-',
              `Put what stood in its place into \`secrets\` of the config: ${hidden.join(', ')}, each with its value and host. A profile holds no credential.`,
              2,
            )
          : []),
        ...(open.length > 0
          ? wrap(
              '-',
              `Answer the questions marked "?" of ${open.join(', ')}: nothing in an answer proves them.`,
              2,
            )
          : []),
        ...wrap(
          '-',
          isSample
            ? 'Complete the path and parameters, then run probe without --sample.'
            : 'Run check, then read a few days, and compare the number of rows with what the system itself shows.',
          2,
        ),
      ]
    : wrap(
        'What to do next:',
        'Nothing could be suggested. Ask the account manager for a link to the list, or for an example of its answer, and probe that with --sample FILE --stream NAME.',
        2,
      );
  return [...blocks, next.join('\n')].join('\n\n');
}

function tellStream(finding: Finding): string {
  const {
    stream,
    problem,
    asked,
    rows,
    paging,
    names,
    columns,
    keys,
    cursors,
    times,
    numbers,
    questions,
  } = finding;
  const statuses = asked && [
    asked.status === undefined ? 'no status' : `HTTP ${asked.status}`,
    ...(asked.in_body_status === undefined ? [] : [`in the body ${asked.in_body_status}`]),
    asked.requests === 1 ? '1 request' : `${asked.requests} requests`,
  ];
  const [key, ...otherKeys] = keys ?? [];
  return [
    stream,
    ...(asked ? wrap('asked', asked.request) : []),
    ...(asked && asked.parameters.length > 0 ? wrap('with', asked.parameters.join(', ')) : []),
    ...(asked?.body ? wrap('', asked.body) : []),
    ...(asked && asked.headers.length > 0 ? wrap('headers', asked.headers.join(', ')) : []),
    ...(statuses ? wrap('answer', statuses.join(', ')) : []),
    ...(problem ? wrap('!', problem) : []),
    ...(rows
      ? wrap(
          'rows',
          `${rows.count} at ${rows.path}${rows.is_map ? ' (the values of a map)' : ''}${rows.other_lists.length > 0 ? `; other lists at ${rows.other_lists.join(', ')}` : ''}`,
        )
      : []),
    ...(paging
      ? wrap(
          'paging',
          `${paging.signs.join('; ') || 'no sign of it'}; ${Object.keys(paging.suggests).length > 0 ? `suggested ${JSON.stringify(paging.suggests)}` : 'left as it is'}${paging.page_2 ? `; ${paging.page_2}` : ''}`,
        )
      : []),
    ...(names && names.length > 0
      ? wrap('names', names.map(({ theirs, ours }) => `${theirs} → ${ours}`).join(', '))
      : []),
    ...(columns ? tellColumns(columns) : []),
    ...(keys
      ? wrap(
          'key',
          key === undefined
            ? 'none found'
            : `${key} (in every row, no two alike)${otherKeys.length > 0 ? `; also ${otherKeys.slice(0, 5).join(', ')}` : ''}`,
        )
      : []),
    ...(cursors
      ? wrap(
          'cursor',
          cursors.length === 0
            ? 'none found'
            : `${cursors.slice(0, 6).join(', ')} (a time in every row)`,
        )
      : []),
    ...(times && times.length > 0 ? wrap('times', list(times)) : []),
    ...(numbers && numbers.length > 0 ? wrap('numbers', list(numbers)) : []),
    ...questions.flatMap((question) => wrap('?', question)),
  ].join('\n');
}

const tellColumns = ({ filled, empty, unreadable }: NonNullable<Finding['columns']>): string[] => [
  ...wrap('filled', filled.join(', ') || 'none of our columns'),
  ...(empty.length > 0 ? wrap('empty', empty.join(', ')) : []),
  ...(unreadable.length > 0 ? wrap('unreadable', unreadable.join(', ')) : []),
];

const list = (formats: readonly Format[]): string =>
  formats.map(({ name, format }) => `${name} ${format}`).join(', ');

/** A label and its text, in short lines below each other. */
function wrap(label: string, text: string, indent = INDENT.length + 2): string[] {
  const lines: string[] = [];
  let line = `  ${label}`.padEnd(indent);
  if (indent === 2) line = `${label} `;
  const start = line.length;
  for (const word of text.split(' ')) {
    if (line.length > start && line.length + word.length > WIDTH) {
      lines.push(line.trimEnd());
      line = ' '.repeat(indent);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
