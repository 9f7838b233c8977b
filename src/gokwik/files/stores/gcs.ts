/** Buckets of Google Cloud Storage, by its JSON API. */
import { isJsonObject } from '../../../cdk/json.ts';
import { FileProblem } from '../location.ts';
import { type Denial, rangeOf, readStored, refusedAs, storeOf, writtenAnew } from './bucket.ts';
import { type GoogleAccount, isSwitchedOff, openGoogle } from './google.ts';
import { rootOf, type Store, type Stored, type World } from './store.ts';

const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_only';

export function openGcs(bucket: string, account: GoogleAccount, world: World): Store {
  const google = openGoogle(account, SCOPE, world);
  const { endpoint = 'https://storage.googleapis.com' } = account;
  const base = `${rootOf(endpoint)}/storage/v1/b/${encodeURIComponent(bucket)}/o`;
  const place = `gs://${bucket}`;

  function explain(permission: string, refused: Denial): Error | undefined {
    if (refused.status === 404) {
      const why = `there is no bucket ${bucket}. Mend the name in \`location\``;
      return refusedAs(account, why, place, refused);
    }
    if (refused.status !== 403 || isSwitchedOff(refused)) return undefined;
    const why = `${google.email} has not the right ${permission}. Give it the role Storage Object Viewer on the bucket`;
    return refusedAs(account, why, place, refused);
  }

  return storeOf({
    place,
    takesDots: true,
    async list({ prefix, delimiter, token }, signal) {
      const query = new URLSearchParams({
        fields: 'nextPageToken,items(name,size,updated,generation,md5Hash)',
        prefix,
        ...(delimiter && { delimiter }),
        ...(token !== undefined && { pageToken: token }),
      });
      const { items, nextPageToken } = await google.getJson(
        {
          what: place,
          url: `${base}?${query}`,
          explain: (refused) => explain('storage.objects.list', refused),
        },
        signal,
      );
      return { items: (Array.isArray(items) ? items : []).flatMap(fileOf), next: nextPageToken };
    },
    get({ path, tag }, range, signal) {
      const what = `${place}/${path}`;
      // A generation is a version: another one is not given in its place.
      const version = tag === undefined ? '' : `&generation=${encodeURIComponent(tag)}`;
      const gone = (): Error =>
        range.from > 0
          ? writtenAnew(what)
          : new FileProblem('it was there when the bucket was listed, and is gone or written anew');
      return google.get(
        {
          what,
          url: `${base}/${encodeURIComponent(path)}?alt=media${version}`,
          headers: rangeOf(range),
          explain: (refused) =>
            refused.status === 404 ? gone() : explain('storage.objects.get', refused),
        },
        signal,
      );
    },
  });
}

function fileOf(item: unknown): Stored[] {
  if (!isJsonObject(item) || typeof item.name !== 'string') return [];
  const { name, size, updated: modified, generation, md5Hash: md5 } = item;
  const tag = generation === undefined ? undefined : String(generation);
  return [readStored(name, { size, modified, tag, md5 })];
}
