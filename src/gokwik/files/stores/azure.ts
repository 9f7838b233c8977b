/** Containers of Azure Blob Storage, signed by a key of the account or by a SAS. */
import { createHmac } from 'node:crypto';
import type { TransportRequest } from '../../../http/client.ts';
import { FileProblem } from '../location.ts';
import type { AccountOf } from './accounts.ts';
import { gone, readStored } from './bucket.ts';
import { type Doing, openSigned } from './signed.ts';
import { rootOf, type Store, type Stored, type World } from './store.ts';
import { readXmlList, type Texts } from './xml.ts';

type AzureAccount = AccountOf<'azure'>;

const VERSION = '2021-12-02';

export function openAzure(container: string, account: AzureAccount, world: World): Store {
  const { endpoint = `https://${account.account}.blob.core.windows.net` } = account;
  // With the address before it, as the portal shows both.
  const sas = account.sas_token?.replace(/^[^?]*\?/, '');
  const signature = new URLSearchParams(sas).get('sig');
  if (signature) world.hide([signature]);
  return openSigned(
    {
      account,
      place: `azure://${container}`,
      base: `${rootOf(endpoint)}/${container}`,
      encode: encodeURIComponent,
      sign(address, headers) {
        const url = new URL(address);
        url.search = [url.search.slice(1), sas].filter(Boolean).join('&');
        return sign(url, account, headers, world.now());
      },
      queryOf: ({ prefix, delimiter, token }) => ({
        restype: 'container',
        comp: 'list',
        maxresults: '1000',
        prefix: prefix || undefined,
        delimiter,
        marker: token,
      }),
      readPage(text) {
        const { items, facts } = readXmlList(text, 'EnumerationResults', ['Blobs/Blob']);
        return { items: items.flatMap(filesOf), next: facts.NextMarker };
      },
      wordOf: (headers) => headers['x-ms-error-code'],
      explain({ word, texts }, doing) {
        if (doing === 'read' && word === 'BlobNotFound') return gone();
        if (doing === 'read' && word === 'BlobArchived')
          return new FileProblem(
            'it lies in an archive: move it to a tier that can be read at once',
          );
        const { AuthenticationErrorDetail: detail = '' } = texts;
        return sentenceOf(word, detail, { container, doing, isSas: sas !== undefined });
      },
    },
    world,
  );
}

/** A GET as Azure wants it; with an account's key, signed by it (SharedKey). */
export function sign(
  url: URL,
  { account, account_key: key }: Pick<AzureAccount, 'account' | 'account_key'>,
  given: Readonly<Record<string, string>>,
  nowMs: number,
): TransportRequest {
  const date = new Date(nowMs).toUTCString();
  const headers = { ...given, 'x-ms-date': date, 'x-ms-version': VERSION };
  if (!key) return { method: 'GET', url, headers };
  const text = textToSign(url, account, headers);
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  return {
    method: 'GET',
    url,
    headers: { ...headers, Authorization: `SharedKey ${account}:${signature}` },
  };
}

/** What a SharedKey signs: learn.microsoft.com, "Authorize with Shared Key". */
export function textToSign(
  url: URL,
  account: string,
  headers: Readonly<Record<string, string>>,
): string {
  const own = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-ms-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}`);
  const names = [...new Set(url.searchParams.keys())].sort();
  const query = names.map((name) => `${name}:${url.searchParams.getAll(name).sort().join(',')}`);
  // Of the standard headers that are signed, a GET of ours has two.
  const { 'If-Match': match = '', Range: range = '' } = headers;
  const standard = ['', '', '', '', '', '', '', match, '', '', range];
  return ['GET', ...standard, ...own, `/${account}${url.pathname}`, ...query].join('\n');
}

function filesOf(item: Readonly<Texts>): Stored[] {
  const { Name = '', 'Properties/Etag': tag } = item;
  // Of a store with folders, they are listed like files.
  if (item['Properties/ResourceType'] === 'directory') return [];
  return [
    readStored(Name, {
      size: item['Properties/Content-Length'],
      modified: item['Properties/Last-Modified'],
      // In a list without quotes, in a condition with them.
      tag: tag && (tag.startsWith('"') ? tag : `"${tag}"`),
      md5: item['Properties/Content-MD5'],
    }),
  ];
}

interface Tried {
  readonly container: string;
  readonly doing: Doing;
  readonly isSas: boolean;
}

function sentenceOf(code: string, detail: string, { container, doing, isSas }: Tried): string {
  if (/not valid in the specified time frame|expir/i.test(detail)) {
    return 'its `sas_token` is not valid now: it has expired, or begins later. Make a new one and enter it';
  }
  if (/date header.*(old|range)|not within/i.test(detail)) {
    return 'the clock of this machine is too far from Azure’s. Set the clock right';
  }
  switch (code) {
    case 'AuthenticationFailed':
    case 'InvalidAuthenticationInfo':
      return isSas
        ? 'its `sas_token` is not one of the account, is cut, or has expired. Make a new one and enter it whole'
        : 'its `account_key` is not a key of its `account`. Enter one of the two keys that are there now';
    case 'AuthorizationFailure':
      return isSas
        ? 'its `sas_token` is not valid: it was cut, has expired, or the account lets nobody in from here. Make a new one for the container with the rights Read and List, or allow this machine in the network settings of the account'
        : 'its `account_key` is not a key of its `account`, or the account lets nobody in from here. Enter one of the two keys that are there now, or allow this machine in the network settings of the account';
    case 'AuthorizationPermissionMismatch':
    case 'AuthorizationResourceTypeMismatch':
    case 'AuthorizationServiceMismatch':
      return `its \`sas_token\` may not ${doing}. Make one for the container with the rights Read and List`;
    case 'AuthorizationSourceIPMismatch':
      return 'its `sas_token` is for other addresses than this machine’s. Make one without, or for this one';
    case 'ContainerNotFound':
      return `there is no container ${container}. Mend the name in \`location\`, or the \`account\``;
    case 'ResourceNotFound':
    case 'PublicAccessNotPermitted':
    case 'NoAuthenticationInformation':
      return 'Azure was given no credential that it knows. Enter `account_key` or `sas_token` again';
    case 'KeyBasedAuthenticationNotPermitted':
      return 'the account does not allow keys. Enter a `sas_token` that a user made, or allow keys';
    default:
      return `Azure refuses to ${doing}. Look the word up that it gives as the reason`;
  }
}
