import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import t from 'tap';
import type { JsonObject } from '../../src/cdk/protocol.ts';
import { breakingSpecChanges } from './helpers/compat.ts';
import { nodesOf, openFixture } from './helpers/fixture.ts';
import { currentOffer, lastRelease } from './helpers/release.ts';

/* The tests of the spec that Airbyte's connector acceptance tests had, by their names. */

const fixture = await openFixture();
t.teardown(() => fixture.simulator.close());
const printed = await fixture.run(['spec']);
const spec = printed.lines.at(-1)?.spec?.connectionSpecification as JsonObject;
const properties = spec.properties as Record<string, JsonObject>;
const nodes = [...nodesOf(spec)];

const SECRETS =
  /^(client_token|access_token|api_token|token|secret|client_secret|password|key|service_account_info|service_account|tenant_id|certificate|jwt|credentials|app_id|appid|refresh_token)$/;

t.test('test_config_match_spec', async (t) => {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  t.ok(ajv.validate(spec, fixture.config), ajv.errorsText());
});

t.test('test_match_expected', async (t) => t.same(spec, currentOffer().spec));

t.test('test_enum_usage', async (t) => {
  for (const [path, { enum: choices }] of nodes)
    if (Array.isArray(choices)) t.equal(new Set(choices).size, choices.length, path);
  t.ok(nodes.some(([, node]) => 'enum' in node));
});

t.test('test_required', async (t) => {
  for (const name of spec.required as string[]) t.ok(properties[name], name);
});

t.test('test_optional', async (t) => {
  t.ok(Object.keys(properties).length > (spec.required as string[]).length);
});

t.test('test_has_secret', async (t) => {
  t.ok(nodes.some(([, node]) => node.airbyte_secret === true));
});

t.test('test_secret_is_properly_marked', async (t) => {
  for (const [name, property] of Object.entries(properties)) {
    if (SECRETS.test(name)) t.equal(property.airbyte_secret, true, name);
  }
});

t.test('test_property_type_is_not_array', async (t) => {
  const lists = nodes.filter(([, node]) => Array.isArray(node.type));
  t.same(
    lists.filter(([, { type }]) => !(type as string[]).includes('null')),
    [],
  );
});

t.test('test_object_not_empty', async (t) => {
  for (const [path, node] of nodes)
    if (node.type === 'object') t.ok('properties' in node || 'oneOf' in node, path);
});

t.test('test_array_type', async (t) => {
  for (const [path, node] of nodes)
    if (node.type === 'array') t.not((node.items as JsonObject)?.type, 'array', path);
  t.pass();
});

t.test('test_forbidden_complex_types', async (t) => {
  const FORBIDDEN =
    /\/(anyOf|allOf|not|if|then|else|patternProperties|prefixItems|dependentSchemas|dependentRequired)$/;
  t.same(
    nodes.map(([path]) => path).filter((path) => FORBIDDEN.test(path)),
    [],
  );
});

t.test('test_oneof_usage', async (t) => {
  const choices = nodes.filter(([, node]) => 'oneOf' in node);
  t.ok(choices.length > 0);
  for (const [path, { type, oneOf }] of choices) {
    t.equal(type, 'object', path);
    const constants = (oneOf as JsonObject[]).map((variant) => {
      t.match(variant, { type: 'object', title: String }, path);
      const named = Object.entries(variant.properties as Record<string, JsonObject>);
      const fixed = named.filter(([, one]) => 'const' in one);
      t.equal(fixed.length, 1, `${path}: one constant tells ${variant.title} apart`);
      const [[name, one]] = fixed as [[string, JsonObject]];
      t.ok((variant.required as string[]).includes(name));
      t.notOk('default' in one || 'enum' in one, 'Airbyte takes neither beside a constant');
      return `${name} ${one.const}`;
    });
    t.equal(new Set(constants).size, constants.length, path);
    t.equal(new Set(constants.map((one) => one.split(' ')[0])).size, 1, path);
  }
});

t.test('test_display_type, test_oauth_flow_parameters: nothing to hold', async (t) => {
  t.notMatch(JSON.stringify(printed.lines.at(-1)), /display_type|advanced_auth/);
});

t.test('test_date_pattern, test_date_format', async (t) => {
  for (const [path, node] of nodes)
    if (path.endsWith('_date')) t.match(node, { format: 'date', pattern: String });
});

t.test('test_duplicate_order', async (t) => {
  const orders = Object.values(properties).map(({ order }) => order);
  t.equal(new Set(orders).size, orders.length);
});

t.test('test_nested_group', async (t) => {
  const groups = (spec.groups as { id: string }[]).map(({ id }) => id);
  for (const [path, { group }] of nodes) {
    if (typeof group !== 'string') continue;
    t.match(path, /^\/properties\/\w+$/, 'at the top level only');
    t.ok(groups.includes(group), group);
  }
});

t.test('test_defined_refs_exist_in_json_spec_file', async (t) => {
  t.notMatch(JSON.stringify(spec), '"$ref"');
});

t.test('test_additional_properties_is_true', async (t) => {
  for (const [path, node] of nodes)
    if ('additionalProperties' in node) t.equal(node.additionalProperties, true, path);
});

t.test('test_backward_compatibility', async (t) => {
  t.same(breakingSpecChanges(lastRelease().spec, spec), [], 'see the migration policy');

  const change = (
    edit: (draft: { properties: Record<string, JsonObject>; required: string[] }) => void,
  ) => {
    const draft = structuredClone(spec) as never;
    edit(draft);
    return breakingSpecChanges(spec, draft);
  };
  t.same(
    change(() => {}),
    [],
  );
  t.same(
    change(({ properties }) => {
      properties.extra = { type: 'string' };
    }),
    [],
  );
  t.same(
    change(({ required }) => void required.push('merchant_id')),
    ['merchant_id is required now'],
  );
  t.same(
    change(({ properties }) => void delete properties.end_date),
    ['end_date is gone'],
  );
  t.same(
    change(({ properties }) => {
      properties.app_id = { type: 'integer' };
    }),
    ['app_id is no string any more'],
  );
  t.same(
    change(
      ({ properties }) =>
        void Object.assign(properties.pii_mode ?? {}, { enum: ['plain', 'hash'] }),
    ),
    ['pii_mode does not take drop any more'],
  );
  t.same(
    change(({ properties }) => void Object.assign(properties.lookback_days ?? {}, { maximum: 60 })),
    ['lookback_days has a narrower maximum'],
  );
});
