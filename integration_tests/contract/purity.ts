/** The payload's key of each message type that a source prints. */
const PAYLOADS: Readonly<Record<string, string>> = {
  RECORD: 'record',
  STATE: 'state',
  LOG: 'log',
  TRACE: 'trace',
  SPEC: 'spec',
  CONNECTION_STATUS: 'connectionStatus',
  CATALOG: 'catalog',
};
/** Where nulls are data. */
const FREE = new Set(['data', 'stream_state', 'json_schema', 'connectionSpecification']);

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Python takes for line ends.
const LINE_ENDS = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/;

/** What is wrong with a run's stdout, one sentence each. */
export function impurities(stdout: string): string[] {
  const wrong: string[] = [];
  if (stdout !== '' && !stdout.endsWith('\n')) wrong.push('its last line has no end');
  // As Python cuts lines, and with it Airbyte's own suite: at more characters than a line feed.
  const lines = stdout.split(LINE_ENDS);
  lines.pop();
  for (const line of lines) {
    const problem = problemOf(line);
    if (problem) wrong.push(`${problem}: ${line.slice(0, 200)}`);
  }
  return wrong;
}

function problemOf(line: string): string | undefined {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  if (typeof message !== 'object' || message === null) return 'no object';
  const { type, ...payload } = message as Record<string, unknown>;
  const key = PAYLOADS[String(type)];
  if (!key) return `unknown type ${type}`;
  const keys = Object.keys(payload);
  if (keys.length !== 1 || keys[0] !== key) return `keys ${keys.join(', ')} instead of ${key}`;
  const path = nullIn(payload[key], key);
  return path && `null at ${path}, which should be absent`;
}

function nullIn(value: unknown, path: string): string | undefined {
  if (value === null) return path;
  if (typeof value !== 'object') return undefined;
  for (const [key, part] of Object.entries(value)) {
    const found = FREE.has(key) ? undefined : nullIn(part, `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}
