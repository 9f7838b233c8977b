import { STREAMS } from './streams/index.ts';
import type { Family, StreamProfile } from './streams/stream.ts';

export interface ApiProfile {
  hosts: Partial<Record<Family, string>>;
  streams: Record<string, StreamProfile>;
}

/**
 * The default API profile: what the connector believes GoKwik's list endpoints look like, as data.
 * GoKwik documents no list API. Each stream carries its evidence, and a merchant overrides any part
 * with `api_profile` in the config, without a rebuild.
 *
 * Evidence: LIVE, its author ran it against real GoKwik traffic; OFFICIAL, GoKwik's own SDKs,
 * plugins and docs; DOC, a third party working from a GoKwik document; 3P, third-party code,
 * unproven; ASSUMED, ours, no public source.
 */

export const DEFAULT_PROFILE: ApiProfile = {
  hosts: {},
  streams: Object.fromEntries(
    Object.entries(STREAMS).map(([name, { profile }]) => [name, profile]),
  ),
};
