import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFor } from '../connector.ts';
import { catalogOf, readArgs, run, STREAMS, smallMerchant } from '../contract/runs.ts';
import { makeInputs, targets } from '../contract/targets.ts';
import { mustRun } from './programs.ts';
import { clientEnv } from './shim.ts';
import { type Done, expect, expectEqual } from './shop.ts';
import { installClient, ROOT } from './venvs.ts';

const TYPES = ['SPEC', 'CONNECTION_STATUS', 'CATALOG', 'RECORD', 'STATE', 'TRACE', 'LOG'];

/** Every line of each kind of run, of both targets, through Airbyte's own models. */
export async function runModels(): Promise<Done> {
  const python = join(installClient('cdk'), 'python');
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  cpSync(join(ROOT, 'metadata.yaml'), join(folder, 'metadata.yaml'));
  const simulator = await smallMerchant();
  try {
    simulator.inject({ kind: 'status', code: 429, retryAfter: 1, stream: 'orders', times: 2 });
    simulator.inject({ kind: 'status', code: 404, stream: 'settlements', times: 'forever' });
    const inputs = makeInputs({
      config: configFor(simulator),
      wrong: configFor(simulator, { start_date: 'soon' }),
      catalog: catalogOf([...STREAMS, 'no_such_stream']),
    });
    const { config, wrong, catalog } = inputs.paths;
    const runs: Record<string, string[]> = {
      spec: ['spec'],
      check: ['check', '--config', config, '--debug'],
      refused: ['check', '--config', wrong],
      discover: ['discover', '--config', config],
      // With a rate limit, a stream that fails and one that is not there.
      read: [...readArgs({ config, catalog }), '--debug'],
      invalid: readArgs({ config: wrong, catalog }),
      usage: ['raed'],
    };
    for (const target of targets) {
      for (const [name, args] of Object.entries(runs)) {
        const { stdout } = await run(target, args, { folders: [inputs.folder] });
        writeFileSync(join(folder, `${target.name}-${name}.jsonl`), stdout);
      }
    }
    const script = join(import.meta.dirname, 'models.py');
    const { output } = await mustRun(python, [script, folder], { folder, env: clientEnv([]) });
    const { counts, wrong: problems } = JSON.parse(output);
    expectEqual(problems);
    for (const type of TYPES) expect(counts[type] > 0, `no ${type} was seen`);
    return {
      ran: 'every line of spec, check, discover and read, of failed ones too, on bundle and image; the schemas in them; metadata.yaml',
      saw: `${Object.values<number>(counts).reduce((a, b) => a + b)} lines of ${TYPES.length} types`,
    };
  } finally {
    await simulator.close();
  }
}
