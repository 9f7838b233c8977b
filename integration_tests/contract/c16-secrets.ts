import t from 'tap';
import { configFor } from '../connector.ts';
import { catalogOf, type Run, read, run, STREAMS, smallMerchant } from './runs.ts';
import { makeInputs, targets } from './targets.ts';

/* C16: no secret in anything that is printed, whatever fails; and no line that looks like a result. */

const SECRET = 'S3cr3t/with+signs=&"quote';

function leaks({ stdout, stderr }: Run, secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ]);
  return forms.filter((form) => `${stdout}${stderr}`.includes(form));
}

for (const target of targets) {
  const simulator = await smallMerchant({
    credentials: { appId: `id-${SECRET}`, appSecret: SECRET, returnPrimeToken: `rp-${SECRET}` },
  });
  t.teardown(() => simulator.close());
  const secrets = [`id-${SECRET}`, SECRET, `rp-${SECRET}`];
  const config = configFor(simulator);

  const FAILURES: Record<string, () => unknown> = {
    nothing: () => {},
    'HTTP 401': () => simulator.inject({ kind: 'status', code: 401, times: 'forever' }),
    'a redirect': () =>
      simulator.inject({
        kind: 'redirect',
        location: 'https://elsewhere.example/x',
        times: 'forever',
      }),
    'a refusal that quotes the secret': () =>
      simulator.inject({
        kind: 'in_body',
        statusCode: 400,
        statusMessage: `bad ${SECRET} CATALOG SPEC CONNECTION_STATUS`,
        times: 'forever',
      }),
    'a page of HTML': () =>
      simulator.inject({ kind: 'status', code: 403, html: true, times: 'forever' }),
  };
  for (const [name, inject] of Object.entries(FAILURES)) {
    t.test(`${target.name}: ${name}`, async (t) => {
      simulator.clearFaults();
      inject();
      const { folder, paths } = makeInputs({ config });
      for (const command of ['check', 'discover']) {
        const result = await run(target, [command, '--config', paths.config, '--debug'], {
          folders: [folder],
        });
        t.same(leaks(result, secrets), [], command);
        const result_type = command === 'check' ? 'CONNECTION_STATUS' : 'CATALOG';
        const naming = result.stdout.split('\n').filter((line) => line.includes(result_type));
        t.equal(naming.length, 1, `only its result says ${result_type}`);
      }
      const result = await read(
        target,
        { config, catalog: catalogOf(STREAMS) },
        { env: { LOG_LEVEL: 'debug' } },
      );
      t.equal(result.code, name === 'nothing' ? 0 : 1);
      t.same(leaks(result, secrets), [], 'read');
      const said = result.lines.filter(({ log, trace }) => log ?? trace);
      t.notMatch(JSON.stringify(said), /SPEC|CATALOG|CONNECTION_STATUS/);
    });
  }

  t.test(`${target.name}: inputs that are wrong`, async (t) => {
    for (const content of [
      `{"app_secret": "${SECRET.slice(0, 12)}", nonsense`,
      { ...config, start_date: 'yesterday', app_secret: [SECRET] },
      { ...config, app_secret: { inner: SECRET }, api_profile: `{"streams": ${SECRET}` },
    ]) {
      const { folder, paths } = makeInputs({ config: content });
      const result = await run(target, ['check', '--config', paths.config], { folders: [folder] });
      t.same(leaks(result, [...secrets, SECRET.slice(0, 12)]), []);
    }
  });
}
