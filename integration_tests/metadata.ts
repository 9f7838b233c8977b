/**
 * Holds `metadata.yaml` against Airbyte's schema, given as `--schema FILE`, and against what no
 * schema says: the rules of Airbyte's own validator, and that it agrees with the rest of the project.
 * Without `--schema` the keys that the schema requires are checked by hand.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { isJsonObject } from '../src/cdk/json.ts';
import type { JsonObject } from '../src/cdk/protocol.ts';

const ROOT = resolve(import.meta.dirname, '..');
const REQUIRED = [
  'name',
  'definitionId',
  'connectorType',
  'dockerRepository',
  'dockerImageTag',
  'license',
  'documentationUrl',
  'githubIssueLabel',
  'connectorSubtype',
  'releaseStage',
];
const SEMVER = /^\d+\.\d+\.\d+$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const read = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8');
const readJson = (path: string): JsonObject => JSON.parse(read(path));
const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** What the schema says against it. */
export function schemaProblems(schema: JsonObject, metadata: unknown): string[] {
  const text = JSON.stringify(schema, (key, value) => {
    // It was put together from many files: its references count from its own root, not from theirs.
    if (key === '$id') return undefined;
    // One definition has a type that no JSON Schema knows; it is for registries, not for connectors.
    return key === 'type' && value === 'ConnectorMetric' ? 'object' : value;
  });
  const ajv = new Ajv({ allErrors: true, strict: false });
  formats.default(ajv);
  const validate = ajv.compile(JSON.parse(text));
  validate(metadata);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** What breaks a rule that is in no schema. */
export function ruleProblems(metadata: unknown, root = ROOT): string[] {
  const data = objectOf(objectOf(metadata).data);
  const problems: string[] = [];
  const rule = (holds: boolean, otherwise: string): void => {
    if (!holds) problems.push(otherwise);
  };
  const version = String(data.dockerImageTag);
  for (const key of REQUIRED) rule(key in data, `data.${key} is missing`);
  rule(objectOf(metadata).metadataSpecVersion === '1.0', 'metadataSpecVersion is not "1.0"');
  rule(UUID.test(String(data.definitionId)), 'definitionId is no UUID');
  rule(SEMVER.test(version), `dockerImageTag ${version} is no version`);
  const breaking = objectOf(objectOf(data.releases).breakingChanges);
  const isMajor = /^([2-9]|\d\d+)\.0\.0$/.test(version);
  rule(!isMajor || version in breaking, `${version} is a breaking release without an entry`);
  const tags = textsOf(data.tags);
  rule(
    tags.some((tag) => tag.startsWith('language:')),
    'no tag language:…',
  );
  rule(
    tags.every((tag) => /^[^:]+:[^:]+$/.test(tag)),
    'a tag is not key:value',
  );
  rule(existsSync(resolve(root, String(data.icon))), `the icon ${data.icon} is not there`);
  rule(/^https:\/\//.test(String(data.documentationUrl)), 'documentationUrl is not https');

  rule(readJson('package.json').version === version, 'package.json has another version');
  rule(readJson('package.json').license === data.license, 'package.json has another license');
  const label = (name: string, value: unknown): boolean =>
    read('Dockerfile').includes(`io.airbyte.${name}="${value}"`);
  rule(label('version', version), 'the label io.airbyte.version of the image is another');
  rule(label('name', data.dockerRepository), 'the label io.airbyte.name of the image is another');
  const { documentationUrl } = readJson('schemas/spec.json');
  rule(documentationUrl === data.documentationUrl, 'the spec has another documentationUrl');
  const discovered = objectOf(readJson('catalog/discovered.json')).streams;
  const names = Array.isArray(discovered) ? discovered.map((s) => objectOf(s).name) : [];
  for (const name of textsOf(objectOf(data.suggestedStreams).streams)) {
    rule(names.includes(name), `suggested stream ${name} does not exist`);
  }
  const hosts = textsOf(objectOf(data.allowedHosts).hosts);
  const spec = objectOf(objectOf(readJson('schemas/spec.json').connectionSpecification).properties);
  rule(hosts.length > 0, 'no allowedHosts');
  for (const host of hosts) {
    const field = /^\$\{(\w+)\}$/.exec(host)?.[1];
    rule(
      field ? field in spec : /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host),
      `allowed host ${host} is neither a host nor a field of the spec`,
    );
  }
  return problems;
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({ options: { schema: { type: 'string' } } });
  const metadata: unknown = parse(read('metadata.yaml'));
  const problems = [
    ...(values.schema
      ? schemaProblems(JSON.parse(readFileSync(values.schema, 'utf8')), metadata)
      : []),
    ...ruleProblems(metadata),
  ];
  for (const problem of problems) console.error(`metadata.yaml: ${problem}`);
  console.log(
    `metadata.yaml: ${problems.length} problems (${values.schema ? 'with' : 'without'} the schema)`,
  );
  if (problems.length > 0) process.exitCode = 1;
}
