/** Folders of Google Drive: files as they are, and Sheets in them as tables, one a tab. */
import { isJsonObject } from '../../../cdk/json.ts';
import { fromByte, skip, unlisted } from '../../../http/download.ts';
import { FileProblem } from '../location.ts';
import {
  type Denial,
  findByName,
  pagesOf,
  rangeOf,
  readStored,
  refusedAs,
  writtenAnew,
} from './bucket.ts';
import { type GoogleAccount, openGoogle } from './google.ts';
import { createSheets, once, SCOPE } from './sheets.ts';
import {
  type Query,
  type Refused,
  refusal,
  rootOf,
  type Store,
  type Stored,
  type World,
} from './store.ts';

const FOLDER = 'application/vnd.google-apps.folder';
const SHEET = 'application/vnd.google-apps.spreadsheet';
const SHORTCUT = 'application/vnd.google-apps.shortcut';
/** Documents of Google's own that are no tables. */
const OWN = 'application/vnd.google-apps.';
const SHARED = 'supportsAllDrives=true';

interface Entry extends Stored {
  readonly id: string;
  /** Its MIME type. */
  readonly type: string;
}

export function openDrive(root: string, account: GoogleAccount, world: World): Store {
  const google = openGoogle(account, SCOPE, world);
  const sheets = createSheets(google, account);
  const { endpoint = 'https://www.googleapis.com' } = account;
  const base = `${rootOf(endpoint)}/drive/v3/files`;
  const place = `gdrive://${root}`;
  const explain = (refused: Denial): Error | undefined => {
    if (refused.status !== 404) return undefined;
    const why = `the folder ${root} is not there, or not shared with ${google.email}. Share it with this address as a viewer`;
    return refusedAs(account, why, place, refused);
  };

  /** What lies in a folder itself. One that is not shared looks like an empty one, so it is asked for first. */
  async function* entriesOf(folder: string, signal: AbortSignal): AsyncGenerator<readonly Entry[]> {
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
    yield* pagesOf(place, async (token) => {
      const query = new URLSearchParams({
        q: `'${folder.replace(/['\\]/g, '\\$&')}' in parents and trashed = false`,
        fields:
          'nextPageToken,incompleteSearch,files(id,name,mimeType,size,modifiedTime,md5Checksum)',
        pageSize: '1000',
        orderBy: 'modifiedTime desc',
        includeItemsFromAllDrives: 'true',
        ...(token !== undefined && { pageToken: token }),
      });
      const url = `${base}?${SHARED}&${query}`;
      const page = await google.getJson({ what: place, url, explain }, signal);
      const { files, nextPageToken: next, incompleteSearch: isPart } = page;
      if (!Array.isArray(files)) throw unlisted(place, 'what came is no list');
      if (isPart === true) throw unlisted(place, 'Drive did not search all of it');
      return { items: files.flatMap(entryOf), next };
    });
  }

  async function* list(
    { folder, levels, matches }: Query,
    signal: AbortSignal,
  ): AsyncGenerator<readonly (Stored | Refused)[]> {
    const above = folder === '' ? [] : folder.split('/');
    const below: { id: string; at: readonly string[] }[] = [{ id: root, at: [] }];
    for (let next = below.pop(); next; next = below.pop()) {
      const { id, at } = next;
      for await (const entries of entriesOf(id, signal)) {
        const page: (Stored | Refused)[] = [];
        for (const entry of entries) {
          // A name may hold a slash, which is none of a folder's.
          const path = [...at, entry.path.replaceAll('/', '-')];
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
    { type, ...file }: Entry,
    path: string,
    signal: AbortSignal,
  ): Promise<(Stored | Refused)[]> {
    // Links are followed nowhere: what they lead to may be anybody's.
    if (type === SHORTCUT) return [{ path, problem: LINK }];
    if (type === SHEET) {
      const { id, modifiedMs } = file;
      const tabs = await sheets.tabs(id, signal);
      // It has no size and no digest: another moment is another content.
      const facts = { size: undefined, modifiedMs, tag: String(modifiedMs) };
      return tabs.map((tab) => ({
        path: tabs.length > 1 ? `${path}#${tab}` : path,
        id: JSON.stringify([id, tab]),
        ...facts,
      }));
    }
    return type.startsWith(OWN) ? [] : [{ ...file, path }];
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
      const gone = (refused: Denial): Error | undefined => {
        if (refused.status === 404)
          return new FileProblem('it was there when the folder was listed, and is gone');
        if (/fileNotDownloadable|cannotDownload/i.test(refused.word))
          return new FileProblem('its owner does not let it be downloaded');
        return undefined;
      };
      if (range.from > 0) {
        const facts = { what, url: `${url}&fields=md5Checksum`, explain: gone };
        const { md5Checksum } = await google.getJson(facts, signal);
        if (md5Checksum !== tag) throw writtenAnew(what);
      }
      const headers = rangeOf(range);
      const request = { what, url: `${url}&alt=media`, headers, explain: gone };
      return { body: await fromByte(await google.get(request, signal), range.from, what) };
    },
  };
}

const LINK =
  'it is a shortcut. Put the file itself into the folder, or name the folder that it lies in';

function entryOf(item: unknown): Entry[] {
  if (!isJsonObject(item)) return [];
  const { id, name, mimeType, size, modifiedTime: modified, md5Checksum: md5 } = item;
  if (typeof id !== 'string' || typeof name !== 'string') return [];
  const tag = typeof md5 === 'string' ? md5 : undefined;
  return [{ ...readStored(name, { size, modified, tag, md5 }), id, type: String(mimeType ?? '') }];
}
