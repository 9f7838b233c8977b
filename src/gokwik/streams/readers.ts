import { hash } from 'node:crypto';
import { createAnomalies } from '../../cdk/anomalies.ts';
import { ConfigError } from '../../cdk/errors.ts';
import type { OpenSource, Page, Reader } from '../../cdk/source.ts';
import { createFileReader, type FileTools } from '../files/reader.ts';
import type { RawPage } from '../lists/position.ts';
import type { Pii } from '../pii/pii.ts';
import { compileMapper, type Mapper } from '../records/mapper.ts';
import { windowPolicy } from '../request.ts';
import { profileOf, type Settings } from '../settings.ts';
import { describeStream, schemaOf } from './columns.ts';
import { STREAMS } from './index.ts';
import { type Endpoint, type Fetch, fetchPages, type StreamTools } from './pages.ts';
import { type MappedStream, readList } from './read.ts';
import { readRelated } from './related.ts';
import type { StreamProfile } from './stream.ts';

interface OpenTools extends StreamTools {
  readonly files: FileTools;
  /** One for all streams: a phone hashed in one is the same in the others. */
  readonly pii: Pii | undefined;
}

type OpenedStreams = Pick<OpenSource, 'streams' | 'readers' | 'files'>;

/** Makes the catalog and the readers from the profile: a stream is a declaration, not code. */
export function openStreams(tools: OpenTools): OpenedStreams {
  const { settings } = tools;
  const names = readableStreams(settings);
  const parents = names.filter((name) => !STREAMS[name]?.childOf);
  const children = (parent: string): MappedStream[] =>
    names.filter((name) => STREAMS[name]?.childOf === parent).map((name) => mapStream(name, tools));
  return {
    streams: names.map((name) => describeStream(name, profileOf(name, settings), settings)),
    readers: parents.map((name) => createReader(mapStream(name, tools), children(name), tools)),
    ...openFiles(names, tools),
  };
}

/** Streams that this configuration can read, from an endpoint, from files or from both. */
function readableStreams(settings: Settings): string[] {
  const { profile, fileStreams } = settings;
  return Object.keys(profile.streams).filter(
    (name) => whyUnasked(name, settings) === undefined || fileStreams.has(name),
  );
}

/** Streams whose endpoint is asked. */
export const enabledStreams = (settings: Settings): string[] =>
  Object.keys(settings.profile.streams).filter((name) => whyUnasked(name, settings) === undefined);

/** Known streams that this configuration cannot read, each with the reason. */
export function unreadableStreams(settings: Settings): ReadonlyMap<string, string> {
  const readable = new Set(readableStreams(settings));
  const others = Object.keys(settings.profile.streams).filter((name) => !readable.has(name));
  return new Map(others.map((name) => [name, whyUnasked(name, settings) ?? '']));
}

/** Why a stream's endpoint is not asked; undefined: it is. A child needs its parent. */
export function whyUnasked(name: string, settings: Settings): string | undefined {
  const { profile, missing } = settings;
  const stream = profile.streams[name];
  const parent = STREAMS[name]?.childOf ?? stream?.per?.stream;
  if (!stream?.enabled) return 'it is switched off in `api_profile`';
  if (STREAMS[name]?.childOf === undefined) {
    if (!stream.path && !stream.job) return 'it comes from `files`, and none of them is its';
    const host = profile.hosts[stream.host];
    if (!host)
      return `it needs \`api_profile.hosts.${stream.host}\`, since \`base_url\` is not GoKwik's`;
    const secret = missing(host, stream)[0];
    if (secret) return `it needs \`${secret}\``;
  }
  const why = parent === undefined ? undefined : whyUnasked(parent, settings);
  return why && `it needs ${parent}, and of that: ${why}`;
}

function mapStream(stream: string, { settings, anomalies, pii }: OpenTools): MappedStream {
  const profile = profileOf(stream, settings);
  const { merchant } = settings;
  const schema = schemaOf(stream, settings);
  const inherit = [...(STREAMS[stream]?.inherit ?? []), ...(profile.per?.fields ?? [])];
  let made: Mapper | undefined;
  let quiet: Mapper | undefined;
  return {
    stream,
    profile,
    // Compiled for the first row: `discover` has none.
    get mapper() {
      made ??= compileMapper({ stream, schema, profile, inherit, merchant, pii, anomalies });
      return made;
    },
    get quiet() {
      quiet ??= compilePlainMapper(stream, settings);
      return quiet;
    },
  };
}

/** For rows that are only asked about: read as they are, and not counted a second time. */
export function compilePlainMapper(
  stream: string,
  settings: Settings,
  listens?: Pii | undefined,
  anomalies = createAnomalies(),
): Mapper {
  const profile = profileOf(stream, settings);
  const schema = schemaOf(stream, settings);
  return compileMapper({ stream, schema, profile, pii: undefined, listens, anomalies });
}

function createReader(
  stream: MappedStream,
  children: readonly MappedStream[],
  tools: OpenTools,
): Reader {
  const { settings, http } = tools;
  const { stream: name, profile } = stream;
  const shared = {
    streams: [name, ...children.map((child) => child.stream)],
    requests: () => http.requests(name),
    keyDigest: () => keyDigest(profile, settings),
    ...fileParts(stream, tools),
  };
  if (whyUnasked(name, settings) !== undefined) {
    return { ...shared, policy: undefined, read: noPages };
  }
  const { per } = profile;
  if (!per) {
    const fetch = fetchOf(stream, tools);
    return {
      ...shared,
      policy: windowPolicy(profile, settings.windowMs),
      read: (window, selected, context) =>
        readList(stream, children, window, selected, fetch, tools, context),
    };
  }
  const parent = {
    stream: per.stream,
    profile: profileOf(per.stream, settings),
    mapper: compilePlainMapper(per.stream, settings, tools.pii),
  };
  // Requests for its parent count as its own.
  const fetchParents = fetchOf({ stream: name, profile: parent.profile }, tools);
  return {
    ...shared,
    policy: windowPolicy(parent.profile, settings.windowMs),
    read: (window, _selected, context) =>
      readRelated({ ...stream, per }, parent, window, fetchParents, tools, context),
  };
}

function fetchOf(endpoint: Endpoint, tools: OpenTools): Fetch {
  const { job } = endpoint.profile;
  if (!job) {
    return (values, context, anomalies = tools.anomalies) =>
      fetchPages(endpoint, values, { ...tools, anomalies }, context);
  }
  return async function* (values, context): AsyncGenerator<RawPage> {
    const { readJob } = await import('./job.ts');
    yield* readJob({ ...endpoint, job }, values, tools, context);
  };
}

async function* noPages(): AsyncGenerator<Page> {}

/**
 * Of what makes a row's key, and of its label: under another one rows would come a second time, or
 * those of one brand would stand under two labels.
 */
function keyDigest({ key, fields = {} }: StreamProfile, { merchant }: Settings): string {
  const parts = key.flat();
  const sources = Object.entries(fields).filter(([name]) => parts.some((part) => part === name));
  const declaration = [key, sources, merchant ?? null];
  return hash('sha1', JSON.stringify(declaration)).slice(0, 12);
}

/** One reader of all files: each of them may have rows of several streams. */
function openFiles(names: readonly string[], tools: OpenTools): Pick<OpenedStreams, 'files'> {
  const { settings, anomalies, files } = tools;
  if (settings.files.length === 0) return {};
  const mappers = new Map<string, Mapper>();
  const mapperOf = (name: string): Mapper => {
    const mapper = mappers.get(name) ?? fileMapper(name, tools);
    mappers.set(name, mapper);
    return mapper;
  };
  const streams = names.filter((name) => settings.fileStreams.has(name));
  const options = { ...files, sources: settings.files, mapperOf, anomalies };
  return { files: createFileReader(streams, options) };
}

/** Rows of files have our names already: what the profile says of the API's names is not for them. */
function fileMapper(stream: string, { settings, anomalies, pii }: OpenTools): Mapper {
  const { fields: _, ...own } = profileOf(stream, settings);
  const fields = STREAMS[stream]?.profile.fields;
  const profile = { ...own, ...(fields && { fields }) };
  const { merchant } = settings;
  const schema = schemaOf(stream, settings);
  return compileMapper({ stream, schema, profile, merchant, pii, anomalies });
}

/** That a stream has files, and the guard of its keys. */
function fileParts(
  { stream: name, profile }: MappedStream,
  { settings }: OpenTools,
): Pick<Reader, 'hasFiles' | 'admit'> {
  const hasFiles = settings.fileStreams.has(name);
  return {
    hasFiles,
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
