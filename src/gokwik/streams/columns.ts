/** The columns of each stream, as this configuration gives them. */
import { fieldSchemas, isJsonObject } from '../../cdk/json.ts';
import type { AirbyteStream, JsonObject } from '../../cdk/protocol.ts';
import type { Settings } from '../settings.ts';
import { STREAMS } from './index.ts';
import type { StreamProfile } from './stream.ts';

const TEXT = { type: ['null', 'string'] };
const TYPES: Readonly<Record<string, JsonObject>> = {
  'date-time': { ...TEXT, format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
  date: { ...TEXT, format: 'date' },
};

/** Of a stream that a profile adds: its key, and what its `columns` say. */
const OWN: JsonObject = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  additionalProperties: true,
  required: ['record_key'],
  properties: {
    record_key: { type: 'string', description: 'Primary key, made by the connector of `key`.' },
  },
};

const MERCHANT = {
  ...TEXT,
  description: 'The brand that the row is of: `merchant_label` of the configuration.',
};

/**
 * A stream's schema with our annotations. What only exports and captures have is left out where
 * the stream has none: the API's rows would carry it as nulls for ever.
 */
export function schemaOf(name: string, { profile, fileStreams, merchant }: Settings): JsonObject {
  const declared = STREAMS[name]?.schema ?? OWN;
  const hasFiles = fileStreams.has(name);
  const [key, ...kept] = Object.entries(fieldSchemas(declared)).filter(
    ([, property]) => hasFiles || !(isJsonObject(property) && property['x-from-files']),
  );
  const { columns = {}, cursor = [] } = profile.streams[name] ?? {};
  const added = Object.entries({
    // The moment of a row of one's own is one, whatever else is said of it.
    ...(STREAMS[name]
      ? {}
      : Object.fromEntries(cursor.slice(0, 1).map((one) => [one, 'date-time']))),
    ...columns,
  }).map(([column, type]) => [column, TYPES[type] ?? { type: ['null', type] }] as const);
  const all = [
    ...(key ? [key] : []),
    ...(merchant ? [['merchant', MERCHANT] as const] : []),
    ...kept,
  ];
  return { ...declared, properties: Object.fromEntries([...all, ...added]) };
}

export function describeStream(
  name: string,
  profile: StreamProfile,
  settings: Settings,
): AirbyteStream {
  return {
    name,
    json_schema: withoutAnnotations(schemaOf(name, settings)),
    supported_sync_modes: ['full_refresh', 'incremental'],
    source_defined_cursor: true,
    default_cursor_field: profile.cursor.slice(0, 1),
    source_defined_primary_key: [['record_key']],
    is_resumable: true,
  };
}

/** A schema as the catalog shows it: our annotations are nobody else's business. */
const withoutAnnotations = (schema: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(schema, (key, value) => (key.startsWith('x-') ? undefined : value)));
