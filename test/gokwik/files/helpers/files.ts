import type { FileTools } from '../../../../src/gokwik/files/content.ts';
import { createStores } from '../../../../src/gokwik/files/stores/stores.ts';

const openDownloader: FileTools['openDownloader'] = () =>
  Promise.reject(new Error('nothing is downloaded here'));

/** Tools of readers of files, where all files lie in folders. */
export const ON_DISK = {
  openDownloader,
  openStore: createStores({ openDownloader, allowPrivate: false, now: Date.now, hide() {} }).open,
};
