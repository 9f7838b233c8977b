import type { FileTools } from '../../../../src/gokwik/files/content.ts';
import type { Location } from '../../../../src/gokwik/files/location.ts';
import {
  listFiles,
  type Store,
  type Stored,
  type World,
} from '../../../../src/gokwik/files/stores/store.ts';
import { createStores } from '../../../../src/gokwik/files/stores/stores.ts';
import type { TransportRequest } from '../../../../src/http/client.ts';

const openDownloader: FileTools['openDownloader'] = () =>
  Promise.reject(new Error('nothing is downloaded here'));

/** Tools of readers of files, where all files lie in folders. */
export const ON_DISK = {
  openDownloader,
  openStore: createStores({ openDownloader, allowPrivate: false, now: Date.now, hide() {} }).open,
};

/** All that a store says is at a location. */
export async function listWhole(location: Location, store: Store) {
  const files: (Stored & { readonly key: string })[] = [];
  const problems: { readonly key: string; readonly message: string }[] = [];
  for await (const page of listFiles(location, store, new AbortController().signal)) {
    for (const [key, item] of page) {
      if ('problem' in item) problems.push({ key, message: item.problem });
      else files.push({ ...item, key });
    }
  }
  return { files, problems };
}

/** What a server says. */
export interface Said {
  readonly status?: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A world in which this answers for every server. */
export function worldOf(answer: (request: TransportRequest) => Said, nowMs: number): World {
  const openDownloader: World['openDownloader'] = async () => ({
    async ask(_, make) {
      const { status = 200, text, headers = {} } = answer(await make());
      const body = (async function* () {
        yield Buffer.from(text);
      })();
      return { status, headers, body, text: async () => text };
    },
    open: () => Promise.reject(new Error('no address')),
    close() {},
  });
  return { allowPrivate: false, now: () => nowMs, hide() {}, openDownloader };
}
