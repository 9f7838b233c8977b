import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Printed } from '../connector.ts';
import { figures } from './figures.ts';
import { serve } from './rogue.ts';
import { createScanner } from './secrets.ts';
import { DAY, openStage, PRESENT } from './stage.ts';
import { said } from './watch.ts';

/* Where credentials may go, and what `pii_mode` leaves behind. */

const PRIVATE = 'GK_BASE_URL_PRIVATE';
/** Base URLs that must be refused before anything is sent, with the code that says why. */
const REFUSED: readonly (readonly [url: string, code: string])[] = [
  ['http://api.gokwik.co', 'GK_BASE_URL_SCHEME'],
  ['https://127.0.0.1', PRIVATE],
  ['https://2130706433', PRIVATE],
  ['https://0x7f.1', PRIVATE],
  ['https://10.1.2.3/api', PRIVATE],
  ['https://169.254.169.254', PRIVATE],
  ['https://localhost', PRIVATE],
  ['https://metadata.internal', PRIVATE],
  ['https://[::1]', PRIVATE],
  ['https://[::ffff:127.0.0.1]', PRIVATE],
  ['https://[::ffff:a00:1]', PRIVATE],
  ['https://[64:ff9b::7f00:1]', PRIVATE],
  ['https://[2002:7f00:1::]', PRIVATE],
  ['https://[fe80::1]', PRIVATE],
  ['https://[fd00::1]', PRIVATE],
  ['https://name:word-that-is-secret@api.gokwik.co', 'GK_BASE_URL_CREDENTIALS'],
  ['https://api.gokwik.co/?app_secret=word-that-is-secret', 'GK_BASE_URL_QUERY'],
];

export function guardCases(): (readonly [string, () => Promise<unknown>])[] {
  const literal = REFUSED.map(
    ([url, code]) => [`privacy: ${url}`, () => refuses(url, code)] as const,
  );
  const resolved = ['10.0.0.7', '127.0.0.1', '::1', '::ffff:192.168.1.1'].map(
    (address) =>
      [
        `privacy: a name that resolves to ${address}`,
        () => refuses('https://api.example.com', 'GK_BLOCKED', { CHAOS_RESOLVE: address }),
      ] as const,
  );
  return [...literal, ...resolved];
}

/** A redirect is not followed: the server that it names is never asked. */
export async function redirectCase(): Promise<void> {
  let asked = 0;
  const elsewhere = await serve(() => {
    asked += 1;
    return {};
  });
  const stage = await openStage({ orders: 5 });
  try {
    stage.simulator.inject({ kind: 'redirect', location: `${elsewhere.url}/v1`, times: 'forever' });
    const { lines } = await stage.attempt();
    assert.ok(said(lines).errors.every((text) => text.includes(' [GK_REDIRECT] [at ')));
    assert.equal(asked, 0, 'credentials stay where they belong');
  } finally {
    await stage.close();
    elsewhere.close();
  }
}

async function refuses(url: string, code: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const stage = await openStage({ orders: 1, config: { base_url: url } });
  try {
    const { lines, stdout, stderr } = await stage.attempt({
      command: 'check',
      env: { SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL: '', ...env },
    });
    const status = lines.at(-1)?.connectionStatus;
    assert.equal(status?.status, 'FAILED');
    assert.ok(status?.message.includes(` [${code}] [at `), status?.message);
    createScanner(['word-that-is-secret']).scan(url, stdout, stderr);
    assert.equal(stage.simulator.stats().requests, 0);
  } finally {
    await stage.close();
  }
}

const HASH_KEY = '8c1e5f07b93a2d64e0f17ac5923bd846';

const PERSONAL =
  /^(phone|email|customer_phone|customer_name|first_?name|last_?name|address_?[12]|line[12]|customer_ip|ip|user_agent|account_number|ifsc|account_holder\w*)$/i;

/** Every value of a field that says something about a person, wherever it is nested. */
function personalValues(lines: readonly Printed[]): Set<string> {
  const values = new Set<string>();
  const collect = (value: unknown, name: string): void => {
    if (typeof value === 'string' && PERSONAL.test(name) && value.length >= 4) values.add(value);
    else if (Array.isArray(value)) for (const item of value) collect(item, name);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) collect(item, key);
    }
  };
  for (const { record } of lines) if (record) collect(record.data, '');
  return values;
}

/**
 * Reads one merchant in each mode; what the plain one shows of people, the others must not hold.
 *
 * @param hasFiles whether its exports and captures are read, too.
 */
export async function personalCase(hasFiles: boolean): Promise<void> {
  const stage = await openStage({ seed: 5, orders: 60, startMs: PRESENT - 20 * DAY });
  try {
    if (hasFiles) await stage.giveFiles();
    const plain = await stage.attempt();
    const values = personalValues(plain.lines);
    assert.ok(values.size > 100, `${values.size} personal values to look for`);
    for (const mode of ['hash', 'drop'] as const) {
      stage.configure({ pii_mode: mode, pii_hash_key: HASH_KEY });
      const hidden = await stage.attempt();
      assert.deepEqual(said(hidden.lines).errors, []);
      const text = `${hidden.stdout}`;
      // A name is looked for as a whole value or a whole word: half of India's names are in others.
      const found = [...values].filter((value) =>
        /^[A-Za-z]{1,12}$/.test(value)
          ? new RegExp(`"${value}"|\\b${value}\\b(?= [A-Z][a-z]+")`).test(text)
          : text.includes(JSON.stringify(value).slice(1, -1)),
      );
      assert.deepEqual(found.slice(0, 5), [], `${mode}: ${found.length} of ${values.size} values`);
      // A hash without the key would be found in seconds.
      const phone = [...values].find((value) => /^\d{10}$/.test(value)) ?? '';
      const naked = createHash('sha256').update(phone).digest('hex');
      createScanner([HASH_KEY, naked]).scan(mode, hidden.stdout);
      const count = (lines: readonly Printed[]) => lines.filter(({ record }) => record).length;
      assert.equal(count(hidden.lines), count(plain.lines), 'no row is lost by hiding');
      figures.rows += count(hidden.lines);
    }
  } finally {
    await stage.close();
  }
}
