import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IMAGE } from '../contract/targets.ts';
import { mustRun } from './programs.ts';
import { clientEnv } from './shim.ts';
import { type Done, expect } from './shop.ts';
import { installClient, ROOT } from './venvs.ts';

/** The bill of materials of a release, by the tools of those who wrote its format. */
export async function runSpdx(): Promise<Done> {
  const bin = installClient('spdx');
  const folder = mkdtempSync(join(tmpdir(), 'spdx-'));
  const env = clientEnv([bin]);
  const script = join(ROOT, 'scripts/sbom.ts');
  const tsx = join(ROOT, 'node_modules/.bin/tsx');
  const made = await mustRun(
    'sh',
    ['-c', `cd "$0" && "$1" "$2" --image "$3"`, ROOT, tsx, script, IMAGE],
    {
      folder,
      env: { ...env, HOME: process.env.HOME ?? '' },
    },
  );
  const args = ['--infile', join(ROOT, 'dist/sbom.spdx.json'), '--version', 'SPDX-2.3'];
  const { output, errors } = await mustRun(join(bin, 'pyspdxtools'), args, { folder, env });
  expect(!/not valid|invalid/i.test(output + errors), output + errors);
  return { ran: 'the SBOM of bundle and image is valid SPDX 2.3', saw: made.output.trim() };
}
