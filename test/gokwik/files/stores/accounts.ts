import t from 'tap';
import { type Account, readAccounts } from '../../../../src/gokwik/files/stores/accounts.ts';

const S3: Account = { type: 's3', name: 'a', access_key_id: 'key', secret_access_key: 'word' };
const SFTP: Account = { type: 'sftp', name: 'b', password: 'word', host_key: 'accept-any' };
const AZURE: Account = { type: 'azure', name: 'c', account: 'abc', account_key: 'a2V5' };

const refused: [string, Account[], RegExp][] = [
  [
    'two of one name',
    [S3, { ...SFTP, name: 'a' }],
    /`file_stores\[1\]` is called a, as another one is/,
  ],
  [
    'a private endpoint',
    [{ ...S3, endpoint: 'https://169.254.169.254' }],
    /`file_stores\[0\]\.endpoint` points to a private address/,
  ],
  ['an open endpoint', [{ ...S3, endpoint: 'http://files.example' }], /must begin with https/],
  [
    'a password in it',
    [{ ...S3, endpoint: 'https://me:word@files.example' }],
    /holds a user name or password/,
  ],
  ['key and SAS', [{ ...AZURE, sas_token: 'sv=1' }], /needs either `account_key` or `sas_token`/],
  [
    'no password',
    [{ type: 'sftp', name: 'b', host_key: 'accept-any' }],
    /needs either `password` or `private_key`/,
  ],
];
for (const [name, accounts, message] of refused) {
  t.test(`${name} is refused`, (t) => {
    t.throws(() => readAccounts(accounts, false), { name: 'ConfigError', message });
    t.end();
  });
}

t.test('simulators and CI may ask private ones', (t) => {
  const accounts = [{ ...S3, endpoint: 'http://127.0.0.1:7070' }, SFTP, AZURE];
  t.equal(readAccounts(accounts, true), accounts);
  t.end();
});
