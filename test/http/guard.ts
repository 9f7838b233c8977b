import type { LookupAddress } from 'node:dns';
import t from 'tap';
import { ConfigError } from '../../src/cdk/errors.ts';
import {
  checkBaseUrl,
  guardedLookup,
  isPrivateHost,
  isPublicAddress,
} from '../../src/http/guard.ts';

const strict = { allowPrivate: false };

function codeOf(raw: string, allowPrivate = false): string {
  try {
    checkBaseUrl(raw, { allowPrivate });
    return 'accepted';
  } catch (error) {
    return error instanceof ConfigError ? error.code : String(error);
  }
}

t.test('public https hosts pass', async (t) => {
  for (const url of [
    'https://api.gokwik.co',
    'https://api-gw-v4.dev.gokwik.io/sandbox',
    ' https://API.gokwik.co:8443/a/ ',
    'https://1.1.1.1',
    'https://[2606:4700:4700::1111]',
    'https://local.example.com',
    'https://internal.example.com',
    'https://localhost.example.com',
  ]) {
    t.equal(codeOf(url), 'accepted', url);
  }
  t.equal(
    checkBaseUrl('https://api.gokwik.co/kwikship', strict).href,
    'https://api.gokwik.co/kwikship',
  );
});

t.test('what is not a base URL', async (t) => {
  const wrong: Record<string, string[]> = {
    GK_BASE_URL_INVALID: [
      '',
      'api.gokwik.co',
      '//api.gokwik.co',
      'https://',
      'https://a b.co',
      'https://1.2.3.4.5',
    ],
    GK_BASE_URL_SCHEME: [
      'http://api.gokwik.co',
      'ftp://api.gokwik.co',
      'file:///etc/passwd',
      'data:,x',
      'api.gokwik.co:443',
    ],
    GK_BASE_URL_CREDENTIALS: [
      'https://user:pass@api.gokwik.co',
      'https://user@api.gokwik.co',
      'http://u:p@127.0.0.1',
    ],
    GK_BASE_URL_QUERY: [
      'https://api.gokwik.co/?a=1',
      'https://api.gokwik.co/#x',
      'https://api.gokwik.co/?',
      'https://api.gokwik.co#',
    ],
  };
  for (const [code, urls] of Object.entries(wrong)) {
    for (const url of urls) t.equal(codeOf(url), code, url || '(empty)');
  }
  t.equal(
    codeOf('https://user:pass@localhost', true),
    'GK_BASE_URL_CREDENTIALS',
    'in a simulator too',
  );
  t.equal(codeOf('http://localhost/?a', true), 'GK_BASE_URL_QUERY');
  t.equal(codeOf('ftp://localhost', true), 'GK_BASE_URL_SCHEME');
});

t.test('private hosts, in every spelling', async (t) => {
  const hosts = [
    ...[
      'localhost',
      'LOCALHOST',
      'localhost.',
      'x.localhost',
      'metadata.google.internal',
      'printer.local',
      'internal',
    ],
    ...[
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0x7f.1',
      '0177.0.0.1',
      '017700000001',
      '127.0.0.1.',
      '１２７.0.0.1',
    ],
    ...[
      '0.0.0.0',
      '0',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
      '0xa9fea9fe',
    ],
    ...[
      '100.64.0.1',
      '100.100.100.200',
      '192.0.0.192',
      '198.18.0.1',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '168.63.129.16',
    ],
    ...[
      '[::1]',
      '[::]',
      '[0:0:0:0:0:0:0:1]',
      '[fe80::1]',
      '[fc00::1]',
      '[fd00:ec2::254]',
      '[ff02::1]',
      '[fec0::1]',
    ],
    ...[
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::ffff:a9fe:a9fe]',
      '[::127.0.0.1]',
      '[::ffff:0:127.0.0.1]',
    ],
    ...[
      '[64:ff9b::127.0.0.1]',
      '[64:ff9b::a9fe:a9fe]',
      '[64:ff9b:1::1]',
      '[2002:7f00:1::]',
      '[2002:c0a8:101::1]',
    ],
    ...['[2001::1]', '[2001:db8::1]', '[3fff::1]', '[5f00::1]'],
  ];
  for (const host of hosts) {
    t.equal(codeOf(`https://${host}/v1`), 'GK_BASE_URL_PRIVATE', host);
    t.equal(codeOf(`http://${host}/v1`, true), 'accepted', `${host}, allowed`);
  }
  t.equal(codeOf('https://172.32.0.1'), 'accepted', 'next to a private range');
  t.equal(codeOf('https://[64:ff9b::1.1.1.1]'), 'accepted', 'NAT64 of a public address');
  t.equal(codeOf('https://[2002:101:101::1]'), 'accepted', '6to4 of a public address');
  t.equal(codeOf('https://[::ffff:1.1.1.1]'), 'accepted', 'mapped public address');
});

t.test('the message says what to do and does not quote the URL', async (t) => {
  const urls = [
    'http://u:s3cret@a.co',
    'https://u:s3cret@a.co',
    'https://a.co/?key=s3cret',
    'http://localhost/s3cret',
    'not a url s3cret',
  ];
  for (const url of urls) {
    try {
      checkBaseUrl(url, strict);
      t.fail('was accepted');
    } catch (error) {
      const { message, stack, failureType } = error as ConfigError;
      t.equal(failureType, 'config_error');
      t.match(message, /^`base_url` /);
      t.notMatch(`${message} ${stack}`, /s3cret/);
    }
  }
  t.throws(() => checkBaseUrl('https://localhost', strict), {
    message: /SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true/,
  });
  t.throws(() => checkBaseUrl('nonsense', { ...strict, field: 'api_profile.hosts.gkx' }), {
    message: /^`api_profile\.hosts\.gkx` /,
  });
});

t.test('addresses as a resolver writes them', async (t) => {
  t.equal(isPublicAddress('8.8.8.8'), true);
  t.equal(isPublicAddress('2606:4700::1'), true);
  t.equal(isPublicAddress('fe80::1%eth0'), false);
  t.equal(isPublicAddress('0177.0.0.1'), false, 'unknown spelling: not public');
  t.equal(isPublicAddress('example.com'), false);
  t.equal(isPrivateHost('api.gokwik.co'), false);
});

t.test('guardedLookup', async (t) => {
  type Answer = [Error | null, LookupAddress[] | string, number | undefined];
  const fake = (addresses: LookupAddress[] | Error) =>
    ((_: string, options: { all?: boolean }, callback: (...answer: unknown[]) => void) => {
      t.equal(options.all, true, 'all addresses are asked for');
      if (addresses instanceof Error) callback(addresses);
      else callback(null, addresses);
    }) as never;
  const ask = (addresses: LookupAddress[] | Error, all: boolean, allowPrivate = false) =>
    new Promise<Answer>((resolve) => {
      const lookup = guardedLookup(allowPrivate, fake(addresses));
      lookup('host.example', { all }, (...answer) => resolve(answer as Answer));
    });
  const open = { address: '1.1.1.1', family: 4 };
  const closed = { address: '10.0.0.1', family: 4 };

  t.strictSame(await ask([open], true), [null, [open]]);
  t.strictSame(await ask([open], false), [null, '1.1.1.1', 4]);
  t.match(await ask([closed], true), [{ code: 'GK_BLOCKED' }]);
  t.match(
    await ask([open, closed], true),
    [{ code: 'GK_BLOCKED' }],
    'one private address is enough',
  );
  t.match(await ask([{ address: '::ffff:10.0.0.1', family: 6 }], false), [{ code: 'GK_BLOCKED' }]);
  t.strictSame(await ask([closed], true, true), [null, [closed]], 'allowed');
  const failure = Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
  t.equal((await ask(failure, true))[0], failure);
  t.match(await ask([], true), [{ code: 'ENOTFOUND' }]);
});
