/** Containers of Azure Blob Storage, signed by a key of the account or by a SAS. */
import { createHmac } from 'node:crypto';
import type { TransportRequest } from '../../../http/client.ts';
import { type Answer, interrupted, skip } from '../../../http/download.ts';
import { FileProblem } from '../location.ts';
import type { AccountOf } from './accounts.ts';
import {
  askRange,
  findByName,
  nextOf,
  pick,
  type Query,
  type Refused,
  refusal,
  type Store,
  type Stored,
  type World,
} from './store.ts';
import { readXml, readXmlError } from './xml.ts';

type AzureAccount = AccountOf<'azure'>;

const VERSION = '2021-12-02';

export function openAzure(container: string, account: AzureAccount, world: World): Store {
  const { endpoint = `https://${account.account}.blob.core.windows.net` } = account;
  const base = `${endpoint.replace(/\/+$/, '')}/${container}`;
  const place = `azure://${container}`;
  const sas = account.sas_token?.replace(/^\?/, '');
  const signature = new URLSearchParams(sas).get('sig');
  if (signature) world.hide([signature]);

  async function ask(
    what: string,
    path: string,
    query: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const search = [query, sas].filter(Boolean).join('&');
    const url = new URL(`${base}${path.split('/').map(encodeURIComponent).join('/')}`);
    url.search = search;
    const downloader = await world.openDownloader();
    return downloader.ask(what, () => sign(url, account, headers, world.now()), signal);
  }

  async function* list(
    { folder, beginning, levels, matches }: Query,
    signal: AbortSignal,
  ): AsyncGenerator<readonly (Stored | Refused)[]> {
    const prefix = folder === '' ? '' : `${folder}/`;
    let marker: string | undefined;
    do {
      const wanted = Object.entries({
        restype: 'container',
        comp: 'list',
        maxresults: '1000',
        ...(prefix + beginning !== '' && { prefix: prefix + beginning }),
        ...(levels === 1 && { delimiter: '/' }),
        ...(marker !== undefined && { marker }),
      });
      const query = wanted.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
      const answer = await ask(place, '', query, {}, signal);
      const text = await answer.text();
      if (answer.status !== 200) throw refusalOf(answer, text, 'list');
      const page = readPage(text, place);
      yield pick(page.files, prefix, matches);
      marker = nextOf(page.marker, marker, place);
    } while (marker !== undefined);
  }

  function refusalOf(answer: Answer, text: string, doing: 'list' | 'read'): Error {
    const { Code: code = '', AuthenticationErrorDetail: detail = '' } = readXmlError(text);
    const word = code || answer.headers['x-ms-error-code'] || '';
    const why = sentenceOf(word, detail, { container, doing, isSas: sas !== undefined });
    return refusal(account, `${why} (${place}, HTTP ${answer.status}${word ? ` ${word}` : ''}).`);
  }

  return {
    find: (path, signal) => findByName(list, path, signal),
    list,
    async open({ path, tag }, range, signal) {
      const name = `${place}/${path}`;
      const { Range } = askRange(range);
      const headers = {
        ...(tag !== undefined && { 'If-Match': tag }),
        ...(Range !== undefined && { 'x-ms-range': Range }),
      };
      const answer = await ask(name, `/${path}`, '', headers, signal);
      if (answer.status === 206) return { body: answer.body };
      if (answer.status === 200) return { body: skip(answer.body, range.from) };
      const text = await answer.text();
      if (answer.status === 412) throw interrupted(name, 'it was written anew while it was read');
      const { Code: code = answer.headers['x-ms-error-code'] } = readXmlError(text);
      if (code === 'BlobNotFound')
        throw new FileProblem('it was there when the container was listed, and is gone');
      if (code === 'BlobArchived')
        throw new FileProblem('it lies in an archive: move it to a tier that can be read at once');
      throw refusalOf(answer, text, 'read');
    },
    close() {},
  };
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
  // Of the standard headers that are signed, a GET of ours has If-Match alone.
  const standard = ['', '', '', '', '', '', '', headers['If-Match'] ?? '', '', '', ''];
  return ['GET', ...standard, ...own, `/${account}${url.pathname}`, ...query].join('\n');
}

function readPage(text: string, place: string): { files: Stored[]; marker: string } {
  const files: Stored[] = [];
  let marker = '';
  let item: Record<string, string> = Object.create(null);
  try {
    readXml(text, (path, value, { Encoded }) => {
      const [root, list, blob, name = '', property = ''] = path.split('/');
      if (root !== 'EnumerationResults') throw new Error('no list');
      if (list === 'NextMarker') marker = value;
      if (list !== 'Blobs' || blob !== 'Blob') return;
      if (name === '') {
        // Of a store with folders, they are listed like files.
        if (item.ResourceType !== 'directory') files.push(storedOf(item));
        item = Object.create(null);
      } else if (name === 'Properties' && property !== '') item[property] = value;
      else if (property === '') item[name] = Encoded === 'true' ? decodeURIComponent(value) : value;
    });
  } catch {
    throw interrupted(place, 'its list is no list of Azure');
  }
  return { files: files.filter(({ path }) => path !== '' && !path.endsWith('/')), marker };
}

function storedOf(item: Readonly<Record<string, string>>): Stored {
  const { Name: path = '', 'Content-Length': size, 'Last-Modified': modified, Etag } = item;
  const modifiedMs = Date.parse(modified ?? '');
  const md5 = item['Content-MD5'];
  return {
    path,
    size: size === undefined || !/^\d+$/.test(size) ? undefined : Number(size),
    modifiedMs: Number.isNaN(modifiedMs) ? undefined : modifiedMs,
    // In a list without quotes, in a condition with them.
    tag: Etag && (Etag.startsWith('"') ? Etag : `"${Etag}"`),
    ...(md5 && { md5: Buffer.from(md5, 'base64').toString('hex') }),
  };
}

interface Asked {
  readonly container: string;
  readonly doing: 'list' | 'read';
  readonly isSas: boolean;
}

function sentenceOf(code: string, detail: string, { container, doing, isSas }: Asked): string {
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
