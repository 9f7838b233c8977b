/** The entries of `file_stores`: who asks which store, by which credentials. */
import { ConfigError } from '../../../cdk/errors.ts';
import type { GokwikConfig } from '../../../generated/config.ts';
import { checkBaseUrl } from '../../../http/guard.ts';

/** A store's credentials, as the config has them. */
export type Account = NonNullable<GokwikConfig['file_stores']>[number];
export type AccountOf<Type extends Account['type']> = Extract<Account, { type: Type }>;

/** Of locations, with the type of account that opens it. */
const SCHEMES = {
  s3: 's3',
  gs: 'google',
  gdrive: 'google',
  gsheet: 'google',
  azure: 'azure',
  sftp: 'sftp',
} as const satisfies Record<string, Account['type']>;

export type Scheme = keyof typeof SCHEMES;

export const isScheme = (text: string): text is Scheme => Object.hasOwn(SCHEMES, text);

/** @throws ConfigError for what the spec cannot say */
export function readAccounts(given: readonly Account[], allowPrivate: boolean): readonly Account[] {
  const names = new Set<string>();
  for (const [index, account] of given.entries()) {
    const field = `file_stores[${index}]`;
    const refuse = (why: string): ConfigError => new ConfigError('GK_FILES', `\`${field}\` ${why}`);
    if (names.has(account.name)) {
      throw refuse(`is called ${account.name}, as another one is. Give each a name of its own.`);
    }
    names.add(account.name);
    if (typeof account.endpoint === 'string') {
      checkBaseUrl(account.endpoint, { allowPrivate, field: `${field}.endpoint` });
    }
    if (account.type === 'azure' && !account.account_key === !account.sas_token) {
      throw refuse('needs either `account_key` or `sas_token`.');
    }
    if (account.type === 'sftp' && !account.password === !account.private_key) {
      throw refuse('needs either `password` or `private_key`.');
    }
  }
  return given;
}

/** The account of a location. @throws ConfigError that says which entry is missing */
export function accountFor(
  scheme: Scheme,
  accounts: readonly Account[],
  name: string | undefined,
  field: string,
): Account {
  const type = SCHEMES[scheme];
  const fitting = accounts.filter((account) => account.type === type);
  const [first] = fitting;
  const refuse = (why: string): ConfigError => new ConfigError('GK_FILES', `\`${field}\` ${why}`);
  if (name !== undefined) {
    const named = fitting.find((account) => account.name === name);
    if (named) return named;
    throw refuse(
      `names the store ${name}, and \`file_stores\` has no entry of type ${type} with this name.`,
    );
  }
  if (!first) {
    throw refuse(
      `begins with ${scheme}://, and \`file_stores\` has no entry of type ${type} with the credentials for it.`,
    );
  }
  if (fitting.length > 1) {
    const names = fitting.map((account) => account.name).join(', ');
    throw refuse(
      `begins with ${scheme}://, for which \`file_stores\` has several entries (${names}). Name one in \`store\`.`,
    );
  }
  return first;
}
