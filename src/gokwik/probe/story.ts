/** What was found, for people and for programs: counts, names, formats and types, no value of a row. Pure. */
import type { Json, JsonObject } from '../../cdk/protocol.ts';

/** One thing that was found: for programs under its name, for people in labelled lines, of which empty ones are left out. */
export interface Fact {
  readonly name: string;
  readonly value: Json;
  readonly lines: readonly (readonly [label: string, text: string])[];
}

export interface Finding {
  readonly stream: string;
  readonly facts: readonly Fact[];
  readonly questions: readonly string[];
}

interface Story {
  readonly findings: readonly Finding[];
  /** The suggested profile; undefined: nothing could be suggested. */
  readonly profile: JsonObject | undefined;
  readonly isSample: boolean;
  /** Credentials that stood in the profile, by the names they get in `secrets`. */
  readonly hidden: readonly string[];
}

const WIDTH = 100;

export const fact = (name: string, value: Json, ...lines: Fact['lines']): Fact => ({
  name,
  value,
  lines,
});

export const documentOf = ({ stream, facts, questions }: Finding): JsonObject => ({
  stream,
  ...Object.fromEntries(facts.map(({ name, value }) => [name, value])),
  questions: [...questions],
});

export function tell({ findings, profile, isSample, hidden }: Story): string {
  const blocks = findings.map(({ stream, facts, questions }) => {
    const lines = [
      ...facts.flatMap((one) => one.lines),
      ...questions.map((question) => ['?', question] as const),
    ];
    const told = lines.flatMap(([label, text]) =>
      text === '' ? [] : wrap(`  ${label}`.padEnd(13), text),
    );
    return [stream, ...told].join('\n');
  });
  if (!profile) {
    const nothing =
      'What to do next: Nothing could be suggested. Ask the account manager for a link to the list, or for an example of its answer, and probe that with --sample FILE --stream NAME.';
    return [...blocks, wrap('', nothing).join('\n')].join('\n\n');
  }
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
  return [
    ...blocks,
    'api_profile to paste into the config:',
    JSON.stringify({ api_profile: profile }, null, 2),
    ['What to do next:', ...steps.flatMap((step) => (step ? wrap('- ', step) : []))].join('\n'),
  ].join('\n\n');
}

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
