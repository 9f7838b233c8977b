import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '../../simulator/src/index.ts';
import { acceptanceConfig, MERCHANT } from '../acceptance/helpers/merchant.ts';
import { IMAGE } from '../contract/targets.ts';
import { mustRun } from './programs.ts';
import { clientEnv, dockerShim } from './shim.ts';
import { type Done, expect } from './shop.ts';
import { installClient, ROOT } from './venvs.ts';

/** `airbyte-cdk image test`: Airbyte's own suite on the image, with what the config leaves to it. */
export async function runSuite(): Promise<Done> {
  const bin = installClient('cdk');
  const simulator = await startSimulator(MERCHANT);
  // It takes the connector's name from the folder, and writes into it.
  const folder = join(mkdtempSync(join(tmpdir(), 'suite-')), 'source-gokwik');
  mkdirSync(join(folder, 'secrets'), { recursive: true });
  for (const name of ['acceptance-test-config.yml', 'icon.svg', 'integration_tests'])
    cpSync(join(ROOT, name), join(folder, name), {
      recursive: true,
      filter: (path) => !/integration_tests\/[^.]+$|\.ts$/.test(path),
    });
  // Its command tests images of languages it knows; the one it runs by image alone is called java.
  const metadata = readFileSync(join(ROOT, 'metadata.yaml'), 'utf8');
  writeFileSync(
    join(folder, 'metadata.yaml'),
    metadata.replace('language:typescript', 'language:java'),
  );
  const config = JSON.stringify(acceptanceConfig(simulator.baseUrl));
  writeFileSync(join(folder, 'secrets/config.json'), config);
  // Without the comparison with Airbyte's public registry, where this connector is not published.
  const env = clientEnv([dockerShim(), bin], {
    PYTEST_ADDOPTS: "--read-from-streams=all -k 'not backward_compatibility'",
    DO_NOT_TRACK: '1',
  });
  try {
    const args = ['image', 'test', '.', '--image', IMAGE];
    const { output } = await mustRun(join(bin, 'airbyte-cdk'), args, { folder, env });
    const summary = /=+ (.*passed.*) in [\d.]+s/.exec(output)?.[1];
    expect(summary !== undefined, `no summary in: ${output.slice(-800)}`);
    const passed = Number(/(\d+) passed/.exec(summary)?.[1]);
    expect(passed >= 6, `only ${summary}`);
    const skipped = Number(/(\d+) skipped/.exec(summary)?.[1] ?? 0);
    return {
      ran: `${passed} tests passed; ${skipped} skipped: commands that a config is not listed for; left out: the comparison with the public registry; in a copy of the project with the tag language:java`,
      saw: summary,
    };
  } finally {
    await simulator.close();
  }
}
