/**
 * Keeps what this version offers, as `released.json`, for the next one to be compared with. Part of
 * a release, and of nothing else: `npx tsx integration_tests/acceptance/helpers/release.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AirbyteStream, JsonObject } from '../../../src/cdk/protocol.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const FILE = resolve(import.meta.dirname, 'released.json');
const readJson = (path: string) => JSON.parse(readFileSync(resolve(ROOT, path), 'utf8'));

export interface Released {
  readonly version: string;
  readonly spec: JsonObject;
  readonly streams: readonly AirbyteStream[];
}

export const currentOffer = (): Released => ({
  version: readJson('package.json').version,
  spec: readJson('schemas/spec.json').connectionSpecification,
  streams: readJson('catalog/discovered.json').streams,
});

export const lastRelease = (): Released => JSON.parse(readFileSync(FILE, 'utf8'));

// On one line: it is kept to be compared, not to be read.
if (import.meta.filename === process.argv[1])
  writeFileSync(FILE, `${JSON.stringify(currentOffer())}\n`);
