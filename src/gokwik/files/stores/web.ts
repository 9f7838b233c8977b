/** Files behind addresses, pre-signed ones included: one address is one file. */
import { ConfigError } from '../../../cdk/errors.ts';
import { addressName } from '../../../http/guard.ts';
import type { Store, World } from './store.ts';

export function openWeb({ openDownloader }: World): Store {
  return {
    // What an address has, it says when it is opened.
    async find(address) {
      return { path: addressName(address), id: address, size: undefined, modifiedMs: undefined };
    },
    async *list() {},
    async open({ id = '' }, { from }, signal, known = {}) {
      const downloader = await openDownloader();
      return downloader.open(id, known, signal, from).catch((error: unknown) => {
        if (error instanceof ConfigError)
          error.message += ' Pre-signed addresses expire: make a new one and set it in `files`.';
        throw error;
      });
    },
  };
}
