/**
 * Conformance made from the schemas: what Airbyte's acceptance tests assert of spec and discovery,
 * and our own conventions. A new stream or config field is covered without a line here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import t from 'tap';
import { defaultHosts } from '../src/gokwik/hosts.ts';
import { STREAMS } from '../src/gokwik/streams/index.ts';
import type { Declaration } from '../src/gokwik/streams/stream.ts';

/** A schema, as far as these tests look into it. */
interface Node {
  type?: string | string[];
  description?: string;
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  oneOf?: Node[];
  [keyword: string]: unknown;
}
interface Field {
  path: string;
  name: string;
  node: Node;
  /** Schemas that hold it, from the root down. */
  holders: readonly Node[];
}

const PII = ['phone', 'email', 'name', 'address', 'ip', 'user_agent', 'bank', 'link', 'text'];

function createAjv(): Ajv {
  const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true });
  formats.default(ajv);
  ajv.addVocabulary(['airbyte_secret', 'always_show', 'multiline']);
  ajv.addVocabulary(['order', 'group', 'groups', 'pattern_descriptor']);
  const kind = (values: unknown[]) => ({ enum: values });
  ajv.addKeyword({ keyword: 'airbyte_type', metaSchema: kind(['timestamp_with_timezone']) });
  ajv.addKeyword({ keyword: 'x-pii', metaSchema: kind(PII) });
  ajv.addKeyword({ keyword: 'x-from-files', metaSchema: kind([true]) });
  ajv.addKeyword({ keyword: 'x-derived', metaSchema: kind(['payment_class']) });
  ajv.addKeyword({
    keyword: 'x-null',
    metaSchema: { type: 'array', minItems: 1, items: { type: 'string' } },
  });
  return ajv;
}

function read(name: string): Node {
  const file = join(import.meta.dirname, '..', 'schemas', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Node;
}

/** Every field of a schema, at any depth. */
function listFields(node: Node, path = '', holders: readonly Node[] = []): Field[] {
  const inside = [...holders, node];
  const own = Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const field = { path: `${path}/${name}`, name, node: child, holders: inside };
    return [field, ...listFields(child, field.path, inside)];
  });
  const kinds = (node.oneOf ?? []).flatMap((kind) =>
    listFields(kind, `${path}(${kind.title})`, inside),
  );
  const items = node.items ? listFields(node.items, `${path}[]`, inside) : [];
  return [...own, ...kinds, ...items];
}

/** Every schema of a schema: itself, its fields, its kinds and the items of its lists. */
function listNodes(node: Node): Node[] {
  const items = node.items ? [node.items] : [];
  const children = [...Object.values(node.properties ?? {}), ...(node.oneOf ?? []), ...items];
  return [node, ...children.flatMap(listNodes)];
}

/** What people fill in: what is constant tells kinds apart. */
const askedFor = (node: Node): Field[] =>
  listFields(node).filter((field) => field.node.const === undefined);
const typesOf = (node: Node): string[] => [node.type ?? []].flat();
const has = (node: Node, type: string): boolean => typesOf(node).includes(type);
const isInstant = (node: Node): boolean => node.format === 'date-time';
const keywords = (node: Node): string[] => [...new Set(listNodes(node).flatMap(Object.keys))];
const pathsOf = (fields: Field[]): string[] => fields.map(({ path }) => path);
const errorsOf = (validate: ValidateFunction, value: unknown): string[] =>
  validate(value) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);

const names = Object.keys(STREAMS).sort();

t.test('every stream of the profile has a schema, and the reverse', async (t) => {
  t.same(names, Object.keys(STREAMS).sort());
});

for (const name of names) {
  const schema = read(name);
  const { profile, childOf, inherit } = STREAMS[name] as Declaration;
  const fields = listFields(schema);
  const columns = schema.properties ?? {};
  const offenders = (wrong: (field: Field) => boolean): string[] => pathsOf(fields.filter(wrong));

  t.test(`${name}: root and keywords`, async (t) => {
    t.equal(schema.$schema, 'http://json-schema.org/draft-07/schema#');
    t.equal(schema.type, 'object');
    t.ok(schema.description);
    const known = [
      ...['$schema', 'type', 'description', 'additionalProperties', 'required', 'properties'],
      ...['items', 'format', 'airbyte_type', 'x-pii', 'x-null', 'x-derived', 'x-from-files'],
    ];
    t.same(
      keywords(schema).filter((k) => !known.includes(k)),
      [],
    );
    const open = listNodes(schema).filter((n) => has(n, 'object'));
    t.ok(open.every((n) => n.additionalProperties === true && Object.keys(n.properties ?? {})[0]));
  });

  t.test(`${name}: key and cursor`, async (t) => {
    t.equal(Object.keys(columns)[0], 'record_key');
    t.equal(columns.record_key?.type, 'string');
    t.match(columns.record_key?.description, /^Primary key, made by the connector: /);
    t.same(schema.required, ['record_key']);
    const cursor = columns[profile.cursor[0] ?? ''] ?? {};
    t.ok(isInstant(cursor) || cursor.format === 'date');
    t.match(cursor.description, /^Cursor: /);
    t.equal(offenders((f) => /^Cursor: /.test(f.node.description ?? '')).length, 1);
  });

  t.test(`${name}: fields that come from the parent are the parent's`, async (t) => {
    const parent = read(childOf ?? profile.per?.stream ?? name).properties ?? {};
    const taken = [
      ...inherit,
      ...(profile.per?.fields ?? []),
      ...Object.keys(profile.per?.only ?? {}),
    ];
    t.same(
      taken.filter((field) => !parent[field]),
      [],
    );
    t.equal(has(columns.position ?? {}, 'integer'), childOf !== undefined);
  });

  t.test(`${name}: fields are described and typed`, async (t) => {
    t.same(
      offenders((f) => !/^[A-Z].*[.)]$/.test(f.node.description ?? '')),
      [],
      'a sentence each',
    );
    t.same(
      offenders((f) => f.name !== 'record_key' && !/^null,\w+$/.test(`${f.node.type}`)),
      [],
      'null and one type',
    );
    t.same(
      offenders((f) => isInstant(f.node) !== (f.node.airbyte_type === 'timestamp_with_timezone')),
      [],
    );
    t.same(
      offenders((f) => isInstant(f.node) && !has(f.node, 'string')),
      [],
    );
    t.same(
      offenders((f) => has(f.node, 'array') !== (f.node.items !== undefined)),
      [],
    );
  });

  t.test(`${name}: a name tells the type`, async (t) => {
    const scalar = fields.filter((f) => !has(f.node, 'object') && !has(f.node, 'array'));
    const wrong = (pattern: RegExp, right: (node: Node) => boolean): string[] =>
      pathsOf(scalar.filter((f) => pattern.test(f.name) && !right(f.node)));
    const money =
      /^total_|(^|_)(amount|price|total|tax|taxes|fee|fees|charges|deduction|debit|credit)$/;
    t.same(
      wrong(money, (node) => has(node, 'number') && /rupees/.test(`${node.description}`)),
      [],
    );
    t.same(wrong(/_(at|date|datetime)$/, isInstant), []);
    t.same(
      wrong(/(^|_)(quantity|count|offered|position)$/, (node) => has(node, 'integer')),
      [],
    );
    t.same(
      wrong(/^(id|mid|moid|awb|serial_no)$|_(id|oid|moid|no|number|code)$/, (n) =>
        has(n, 'string'),
      ),
      [],
    );
    const unit = /rupees|from 0 to 1|seconds|unit/;
    t.same(
      offenders((f) => has(f.node, 'number') && !unit.test(f.node.description ?? '')),
      [],
      'numbers say their unit',
    );
  });

  t.test(`${name}: personal data is marked`, async (t) => {
    const kinds: [string, RegExp][] = [
      ['phone', /phone/],
      ['email', /email/],
      ['name', /^(first|last)_?name$|^customer_name$|^customer\/name$/],
      ['address', /^(line|address_|address_line_)[12]$/],
      ['ip', /^(customer_)?ip$/],
      ['user_agent', /user_agent/],
      ['bank', /^bank$/],
      ['link', /^(abc|checkout)_url$/],
      ['text', /remark|^reason|reasons$|comment|notes|error_message|others_text/],
    ];
    for (const [kind, pattern] of kinds) {
      const marked = (f: Field): boolean => f.node['x-pii'] === kind;
      const named = (f: Field): boolean =>
        pattern.test(f.name) || pattern.test(f.path.split('/').slice(-2).join('/'));
      t.same(
        offenders((f) => named(f) && !marked(f)),
        [],
        `${kind} is marked`,
      );
    }
    const kept = /^(pincode|postcode|postal_code|city|state|province|country)(_code)?$/;
    const covered = (f: Field): boolean => [...f.holders, f.node].some((n) => n['x-pii']);
    t.same(
      offenders((f) => kept.test(f.name) && covered(f)),
      [],
      'RTO analysis needs these',
    );
    t.same(
      offenders((f) => /^(utm|mkt)_/.test(f.name) !== (f.node['x-null'] !== undefined)),
      [],
    );
    t.same(
      offenders((f) => f.name === 'payment_class' && f.node['x-derived'] !== 'payment_class'),
      [],
    );
  });

  t.test(`${name}: compiles strictly, and takes and refuses rows`, async (t) => {
    const validate = createAjv().compile(schema);
    const empty = Object.fromEntries(Object.keys(columns).map((column) => [column, null]));
    t.same(errorsOf(validate, { ...empty, record_key: 'k', unheard_of: 1 }), []);
    t.same(errorsOf(validate, { record_key: 'k' }), []);
    t.not(errorsOf(validate, empty).length, 0, 'a null key');
    t.not(errorsOf(validate, {}).length, 0, 'no key');
    t.not(errorsOf(validate, { record_key: 'k', [profile.cursor[0] ?? '']: '9/9/2026' }).length, 0);
  });
}

// The spec --------------------------------------------------------------------------------------

const spec = read('spec');
const form = spec.connectionSpecification as Node;
const inputs = form.properties ?? {};

/** Names that Airbyte's acceptance tests hold for secrets. */
const SECRET_NAMES = [
  ...['client_token', 'access_token', 'api_token', 'token', 'secret', 'client_secret', 'password'],
  ...['key', 'service_account_info', 'service_account', 'tenant_id', 'certificate', 'jwt'],
  ...['credentials', 'app_id', 'appid', 'refresh_token'],
];

t.test('spec: the message payload', async (t) => {
  t.same(Object.keys(spec), ['documentationUrl', 'changelogUrl', 'connectionSpecification']);
  t.equal(new URL(`${spec.documentationUrl}`).protocol, 'https:');
  t.equal(new URL(`${spec.changelogUrl}`).protocol, 'https:');
  t.equal(form.$schema, 'http://json-schema.org/draft-07/schema#');
  t.equal(form.type, 'object');
});

t.test('spec: the fixed interface', async (t) => {
  t.same(form.required, ['base_url', 'app_id', 'app_secret', 'start_date']);
  const defaults = Object.entries(inputs)
    .filter(([name]) => !form.required?.includes(name))
    .map(([name, node]) => [name, node.default]);
  t.same(Object.fromEntries(defaults), {
    lookback_days: 30,
    lookback_every_hours: 0,
    end_date: undefined,
    merchant_id: undefined,
    return_prime_token: undefined,
    merchant_label: undefined,
    merchant_label_in_key: false,
    secrets: undefined,
    window_days: 7,
    concurrency: 4,
    requests_per_second: 10,
    pii_mode: 'plain',
    pii_hash_key: undefined,
    pii_undeclared: 'search',
    api_profile: undefined,
  });
});

t.test('spec: only keywords that the form understands, none that is forbidden', async (t) => {
  const known = [
    ...['$schema', 'title', 'description', 'type', 'additionalProperties', 'groups', 'required'],
    ...[
      'properties',
      'items',
      'oneOf',
      'enum',
      'const',
      'default',
      'examples',
      'format',
      'pattern',
    ],
    ...['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'multiline'],
    ...['order', 'group', 'pattern_descriptor', 'always_show', 'airbyte_secret', 'airbyte_hidden'],
    // JSON Schema's own, which says what a text holds; forms show the text.
    'contentMediaType',
  ];
  t.same(
    keywords(form).filter((keyword) => !known.includes(keyword)),
    [],
  );
  for (const node of listNodes(form)) {
    t.ok(node.additionalProperties === undefined || node.additionalProperties === true);
    const [type = '', second = 'null', ...rest] = typesOf(node);
    t.ok(type !== 'null' && second === 'null' && rest.length === 0, 'T or [T, "null"]');
    const inside = [...Object.keys(node.properties ?? {}), ...(node.oneOf ?? [])];
    if (type === 'object') t.not(inside.length, 0, 'object not empty');
    // Forms show a choice, and take the answer apart by what is constant.
    for (const kind of node.oneOf ?? []) t.type(kind.properties?.type?.const, 'string');
    if (type === 'array') {
      t.match(node.items?.type ?? 'enum', /^(object|string|number|integer|enum)$/);
    }
    const values = (node.enum ?? []) as unknown[];
    t.equal(new Set(values).size, values.length, 'enum values differ');
  }
});

t.test('spec: every input is labelled, grouped and ordered', async (t) => {
  const groups = (form.groups as { id: string; title: string }[]).map(({ id }) => id);
  t.equal(new Set(groups).size, groups.length);
  const used = Object.values(inputs).map((node) => `${node.group}`);
  t.same([...new Set(used)].sort(), [...groups].sort(), 'groups defined and used');
  const fields = askedFor(form);
  for (const { path, node, holders } of fields) {
    t.ok(node.title && node.description && Array.isArray(node.examples), `${path} is labelled`);
    t.ok(holders.length === 1 || node.group === undefined, `${path}: groups at the top only`);
    t.ok(Number.isInteger(node.order), `${path} has an order`);
  }
  for (const node of listNodes(form).filter(({ properties }) => properties)) {
    const entries = Object.entries(node.properties ?? {});
    const orders = entries.map(([, child]) => Number(child.order));
    t.equal(new Set(orders).size, orders.length, 'no order twice');
    t.same(
      orders,
      [...orders].sort((a, b) => a - b),
      'the file is in order',
    );
    const optional = entries.map(([name]) => (node.required?.includes(name) ? 0 : 1));
    t.same(optional, [...optional].sort(), 'required before optional');
  }
});

t.test('spec: secrets are marked', async (t) => {
  for (const { path, name, node } of askedFor(form)) {
    const canHold = !has(node, 'boolean') && !has(node, 'object') && !has(node, 'array');
    const sounds =
      SECRET_NAMES.includes(name) ||
      // A server's key is known to all; an id of a key is half of what opens a bucket.
      (/secret|token|passw|passp|_key(_id)?$/.test(name) && name !== 'host_key') ||
      // A pre-signed address lets others read the file.
      ['/secrets[]/value', '/files[]/location'].includes(path);
    t.equal(node.airbyte_secret === true, sounds && canHold, path);
  }
});

t.test('spec: dates and patterns', async (t) => {
  for (const { path, name, node } of askedFor(form)) {
    t.equal(node.format === 'date', /_date$/.test(name), path);
    if (node.format === 'date') t.equal(node.pattern, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$');
    t.equal(node.pattern !== undefined, node.pattern_descriptor !== undefined, path);
    if (has(node, 'string')) t.ok(node.pattern ?? node.enum ?? node.minLength, `${path} has form`);
    if (has(node, 'integer') || has(node, 'number')) {
      t.ok(node.minimum !== undefined && node.maximum !== undefined, `${path} is bounded`);
    }
  }
});

t.test('spec: defaults and examples fit their own schema', async (t) => {
  for (const { path, node, holders } of askedFor(form)) {
    const validate = createAjv().compile(node);
    const own = node.default === undefined ? [] : [node.default];
    for (const value of [...(node.examples as unknown[]), ...own]) {
      t.same(errorsOf(validate, value), [], `${path}: ${JSON.stringify(value)}`);
    }
    const required = holders.at(-1)?.required?.includes(path.split('/').at(-1) ?? '');
    t.notOk(required && node.default !== undefined, `${path}: no default where required`);
  }
});

t.test('spec: takes and refuses configs', async (t) => {
  const validate = createAjv().compile(form);
  const least = {
    base_url: 'https://api.gokwik.co',
    app_id: 'id',
    app_secret: 'secret',
    start_date: '2026-01-31',
  };
  const fine = (more: object) => t.same(errorsOf(validate, { ...least, ...more }), []);
  const refused = (more: object) =>
    t.not(errorsOf(validate, { ...least, ...more }).length, 0, JSON.stringify(more));
  fine({});
  fine({ base_url: '  https://sandbox.gokwik.co/ \n', app_id: ' id ', merchant_id: ' 1a2b ' });
  fine({ base_url: 'http://127.0.0.1:8080/base' });
  fine({ unheard_of: [1], lookback_days: 0, requests_per_second: 0.5 });
  fine({ api_profile: ' {"streams":{}}\n', pii_mode: 'hash', pii_hash_key: '0123456789abcdef' });
  for (const field of Object.keys(least)) refused({ [field]: undefined });
  refused({ base_url: 'api.gokwik.co' });
  refused({ base_url: 'https://api.gokwik.co https://sandbox.gokwik.co' });
  refused({ app_id: '' });
  refused({ start_date: '2026-02-30' });
  refused({ start_date: '31/1/2026' });
  refused({ lookback_days: -1 });
  refused({ lookback_days: 3651 });
  refused({ lookback_days: 1.5 });
  refused({ window_days: 0 });
  refused({ window_days: 366 });
  refused({ concurrency: 33 });
  refused({ requests_per_second: 0 });
  refused({ requests_per_second: 1001 });
  refused({ pii_mode: 'mask' });
  refused({ pii_hash_key: 'short' });
  refused({ api_profile: 'orders' });
});

// The profile override --------------------------------------------------------------------------

t.test('api_profile: takes the default profile back, and its fields are described', async (t) => {
  const schema = read('api_profile');
  const validate = createAjv().compile(schema);
  const profiles = Object.entries(STREAMS).filter(([, { childOf }]) => childOf === undefined);
  const streams = Object.fromEntries(profiles.map(([name, { profile }]) => [name, profile]));
  t.same(errorsOf(validate, { hosts: defaultHosts('https://api.gokwik.co', false), streams }), []);
  t.same(errorsOf(validate, {}), []);
  const described = [...listFields(schema), ...listFields(definitionsOf(schema).stream ?? {})];
  t.same(pathsOf(described.filter(({ node }) => !node.description && !node.$ref)), []);
});

const definitionsOf = (schema: Node): Record<string, Node> =>
  schema.definitions as Record<string, Node>;

t.test('api_profile: single parts, and typos', async (t) => {
  const validate = createAjv().compile(read('api_profile'));
  const orders = (part: object) => ({ streams: { orders: part } });
  const fine = [
    { hosts: { gkx: 'https://gkx.example/base', kwikship: 'http://127.0.0.1:1' } },
    orders({}),
    orders({ query: { updated_after: null, since: '{from}' }, paging: { limit: 50 } }),
    orders({ key: [['order', 'line'], 'id'], enabled: false, per: null }),
    orders({ fields: { total: { from: 'amount', divide: 100 } }, only: { type: ['a', '~b'] } }),
    { hosts: { oms: { url: 'https://o.example', auth: { basic: ['{key}', '{secret}'] } } } },
    { streams: { my_stream: { path: '/x', records: ['.'], key: ['id'] } } },
  ];
  for (const profile of fine) t.same(errorsOf(validate, profile), []);
  const wrong = [
    [],
    { stream: {} },
    { hosts: { merchant: 'a.example' } },
    { streams: { 'Orders!': {} } },
    orders({ paths: '/v1' }),
    orders({ path: 'v1/order/list' }),
    orders({ query: { limit: 1 } }),
    orders({ paging: { limits: 1 } }),
    orders({ paging: { kind: 'numbered' } }),
    orders({ time: { format: 'iso' } }),
    orders({ time: { zone: '+5:30' } }),
    orders({ records: [] }),
    orders({ cursor: 'updated_at' }),
    orders({ key: [[]] }),
    orders({ max_days: 0 }),
    orders({ answers: [{ when: {}, means: 'ok' }] }),
    orders({ fields: { total: { divide: 0 } } }),
    orders({ family: 'gkx' }),
  ];
  for (const profile of wrong) {
    t.not(errorsOf(validate, profile).length, 0, JSON.stringify(profile));
  }
});
