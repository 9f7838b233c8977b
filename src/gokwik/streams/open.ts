import { SystemError } from '../../cdk/errors.ts';
import type { AirbyteStream } from '../../cdk/protocol.ts';
import type { Reader, WindowPolicy } from '../../cdk/source.ts';
import { createAnomalies } from '../anomalies.ts';
import { createPii, type Pii } from '../pii/pii.ts';
import type { StreamProfile } from '../profile.ts';
import { compileMapper, type Mapper } from '../records/mapper.ts';
import { OVERLAP_MS } from '../request.ts';
import { STREAM_SCHEMAS, withoutAnnotations } from '../schemas.ts';
import { DAY_MS, type Settings } from '../settings.ts';
import type { StreamTools } from './fetch.ts';
import { type MappedStream, readList } from './list.ts';
import { readRelated } from './related.ts';

/** Midnight in India, as an offset from midnight UTC (ms). India has no daylight saving. */
const INDIA_OFFSET_MS = -(5 * 60 + 30) * 60_000;

export interface OpenedStreams {
  readonly streams: readonly AirbyteStream[];
  readonly readers: readonly Reader[];
}

/** Makes the catalog and the readers from the profile: a stream is a declaration, not code. */
export function openStreams(tools: StreamTools): OpenedStreams {
  const { settings } = tools;
  const names = enabledStreams(settings);
  // One for all streams: a phone hashed in one is remembered in the others.
  const pii = createPii(settings.pii);
  const mapped = new Map(names.map((name) => [name, mapStream(name, pii, tools)]));
  const get = (name: string): MappedStream => {
    const stream = mapped.get(name);
    if (!stream) throw new SystemError('GK_INTERNAL', `Stream ${name} has no declaration.`);
    return stream;
  };
  const children = (parent: string): MappedStream[] =>
    [...mapped.values()].filter((stream) => stream.profile.child_of === parent);
  return {
    streams: names.map((name) => describeStream(name, get(name).profile)),
    readers: names
      .filter((name) => !get(name).profile.child_of)
      .map((name) => createReader(get(name), children(name), tools)),
  };
}

/** Streams that this configuration can read: `returns` needs a token, a child needs its parent. */
export function enabledStreams({ profile, credentials }: Settings): string[] {
  const isEnabled = (name: string): boolean => {
    const stream = profile.streams[name];
    if (!stream?.enabled) return false;
    if (stream.family === 'returnprime' && !credentials.returnPrimeToken) return false;
    return stream.child_of === undefined || isEnabled(stream.child_of);
  };
  return Object.keys(profile.streams).filter(isEnabled);
}

function mapStream(name: string, pii: Pii, { settings, anomalies }: StreamTools): MappedStream {
  const profile = streamProfile(name, settings);
  const schema = STREAM_SCHEMAS[name] ?? {};
  const mapper = compileMapper({ stream: name, schema, profile, pii, anomalies });
  return { name, profile, mapper };
}

/** For rows that are only asked about: read as they are, and not counted a second time. */
export function compilePlainMapper(name: string, settings: Settings): Mapper {
  return compileMapper({
    stream: name,
    schema: STREAM_SCHEMAS[name] ?? {},
    profile: streamProfile(name, settings),
    pii: createPii({ mode: 'plain' }),
    anomalies: createAnomalies(),
  });
}

function streamProfile(name: string, settings: Settings): StreamProfile {
  const profile = settings.profile.streams[name];
  if (!profile) throw new SystemError('GK_INTERNAL', `Stream ${name} has no profile.`);
  return profile;
}

function describeStream(name: string, profile: StreamProfile): AirbyteStream {
  return {
    name,
    json_schema: withoutAnnotations(STREAM_SCHEMAS[name] ?? {}),
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
  tools: StreamTools,
): Reader {
  const { settings, http } = tools;
  const shared = {
    streams: [stream.name, ...children.map((child) => child.name)],
    requests: () => http.requests(stream.name),
  };
  const { per } = stream.profile;
  if (!per) {
    return {
      ...shared,
      policy: windowPolicy(stream.profile, settings),
      read: (window, selected, context) =>
        readList(stream, children, window, selected, tools, context),
    };
  }
  const parent = {
    name: stream.name,
    profile: streamProfile(per, settings),
    mapper: compilePlainMapper(per, settings),
  };
  return {
    ...shared,
    policy: windowPolicy(parent.profile, settings),
    read: (window, _selected, context) => readRelated(stream, parent, window, tools, context),
  };
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
