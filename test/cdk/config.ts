import t from 'tap';
import { findProblems, validateConfig } from '../../src/cdk/config.ts';
import { ConfigError } from '../../src/cdk/errors.ts';
import type { JsonObject } from '../../src/cdk/protocol.ts';

/** One of each kind of field, with every keyword Airbyte adds. */
const spec: JsonObject = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  additionalProperties: true,
  required: ['app_id', 'app_secret', 'start_date'],
  groups: [{ id: 'auth', title: 'Access' }],
  properties: {
    app_id: { type: 'string', title: 'App ID', order: 0, group: 'auth', always_show: true },
    app_secret: {
      type: 'string',
      title: 'App secret',
      airbyte_secret: true,
      minLength: 6,
      pattern: '^[a-z0-9]+$',
      order: 1,
    },
    start_date: {
      type: 'string',
      format: 'date',
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
      pattern_descriptor: 'YYYY-MM-DD',
    },
    lookback_days: { type: 'integer', minimum: 0, maximum: 90, default: 30 },
    ratio: { type: ['number', 'null'], exclusiveMinimum: 0, exclusiveMaximum: 1 },
    mode: {
      type: 'string',
      enum: ['plain', 'hash', 'drop'],
      default: 'plain',
      airbyte_hidden: true,
    },
    base_url: { type: 'string', pattern: '^https://[^@]+$', examples: ['https://api.example.com'] },
    note: { type: 'string', maxLength: 5, multiline: true },
    on: { type: 'boolean' },
    profile: { type: 'string', contentMediaType: 'application/json', pattern: '^\\{' },
    free: { type: 'object', airbyte_type: 'json' },
    keys: { type: 'object', airbyte_secret: true, properties: { a: { type: 'integer' } } },
    files: {
      type: 'array',
      minItems: 1,
      maxItems: 2,
      items: {
        type: 'object',
        required: ['location'],
        properties: {
          location: { type: 'string' },
          format: { type: 'string', default: 'csv' },
          token: { type: 'string', airbyte_secret: true, pattern: '^t' },
        },
      },
    },
    auth: {
      type: 'object',
      display_type: 'radio',
      oneOf: [
        { properties: { user: { type: 'string' } } },
        { properties: { user: { type: 'string', airbyte_secret: true, maxLength: 4 } } },
      ],
    },
  },
};

const good = { app_id: 'id', app_secret: 'abcdef1', start_date: '2025-01-31' };
const defaults = { lookback_days: 30, mode: 'plain' };

function problemsOf(config: unknown): ConfigError {
  try {
    validateConfig(spec, config);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

t.test('a good config, with the defaults', async (t) => {
  t.strictSame(validateConfig(spec, good), {
    config: { ...good, ...defaults },
    trimmed: [],
    unknown: [],
  });
});

t.test('the given object is left as it was', async (t) => {
  const given = Object.freeze({
    ...good,
    app_id: ' id ',
    files: Object.freeze([{ location: ' x ' }]),
  });
  const { config } = validateConfig(spec, given);
  t.match(config, { app_id: 'id', files: [{ location: 'x', format: 'csv' }] });
  t.same(given.files, [{ location: ' x ' }]);
});

t.test('values are trimmed where the spec knows them', async (t) => {
  const { config, trimmed } = validateConfig(spec, {
    ...good,
    app_secret: '\u00a0abcdef1\u200b\n',
    files: [{ location: 'a' }, { location: '\tb' }],
    free: { separator: ' ' },
    unheard_of: ' x ',
  });
  t.same(trimmed, ['app_secret', 'files[1].location']);
  t.equal(config.app_secret, 'abcdef1');
  t.same(config.free, { separator: ' ' });
  t.equal(config.unheard_of, ' x ');
});

t.test('null and empty are absent', async (t) => {
  const { config } = validateConfig(spec, {
    ...good,
    lookback_days: null,
    mode: '',
    base_url: ' ',
    auth: null,
    files: [{ location: 'a', token: null }],
    free: { kept: null },
  });
  t.strictSame(config, {
    ...good,
    ...defaults,
    files: [{ location: 'a', format: 'csv' }],
    free: { kept: null },
  });
  t.match(problemsOf({ ...good, app_id: '' }), { message: /`app_id` is missing: App ID\.$/ });
});

t.test('keys that hosts add for themselves do not count', async (t) => {
  const internal = { _limit: 5, _page_size: 10, __injected_declarative_manifest: { a: 1 } };
  const { config, unknown } = validateConfig(spec, { ...good, ...internal });
  t.strictSame(config, { ...good, ...defaults });
  t.same(unknown, []);
});

t.test(
  'a field that holds a JSON document may be the document itself, which stays as it is',
  async (t) => {
    const profile = { ' a ': ' b ', c: null };
    t.strictSame(validateConfig(spec, { ...good, profile }).config.profile, profile);
    t.equal(validateConfig(spec, { ...good, profile: ' {} ' }).config.profile, '{}');
    t.match(problemsOf({ ...good, profile: [] }), { message: /`profile` must be a text/ });
    t.match(problemsOf({ ...good, note: profile }), { message: /`note` must be a text/ });
  },
);

t.test('any other document: fields under its name, unknown ones with what was meant', async (t) => {
  const schema: JsonObject = {
    type: 'object',
    additionalProperties: false,
    properties: {
      key: { type: 'array', items: { oneOf: [{ type: 'string' }, { type: 'array' }] } },
      paging: { type: 'object', required: ['kind'], properties: { kind: { enum: ['a', 'b'] } } },
    },
  };
  const value = { key: ['x', 5, ['y']], paging: {}, pagin: 1 };
  t.same(findProblems(schema, value, { under: 'doc' }), [
    '`doc` has no setting `pagin` (did you mean `paging`?)',
    '`doc.key[1]` must be a text or a list, […] (got 5)',
    '`doc.paging.kind` is missing',
  ]);
  t.same(findProblems(schema, [], { under: 'doc' }), ['`doc` must be an object, {…} (got a list)']);
});

t.test('unknown fields are kept and told, with what was meant', async (t) => {
  const config = JSON.parse(`{"lookbackdays": 3, "completely_else": 1, "__proto__": {"x": 1}}`);
  const validated = validateConfig(spec, { ...good, ...config });
  t.same(validated.unknown, [
    '`lookbackdays` (did you mean `lookback_days`?)',
    '`completely_else`',
    '`__proto__`',
  ]);
  t.equal(validated.config.lookbackdays, 3);
  t.equal(({} as JsonObject).x, undefined);
});

t.test('every problem, in plain words', async (t) => {
  const cases: [JsonObject, string][] = [
    [{ app_id: 5 }, '`app_id` must be a text (got 5)'],
    [{ app_id: ['x'] }, '`app_id` must be a text (got a list)'],
    [{ app_id: { x: 1 } }, '`app_id` must be a text (got an object)'],
    [{ start_date: '31/01/2025' }, '`start_date` must look like YYYY-MM-DD (got "31/01/2025")'],
    [
      { start_date: '2025-02-30' },
      '`start_date` must be a valid date, like YYYY-MM-DD (got "2025-02-30")',
    ],
    [{ lookback_days: '30' }, '`lookback_days` must be a whole number (got "30")'],
    [{ lookback_days: 1.5 }, '`lookback_days` must be a whole number (got 1.5)'],
    [{ lookback_days: -1 }, '`lookback_days` must be at least 0 (got -1)'],
    [{ lookback_days: 91 }, '`lookback_days` must be at most 90 (got 91)'],
    [{ ratio: 0 }, '`ratio` must be more than 0 (got 0)'],
    [{ ratio: 1 }, '`ratio` must be less than 1 (got 1)'],
    [{ ratio: 'x' }, '`ratio` must be a number (got "x")'],
    [
      { mode: 'hsah' },
      '`mode` must be `plain`, `hash` or `drop` (got "hsah"; did you mean `hash`?)',
    ],
    [
      { base_url: 'http://x/?sig=abcd' },
      '`base_url` must look like https://api.example.com (got "http://x/?****")',
    ],
    [{ base_url: `http://${'x'.repeat(50)}` }, '(got a text that does not fit)'],
    [{ note: 'longer' }, '`note` must have at most 5 characters (got "longer")'],
    [{ on: 'yes' }, '`on` must be true or false (got "yes")'],
    [{ files: {} }, '`files` must be a list, […] (got an object)'],
    [{ files: [] }, '`files` must have at least 1 entry (got a list)'],
    [
      { files: [{ location: 'a' }, { location: 'b' }, { location: 'c' }] },
      '`files` must have at most 2 entries (got a list)',
    ],
    [{ files: [{}] }, '`files[0].location` is missing'],
    [{ files: [{ location: 1 }] }, '`files[0].location` must be a text (got 1)'],
    [{ auth: 's3cret text' }, '`auth` must be an object, {…} (got a text that does not fit)'],
  ];
  // Together where they are of different fields: compiling the spec is what takes long.
  const groups: [JsonObject, string[]][] = [];
  for (const [change, problem] of cases) {
    const fields = Object.keys(change);
    const group = groups.find(([changes]) => !fields.some((field) => field in changes));
    if (group) {
      Object.assign(group[0], change);
      group[1].push(problem);
    } else {
      groups.push([{ ...change }, [problem]]);
    }
  }
  for (const [changes, problems] of groups) {
    const { code, message } = problemsOf({ ...good, ...changes });
    t.equal(code, 'GK_CONFIG');
    for (const problem of problems) t.ok(message.includes(problem), problem);
    const places = problems.length === 1 ? ':' : ` in ${problems.length} places:`;
    t.ok(message.startsWith(`The config is not right${places}`), 'and nothing else');
  }
});

t.test('all problems at once, each on its own', async (t) => {
  const error = problemsOf({ app_secrt: 'abcdef1', start_date: 'x', on: 1 });
  t.equal(
    error.message,
    'The config is not right in 4 places: (1) `app_id` is missing: App ID. (2) `app_secret` is missing: App secret (there is `app_secrt`: a typo?). (3) `start_date` must look like YYYY-MM-DD (got "x"). (4) `on` must be true or false (got 1).',
  );
  for (const config of [null, [], 'x', 5, undefined]) {
    t.match(problemsOf(config), { code: 'GK_CONFIG', message: /must be a JSON object/ });
  }
});

t.test('never shows a secret (I9)', async (t) => {
  const wrong: JsonObject[] = [
    { app_secret: 'HUNTER2' },
    { app_secret: 'hntr2' },
    { app_secret: ['HUNTER2'] },
    { keys: { a: 'HUNTER2' } },
    { files: [{ location: 'x', token: 'HUNTER2' }] },
    { auth: { user: 4242424242 } },
    { base_url: 'http://user:HUNTER2@host' },
  ];
  for (const change of wrong) {
    const { message, stack } = problemsOf({ ...good, ...change });
    t.notMatch(`${message} ${stack}`, /HUNTER2|hntr2|4242424242/, message);
  }
  const number = problemsOf({ ...good, app_secret: 424242 });
  t.match(number.message, '`app_secret` must be a text (got a number)');
});

t.test('a spec with a keyword that nobody knows is a defect, not a config error', async (t) => {
  const broken = { type: 'object', properties: { a: { type: 'string', airbyte_secert: true } } };
  t.throws(() => validateConfig(broken, {}), { name: 'Error', message: /airbyte_secert/ });
});

t.test(
  'of variants, the one that is meant is held against a value, and read as it says',
  async (t) => {
    const variant = (kind: string, secret: string) => ({
      type: 'object',
      title: kind,
      additionalProperties: true,
      required: ['kind', secret],
      properties: {
        kind: { type: 'string', const: kind },
        [secret]: { type: 'string', title: 'A secret', airbyte_secret: true, minLength: 4 },
        region: { type: 'string' },
      },
    });
    const choices: JsonObject = {
      type: 'object',
      properties: {
        stores: {
          type: 'array',
          items: { type: 'object', oneOf: [variant('one', 'key'), variant('two', 'word')] },
        },
      },
    };
    const { config, trimmed } = validateConfig(choices, {
      stores: [
        { kind: 'one', key: ' abcd ', region: '' },
        { kind: 'two', word: 'abcd', region: null },
      ],
    });
    t.same(config.stores, [
      { kind: 'one', key: 'abcd' },
      { kind: 'two', word: 'abcd' },
    ]);
    t.same(trimmed, ['stores[0].key']);
    const wrong: [JsonObject, string][] = [
      [
        { kind: 'three', key: 'HUNTER2' },
        '`stores[0].kind` must be `one` or `two` (got a text that does not fit)',
      ],
      [{ key: 'HUNTER2' }, '`stores[0].kind` must be `one` or `two` (got nothing)'],
      [{ kind: 'two', key: 'HUNTER2' }, '`stores[0].word` is missing: A secret'],
      [
        { kind: 'one', key: 'ht2' },
        '`stores[0].key` must have at least 4 characters (got a text that does not fit)',
      ],
    ];
    for (const [store, problem] of wrong) {
      const refuse = (): unknown => validateConfig(choices, { stores: [store] });
      t.throws(refuse, { code: 'GK_CONFIG', message: `The config is not right: ${problem}.` });
    }
  },
);
