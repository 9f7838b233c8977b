/** The real schemas and the real profile through the mapper: what either says, the other holds. */
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import t from 'tap';
import { createAnomalies } from '../../../src/cdk/anomalies.ts';
import { isJsonObject } from '../../../src/cdk/json.ts';
import type { Json, JsonObject } from '../../../src/cdk/protocol.ts';
import { createPii, type PiiMode } from '../../../src/gokwik/pii/pii.ts';
import { propertiesOf, typesOf } from '../../../src/gokwik/records/fields.ts';
import { compileMapper } from '../../../src/gokwik/records/mapper.ts';
import { DAY_MS } from '../../../src/gokwik/records/time.ts';
import { STREAMS } from '../../../src/gokwik/streams/index.ts';
import type { Declaration } from '../../../src/gokwik/streams/stream.ts';

const ajv = new Ajv({ strict: false });
addFormats.default(ajv);

/** What upstream may send for a declared field, in its less obvious spellings. */
function sample(schema: JsonObject, name: string, clean: boolean): Json {
  const personal: Record<string, string> = {
    phone: '098765 43210',
    email: 'Meenakshi@Example.com',
    name: 'Meenakshi Sundaresan',
    address: '14/2, Kailash Marg',
    ip: '103.21.244.17',
    user_agent: 'Mozilla/5.0 (Linux; Android 14)',
    bank: '00112233445566',
    text: 'Meenakshi asked to be called on +91 98765-43210, thanks',
  };
  const [type] = typesOf(schema);
  if (type === 'object') {
    const kind = schema['x-pii'];
    const entries = propertiesOf(schema).map(([key, inner]) => {
      return [key, sample({ ...(kind ? { 'x-pii': kind } : {}), ...inner }, key, clean)];
    });
    return Object.fromEntries(entries);
  }
  if (type === 'array') {
    return isJsonObject(schema.items) ? [sample(schema.items, name, clean)] : [];
  }
  if (schema.format !== undefined) return clean ? '2026-09-09T07:23:34Z' : '9/9/2026 12:53 PM';
  if (type === 'number') return clean ? 1234.5 : '₹ 1,234.50';
  if (type === 'integer') return clean ? 3 : '3.0';
  if (type === 'boolean') return clean ? true : 'TRUE';
  return personal[String(schema['x-pii'])] ?? (name === 'payment_method' ? 'upi' : `some ${name}`);
}

function open(name: string, mode: PiiMode | 'plain') {
  const { schema, profile, childOf, inherit } = STREAMS[name] as Declaration;
  const anomalies = createAnomalies();
  const pii =
    mode === 'plain' ? undefined : createPii({ mode, key: '3f9c1b7e5a2d8046c1e97f30ab54d286' });
  const mapper = compileMapper({ stream: name, schema, profile, inherit, pii, anomalies });
  const raw = (clean: boolean): JsonObject => sample(schema, name, clean) as JsonObject;
  return { schema, profile, childOf, inherit, anomalies, mapper, raw };
}

for (const name of Object.keys(STREAMS)) {
  t.test(`${name}: the profile speaks of declared fields`, async (t) => {
    const { schema, profile, childOf, inherit } = open(name, 'plain');
    const declared = new Map(propertiesOf(schema));
    t.equal([...declared.keys()][0], 'record_key');
    for (const field of [...inherit, ...Object.keys(profile.fields ?? {})]) {
      t.ok(declared.has(field), field);
    }
    t.match(declared.get(profile.cursor[0] ?? '')?.format, /^date(-time)?$/);
    const keys = profile.key.flat().filter((field) => declared.has(field));
    t.ok(childOf !== undefined || keys.length > 0, 'a key that the schema knows');
    for (const field of [...keys, ...profile.cursor]) {
      t.equal(declared.get(field)?.['x-pii'], undefined, 'keys and cursors are no one’s');
    }
  });

  t.test(`${name}: messy values become valid and complete rows, without an anomaly`, async (t) => {
    const { schema, profile, anomalies, mapper, raw } = open(name, 'plain');
    const isValid = ajv.compile(schema);
    const { format } = new Map(propertiesOf(schema)).get(profile.cursor[0] ?? '') ?? {};
    const spanMs = format === 'date' ? DAY_MS : 60_000;
    const [clean, messy] = [mapper.map(raw(true)), mapper.map(raw(false))];
    for (const { row, key, cursorMs } of [clean, messy]) {
      t.ok(isValid(row), ajv.errorsText(isValid.errors));
      t.strictSame(Object.keys(row), Object.keys(schema.properties ?? {}));
      t.notOk(Object.values(row).includes(null));
      t.equal(row.record_key, key);
      t.ok(Math.abs((cursorMs ?? 0) - Date.parse('2026-09-09T07:23:34Z')) < spanMs);
    }
    const lines = anomalies.lines().filter((line) => !line.includes('has no key'));
    t.strictSame(lines, []);
    t.ok(isValid(mapper.map({}).row));
    t.strictSame(mapper.map(messy.row).row, { ...messy.row, ...keyOf(mapper.map(messy.row).row) });
  });

  for (const mode of ['hash', 'drop'] as const) {
    t.test(`${name}: ${mode} leaves nothing personal, and keys as they were`, async (t) => {
      const { schema, childOf, mapper, raw } = open(name, mode);
      const isValid = ajv.compile(schema);
      const plain = open(name, 'plain').mapper.map(raw(true));
      const hidden = mapper.map(raw(true));
      t.ok(isValid(hidden.row), ajv.errorsText(isValid.errors));
      // A child alone has no id: its digest takes the secret, or what is left of the row.
      if (childOf === undefined) t.equal(hidden.key, plain.key);
      else t.not(hidden.key, plain.key);
      t.equal(hidden.cursorMs, plain.cursorMs);
      // Who is named in free text alone is not known to be anyone's name.
      const knows = (kind: string): boolean => JSON.stringify(schema).includes(`"x-pii":"${kind}"`);
      const names = knows('name') ? ['meenakshi', 'sundaresan'] : [];
      const phones = ['98765', '43210'];
      const shown = JSON.stringify(hidden.row).toLowerCase();
      for (const said of [...names, ...phones, 'kailash', '103.21', '001122', 'mozilla']) {
        t.notOk(shown.includes(said), said);
      }
      const url = 'https://shop.example/?q=Meenakshi%20Sundaresan&m=%2B919876543210';
      const { row } = mapper.map({ ...raw(true), landing_page: url, extra: { note: url } });
      const quoted = JSON.stringify([row.landing_page, row.extra]).toLowerCase();
      for (const said of [...names, ...(knows('phone') ? ['9876543210'] : [])]) {
        t.notOk(quoted.includes(said), said);
      }
      t.match(quoted, /shop\.example/, 'and no more than that');
    });
  }
}

/** The two fields that mapping a mapped row may change: a row without a key gets a new digest. */
function keyOf(row: JsonObject): JsonObject {
  return { record_key: row.record_key ?? null };
}
