/** Buckets of Google Cloud Storage, by its JSON API. */
import { isJsonObject } from '../../../cdk/json.ts';
import { interrupted, skip } from '../../../http/download.ts';
import { FileProblem } from '../location.ts';
import { type Google, type GoogleAccount, openGoogle, type Refusal, told } from './google.ts';
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

const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_only';

export function openGcs(bucket: string, account: GoogleAccount, world: World): Store {
  const google: Google = openGoogle(account, SCOPE, world);
  const { endpoint = 'https://storage.googleapis.com' } = account;
  const base = `${endpoint.replace(/\/+$/, '')}/storage/v1/b/${encodeURIComponent(bucket)}/o`;
  const place = `gs://${bucket}`;

  const explain =
    (permission: string) =>
    (refused: Refusal): Error | undefined => {
      const where = `(${place}, ${told(refused)}).`;
      if (refused.status === 404)
        return refusal(
          account,
          `there is no bucket ${bucket}. Mend the name in \`location\` ${where}`,
        );
      if (refused.status !== 403 || /DISABLED|NotConfigured/.test(refused.reason)) return undefined;
      return refusal(
        account,
        `${google.email} has not the right ${permission}. Give it the role Storage Object Viewer on the bucket ${where}`,
      );
    };

  async function* list(
    { folder, beginning, levels, matches }: Query,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Stored[]> {
    const prefix = folder === '' ? '' : `${folder}/`;
    let token: string | undefined;
    do {
      const query = new URLSearchParams({
        fields: 'nextPageToken,items(name,size,updated,generation,md5Hash)',
        prefix: prefix + beginning,
        ...(levels === 1 && { delimiter: '/' }),
        ...(token !== undefined && { pageToken: token }),
      });
      const url = `${base}?${query}`;
      const request = { what: place, url, explain: explain('storage.objects.list') };
      const { items, nextPageToken } = await google.getJson(request, signal);
      const found = (Array.isArray(items) ? items : []).flatMap(storedOf);
      yield found.filter(
        ({ path }) =>
          path.startsWith(prefix) && !path.endsWith('/') && matches(path.slice(prefix.length)),
      );
      token = nextOf(nextPageToken, token, place);
    } while (token !== undefined);
  }

  return {
    find: (path, signal) => findByName(list, path, signal),
    list,
    async open({ path, tag }, range, signal) {
      const what = `${place}/${path}`;
      // A generation is a version: another one is not given in its place.
      const url = `${base}/${encodeURIComponent(path)}?alt=media${tag === undefined ? '' : `&generation=${encodeURIComponent(tag)}`}`;
      const { status, body } = await google.get(
        {
          what,
          url,
          headers: askRange(range),
          explain(refused) {
            if (refused.status === 404 || refused.status === 412) {
              return range.from > 0
                ? interrupted(what, 'it was written anew while it was read')
                : new FileProblem(
                    'it was there when the bucket was listed, and is gone or written anew',
                  );
            }
            return explain('storage.objects.get')(refused);
          },
        },
        signal,
      );
      return { body: status === 206 ? body : skip(body, range.from) };
    },
    close() {},
  };
}

function storedOf(item: unknown): Stored[] {
  if (!isJsonObject(item) || typeof item.name !== 'string') return [];
  const { name, size, updated, generation, md5Hash } = item;
  const modifiedMs = Date.parse(String(updated));
  return [
    {
      path: name,
      size: size === undefined || size === null ? undefined : Number(size),
      modifiedMs: Number.isNaN(modifiedMs) ? undefined : modifiedMs,
      tag: generation === undefined ? undefined : String(generation),
      ...(typeof md5Hash === 'string' && { md5: Buffer.from(md5Hash, 'base64').toString('hex') }),
    },
  ];
}
