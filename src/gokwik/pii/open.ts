import type { Settings } from '../settings.ts';
import type { Pii } from './pii.ts';

/**
 * What the config's `pii_mode` asks for; undefined: personal data stays as it is. The code for it is
 * loaded where it is asked for, so that `discover` starts sooner.
 */
export async function openPii({ mode, key }: Settings['pii']): Promise<Pii | undefined> {
  if (mode === 'plain') return undefined;
  const { createPii } = await import('./pii.ts');
  return createPii({ mode, key });
}
