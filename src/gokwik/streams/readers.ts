import { ConfigError, SystemError } from '../../cdk/errors.ts';
import { isJsonObject } from '../../cdk/json.ts';
import type { AirbyteStream, Json, JsonObject } from '../../cdk/protocol.ts';
import type { Page, Reader, WindowPolicy } from '../../cdk/source.ts';
import { createAnomalies } from '../anomalies.ts';
import { createFileReader, type FileSource, type FileTools } from '../files/reader.ts';
import type { Pii } from '../pii/pii.ts';
import { compileMapper, type Mapper } from '../records/mapper.ts';
import { OVERLAP_MS } from '../request.ts';
import { DAY_MS, type Settings } from '../settings.ts';
import { STREAMS } from './index.ts';
import type { StreamTools } from './pages.ts';
import { type MappedStream, readList } from './read.ts';
import { readRelated } from './related.ts';
import type { StreamProfile } from './stream.ts';

/** Midnight in India, as an offset from midnight UTC (ms). India has no daylight saving. */
const INDIA_OFFSET_MS = -(5 * 60 + 30) * 60_000;

interface OpenTools extends StreamTools {
  /** Only `read` needs them, where the config has files. */
  readonly files?: FileTools;
  /** One for all streams: a phone hashed in one is remembered in the others. */
  readonly pii: Pii | undefined;
}

export interface OpenedStreams {
  readonly streams: readonly AirbyteStream[];
  readonly readers: readonly Reader[];
}

/** Makes the catalog and the readers from the profile: a stream is a declaration, not code. */
export function openStreams(tools: OpenTools): OpenedStreams {
  const { settings } = tools;
  const names = readableStreams(settings);
  const mapped = new Map(names.map((name) => [name, mapStream(name, tools)]));
  const get = (name: string): MappedStream => {
    const stream = mapped.get(name);
    if (!stream) throw new SystemError('GK_INTERNAL', `Stream ${name} has no declaration.`);
    return stream;
  };
  const children = (parent: string): MappedStream[] =>
    [...mapped.values()].filter((stream) => stream.profile.child_of === parent);
  return {
    streams: names.map((name) => describeStream(name, get(name).profile, settings)),
    readers: names
      .filter((name) => !get(name).profile.child_of)
      .map((name) => createReader(get(name), children(name), tools)),
  };
}

/** Streams that this configuration can read, from an endpoint, from files or from both. */
function readableStreams(settings: Settings): string[] {
  const { profile, files } = settings;
  const asked = new Set(enabledStreams(settings));
  const hasFiles = (name: string): boolean => files.some(({ stream }) => stream === name);
  return Object.keys(profile.streams).filter((name) => asked.has(name) || hasFiles(name));
}

/** Streams whose endpoint is asked: `returns` needs a token, a child needs its parent. */
export function enabledStreams({ profile, credentials, hasApi }: Settings): string[] {
  const isEnabled = (name: string): boolean => {
    const stream = profile.streams[name];
    if (!hasApi || !stream?.enabled) return false;
    if (stream.family === 'returnprime' && !credentials.returnPrimeToken) return false;
    return stream.child_of === undefined || isEnabled(stream.child_of);
  };
  return Object.keys(profile.streams).filter(isEnabled);
}

function mapStream(name: string, { settings, anomalies, pii }: OpenTools): MappedStream {
  const profile = streamProfile(name, settings);
  const schema = schemaOf(name, settings);
  const make = () => compileMapper({ stream: name, schema, profile, pii, anomalies });
  return whenMapped(name, profile, make);
}

/** Its mapper is compiled for the first row: `discover` has none, and must start fast. */
function whenMapped(name: string, profile: StreamProfile, make: () => Mapper): MappedStream {
  let made: Mapper | undefined;
  return {
    name,
    profile,
    get mapper() {
      made ??= make();
      return made;
    },
  };
}

/** For rows that are only asked about: read as they are, and not counted a second time. */
export function compilePlainMapper(name: string, settings: Settings): Mapper {
  return compileMapper({
    stream: name,
    schema: schemaOf(name, settings),
    profile: streamProfile(name, settings),
    pii: undefined,
    anomalies: createAnomalies(),
  });
}

const filesOf = (name: string, { files }: Settings): readonly FileSource[] =>
  files.filter(({ stream }) => stream === name);

const schemaOf = (name: string, settings: Settings): JsonObject =>
  streamSchema(name, filesOf(name, settings).length > 0);

function streamProfile(name: string, settings: Settings): StreamProfile {
  const profile = settings.profile.streams[name];
  if (!profile) throw new SystemError('GK_INTERNAL', `Stream ${name} has no profile.`);
  return profile;
}

function describeStream(name: string, profile: StreamProfile, settings: Settings): AirbyteStream {
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

function createReader(
  stream: MappedStream,
  children: readonly MappedStream[],
  tools: OpenTools,
): Reader {
  const { settings, http } = tools;
  const shared = {
    streams: [stream.name, ...children.map((child) => child.name)],
    requests: () => http.requests(stream.name),
    ...fileParts(stream, tools),
  };
  if (!enabledStreams(settings).includes(stream.name)) {
    return { ...shared, policy: undefined, read: noPages };
  }
  const { per } = stream.profile;
  if (!per) {
    return {
      ...shared,
      policy: windowPolicy(stream.profile, settings),
      read: (window, selected, context) =>
        readList(stream, children, window, selected, tools, context),
    };
  }
  const parent = whenMapped(stream.name, streamProfile(per, settings), () =>
    compilePlainMapper(per, settings),
  );
  return {
    ...shared,
    policy: windowPolicy(parent.profile, settings),
    read: (window, _selected, context) => readRelated(stream, parent, window, tools, context),
  };
}

async function* noPages(): AsyncGenerator<Page> {}

/** What a stream's files add to its reader, and the guard of its keys. */
function fileParts(stream: MappedStream, tools: OpenTools): Pick<Reader, 'files' | 'admit'> {
  const { settings, anomalies, files } = tools;
  const { name, profile } = stream;
  const sources = filesOf(name, settings);
  const { zone } = profile.time;
  const hasFiles = sources.length > 0;
  const options = { stream: name, sources, zone, anomalies };
  return {
    ...(hasFiles &&
      files && { files: createFileReader({ ...options, ...files, mapper: stream.mapper }) }),
    ...(profile.with_files?.key && {
      admit(member, hadFiles) {
        // A child's keys begin with its parent's.
        if (hadFiles !== hasFiles) throw otherKeys(member, name, hadFiles);
      },
    }),
  };
}

function otherKeys(stream: string, parent: string, hadFiles: boolean): ConfigError {
  const reset = stream === parent ? 'this stream' : `this stream and ${parent}`;
  return new ConfigError(
    'GK_FILES_KEY',
    hadFiles
      ? `Stream ${stream}: \`files\` had exports of ${parent} before, and has none any more. Its rows are keyed so that files and API meet, and would come a second time under other keys. Put the entry of ${parent} back (it may match no file), or reset ${reset}.`
      : `Stream ${stream}: it was read without files before, and \`files\` now has some of ${parent}. With them its rows have other keys, and would come a second time. Reset ${reset} (state and table), or take the entry of ${parent} out of \`files\`.`,
    { stream },
  );
}

function windowPolicy({ time, max_days }: StreamProfile, settings: Settings): WindowPolicy {
  const shared = { overlapMs: OVERLAP_MS };
  if (time.query !== 'date') {
    const maxMs = Math.min(settings.windowMs, (max_days ?? Number.POSITIVE_INFINITY) * DAY_MS);
    return { ...shared, maxMs, alignMs: 1, alignOffsetMs: 0 };
  }
  // Both ends count, and the newest window may reach into one day more than its length.
  const mostMs = max_days === undefined ? Number.POSITIVE_INFINITY : (max_days - 1) * DAY_MS;
  const maxMs = Math.max(DAY_MS, Math.min(settings.windowMs, mostMs));
  return { ...shared, maxMs, alignMs: DAY_MS, alignOffsetMs: INDIA_OFFSET_MS };
}

/**
 * A stream's schema with our annotations. What only exports and captures have is left out where
 * the stream has none: the API's rows would carry it as nulls for ever.
 */
function streamSchema(name: string, hasFiles: boolean): JsonObject {
  const schema = STREAMS[name]?.schema ?? {};
  const { properties } = schema;
  if (hasFiles || !isJsonObject(properties)) return schema;
  const kept = Object.entries(properties).filter(
    ([, property]) => !(isJsonObject(property) && property['x-from-files']),
  );
  return { ...schema, properties: Object.fromEntries(kept) };
}

/** A schema as the catalog shows it: our annotations are nobody else's business. */
function withoutAnnotations(schema: JsonObject): JsonObject {
  const strip = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).filter(([key]) => !key.startsWith('x-'));
    return Object.fromEntries(kept.map(([key, inner]) => [key, strip(inner)]));
  };
  return strip(schema) as JsonObject;
}
