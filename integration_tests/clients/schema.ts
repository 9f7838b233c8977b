import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun } from './programs.ts';
import { clientEnv } from './shim.ts';
import { installClient } from './venvs.ts';

/** Holds a file of a recipe against the schema that its platform publishes. */
export async function matchSchema(name: 'github-workflows' | 'meltano', path: string) {
  const bin = installClient('cdk');
  const folder = mkdtempSync(join(tmpdir(), 'schema-'));
  const args = ['--builtin-schema', `vendor.${name}`, path];
  await mustRun(join(bin, 'check-jsonschema'), args, { folder, env: clientEnv([bin]) });
}
