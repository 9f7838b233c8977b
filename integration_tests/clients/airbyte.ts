import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { makeFolder } from './folder.ts';
import { mustRun, runProgram } from './programs.ts';
import { clientEnv } from './shim.ts';
import { type Done, expect } from './shop.ts';
import { installClient, ROOT } from './venvs.ts';

/** `create.sh` against a server that holds each body against the models of Airbyte's own client. */
export async function runApi(): Promise<Done> {
  const python = join(installClient('cdk'), 'python');
  const seen: { method: string; path: string; token: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url: path = '', headers } = request;
    seen.push({ method, path, token: String(headers.authorization), body });
    response.end(JSON.stringify({ id: 'd-1', sourceId: 's-1', connectionId: 'c-1' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const folder = makeFolder({ app_secret: 'x' });
  const env = clientEnv([], {
    AIRBYTE_API: `http://127.0.0.1:${port}/api/public/v1`,
    AIRBYTE_TOKEN: 'a-token',
    WORKSPACE_ID: '18dccc91-0ab1-4f72-9ed7-0b8fc27c5826',
    DESTINATION_ID: '744cc0ed-7f05-4949-9e60-2a814f90c035',
  });
  const script = join(ROOT, 'deploy/airbyte/create.sh');
  try {
    const { output } = await mustRun(script, [], { folder, env });
    expect(/connection c-1/.test(output), output);
    await mustRun(script, ['off', 'c-1'], { folder, env });
    writeFileSync(join(folder, 'seen.json'), JSON.stringify(seen));
    const check = join(import.meta.dirname, 'api.py');
    await mustRun(python, [check, join(folder, 'seen.json')], { folder, env });
    const none = await runProgram(script, [], { folder, env: { ...env, AIRBYTE_TOKEN: '' } });
    expect(none.code !== 0 && /AIRBYTE_TOKEN: an access token/.test(none.errors), none.errors);
    return {
      ran: 'create.sh: its requests for definition and connection valid by the models, that for the source by its keys; the schedule; the switch; a missing variable is named',
      saw: `${seen.length} requests`,
    };
  } finally {
    server.close();
  }
}

/** What can be said of `main.tf` without the provider, which is in no package registry. */
export async function runTerraform(): Promise<Done> {
  const python = join(installClient('cdk'), 'python');
  const folder = makeFolder({});
  const recipe = join(ROOT, 'deploy/airbyte/main.tf');
  const check = join(import.meta.dirname, 'terraform.py');
  const args = [check, recipe, join(ROOT, 'schemas/spec.json')];
  const { output } = await mustRun(python, args, { folder, env: clientEnv([]) });
  return {
    ran: 'main.tf parsed, not applied: its attributes by the models of the API, its settings by the spec; secrets are variables; the schedule; the switch',
    saw: output.trim(),
  };
}
