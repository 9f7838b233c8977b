/** Where a text stops being JSON. `line` and `column` count from 1. */
export interface SyntaxProblem {
  readonly line: number;
  readonly column: number;
  /** What would have been right there, for people. It quotes nothing of the text. */
  readonly expected: string;
}

/** What may come next. `after`: a value has just ended. */
type State = 'value' | 'item' | 'item or ]' | 'name or }' | 'name' | 'colon' | 'after';

const EXPECTED: Record<Exclude<State, 'after'>, string> = {
  value: 'a value',
  item: 'a value (the comma before it may be one too many)',
  'item or ]': 'a value or "]"',
  'name or }': 'a name in double quotes or "}"',
  name: 'a name in double quotes (the comma before it may be one too many)',
  colon: 'a colon, ":"',
};

const SPACE = /[ \t\n\r]*/y;
const ATOM = /(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)/y;

/**
 * Finds the first mistake in a text that `JSON.parse` refused: its messages quote the text, which may
 * hold secrets, and name no line. Undefined if there is none after all.
 */
export function findSyntaxError(text: string): SyntaxProblem | undefined {
  const open: ('}' | ']')[] = [];
  let state: State = 'value';
  let at = 0;
  for (;;) {
    at = endOf(SPACE, text, at) ?? at;
    const character = text[at];
    const closer = open.at(-1);
    const naming: boolean = state === 'name' || state === 'name or }';
    if (character === undefined && state === 'after' && closer === undefined) return undefined;

    if (state === 'after') {
      if (character === closer && closer !== undefined) open.pop();
      else if (character === ',' && closer === '}') state = 'name';
      else if (character === ',' && closer === ']') state = 'item';
      else return problem(text, at, closer ? `"," or "${closer}"` : 'nothing more');
      at += 1;
    } else if (state === 'colon') {
      if (character !== ':') return problem(text, at, EXPECTED.colon);
      state = 'value';
      at += 1;
    } else if ((state === 'name or }' || state === 'item or ]') && character === closer) {
      open.pop();
      state = 'after';
      at += 1;
    } else if (character === '"') {
      const string = scanString(text, at);
      if (string.expected) return problem(text, string.at, string.expected);
      state = naming ? 'colon' : 'after';
      at = string.at;
    } else if (naming) {
      return problem(text, at, EXPECTED[state]);
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']');
      state = character === '{' ? 'name or }' : 'item or ]';
      at += 1;
    } else {
      const end = endOf(ATOM, text, at);
      if (end === undefined) return problem(text, at, EXPECTED[state]);
      state = 'after';
      at = end;
    }
  }
}

/** Where the string that begins at `from` ends, or where and how it goes wrong. */
function scanString(text: string, from: number): { at: number; expected?: string } {
  for (let at = from + 1; ; at += 1) {
    const character = text[at];
    if (character === '"') return { at: at + 1 };
    if (character === undefined || character < ' ') {
      return { at, expected: 'a closing double quote before the end of the line' };
    }
    if (character !== '\\') continue;
    const end = endOf(/["\\/bfnrt]|u[0-9a-fA-F]{4}/y, text, at + 1);
    if (end === undefined) return { at, expected: 'a valid escape (a backslash itself is "\\\\")' };
    at = end - 1;
  }
}

function endOf(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function problem(text: string, at: number, expected: string): SyntaxProblem {
  const before = text.slice(0, at).split(/\r\n|\r|\n/);
  const column = (before.at(-1)?.length ?? 0) + 1;
  const cutOff = at >= text.length ? ', but the file ends here' : '';
  return { line: before.length, column, expected: expected + cutOff };
}
