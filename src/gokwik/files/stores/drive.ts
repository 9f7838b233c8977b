/** Folders of Google Drive: files as they are, and Sheets in them as tables, one a tab. */
import { isJsonObject } from '../../../cdk/json.ts';
import { interrupted, skip } from '../../../http/download.ts';
import { FileProblem } from '../location.ts';
import { type GoogleAccount, openGoogle, type Refusal, told } from './google.ts';
import { createSheets, once, SCOPE } from './sheets.ts';
import {
  askRange,
  findByName,
  nextOf,
  type Query,
  refusal,
  type Store,
  type Stored,
  type World,
} from './store.ts';

const FOLDER = 'application/vnd.google-apps.folder';
const SHEET = 'application/vnd.google-apps.spreadsheet';
/** Documents of Google's own that are no tables, and links to files elsewhere. */
const OWN = 'application/vnd.google-apps.';
const SHARED = 'supportsAllDrives=true';

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number | undefined;
  readonly modifiedMs: number | undefined;
  readonly md5: string | undefined;
}

export function openDrive(root: string, account: GoogleAccount, world: World): Store {
  const google = openGoogle(account, SCOPE, world);
  const sheets = createSheets(google, account);
  const { endpoint = 'https://www.googleapis.com' } = account;
  const base = `${endpoint.replace(/\/+$/, '')}/drive/v3/files`;
  const place = `gdrive://${root}`;
  const explain = (refused: Refusal): Error | undefined =>
    refused.status === 404
      ? refusal(
          account,
          `the folder ${root} is not there, or not shared with ${google.email}. Share it with this address as a viewer (${told(refused)}).`,
        )
      : undefined;

  /** What lies in a folder itself. One that is not shared looks like an empty one, so it is asked for first. */
  async function* entriesOf(folder: string, signal: AbortSignal): AsyncGenerator<Entry[]> {
    if (folder === root) {
      const url = `${base}/${encodeURIComponent(folder)}?${SHARED}&fields=id,mimeType`;
      const { mimeType } = await google.getJson({ what: place, url, explain }, signal);
      if (mimeType !== FOLDER) {
        throw refusal(
          account,
          `${place} is no folder. Name the id of the folder that the files are in.`,
        );
      }
    }
    let token: string | undefined;
    do {
      const query = new URLSearchParams({
        q: `'${folder.replace(/['\\]/g, '\\$&')}' in parents and trashed = false`,
        fields: 'nextPageToken,files(id,name,mimeType,size,modifiedTime,md5Checksum)',
        pageSize: '1000',
        orderBy: 'modifiedTime desc',
        includeItemsFromAllDrives: 'true',
        ...(token !== undefined && { pageToken: token }),
      });
      const url = `${base}?${SHARED}&${query}`;
      const { files, nextPageToken } = await google.getJson({ what: place, url, explain }, signal);
      yield (Array.isArray(files) ? files : []).flatMap(entryOf);
      token = nextOf(nextPageToken, token, place);
    } while (token !== undefined);
  }

  async function* list(
    { folder, levels, matches }: Query,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Stored[]> {
    const above = folder === '' ? [] : folder.split('/');
    const below: { id: string; at: readonly string[] }[] = [{ id: root, at: [] }];
    for (let next = below.pop(); next; next = below.pop()) {
      const { id, at } = next;
      for await (const entries of entriesOf(id, signal)) {
        const page: Stored[] = [];
        for (const entry of entries) {
          // A name may hold a slash, which is none of a folder's.
          const path = [...at, entry.name.replaceAll('/', '-')];
          const isOnWay = path.every(
            (name, depth) => depth >= above.length || name === above[depth],
          );
          const own = path.slice(above.length);
          if (!isOnWay) continue;
          if (entry.type === FOLDER) {
            if (own.length < levels) below.push({ id: entry.id, at: path });
          } else if (own.length > 0 && matches(own.join('/'))) {
            page.push(...(await filesOf(entry, path.join('/'), signal)));
          }
        }
        yield page;
      }
    }
  }

  async function filesOf(
    { id, type, size, modifiedMs, md5 }: Entry,
    path: string,
    signal: AbortSignal,
  ): Promise<Stored[]> {
    if (type === SHEET) {
      const tabs = await sheets.tabs(id, signal);
      // It has no size and no digest: another moment is another content.
      const tag = String(modifiedMs);
      return tabs.map((tab) => ({
        path: tabs.length > 1 ? `${path}#${tab}` : path,
        id: JSON.stringify([id, tab]),
        size: undefined,
        modifiedMs,
        tag,
      }));
    }
    if (type.startsWith(OWN)) return [];
    return [{ path, id, size, modifiedMs, tag: md5, ...(md5 && { md5 }) }];
  }

  return {
    find: (path, signal) => findByName(list, path, signal),
    list,
    async open({ id = '', path, tag }, range, signal) {
      if (id.startsWith('[')) {
        const [sheet, tab] = JSON.parse(id) as [string, string];
        return { body: skip(once(await sheets.read(sheet, tab, signal)), range.from) };
      }
      const what = `${place}/${path}`;
      const url = `${base}/${encodeURIComponent(id)}?${SHARED}`;
      const gone = (refused: Refusal): Error | undefined => {
        if (refused.status === 404)
          return new FileProblem('it was there when the folder was listed, and is gone');
        if (/fileNotDownloadable|cannotDownload/i.test(refused.reason))
          return new FileProblem('its owner does not let it be downloaded');
        return undefined;
      };
      if (range.from > 0) {
        const facts = { what, url: `${url}&fields=md5Checksum`, explain: gone };
        const { md5Checksum } = await google.getJson(facts, signal);
        if (md5Checksum !== tag) throw interrupted(what, 'it was written anew while it was read');
      }
      const headers = askRange(range);
      const request = { what, url: `${url}&alt=media`, headers, explain: gone };
      const { status, body } = await google.get(request, signal);
      return { body: status === 206 ? body : skip(body, range.from) };
    },
    close() {},
  };
}

function entryOf(item: unknown): Entry[] {
  if (!isJsonObject(item)) return [];
  const { id, name, mimeType, size, modifiedTime, md5Checksum } = item;
  if (typeof id !== 'string' || typeof name !== 'string') return [];
  const modifiedMs = Date.parse(String(modifiedTime));
  return [
    {
      id,
      name,
      type: String(mimeType ?? ''),
      size: size === undefined ? undefined : Number(size),
      modifiedMs: Number.isNaN(modifiedMs) ? undefined : modifiedMs,
      md5: typeof md5Checksum === 'string' ? md5Checksum : undefined,
    },
  ];
}
