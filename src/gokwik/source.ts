import spec from '../../schemas/spec.json' with { type: 'json' };
import type { ConnectorSpecification } from '../cdk/protocol.ts';
import type { Source } from '../cdk/source.ts';

/** The GoKwik source. What a stream is, is data: see `profile.ts` and `schemas/`. */
export const gokwikSource: Source = {
  spec: spec as unknown as ConnectorSpecification,

  async open(config, context) {
    // Loaded here, since `spec` needs none of it and must start fast.
    const { openSource } = await import('./open.ts');
    return openSource(config, context);
  },

  async probe(request, context, signal) {
    const { probeStreams } = await import('./probe/probe.ts');
    return probeStreams(request, context, signal);
  },
};
