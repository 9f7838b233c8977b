/** The stores of a run. What one needs is loaded when it is used. */
import type { Location } from '../location.ts';
import type { Store, World } from './store.ts';

export interface Stores {
  /** The same one for all locations that share it. */
  open(location: Location): Promise<Store>;
  close(): void;
}

export function createStores(world: World): Stores {
  const open = new Map<string, Promise<Store>>();
  return {
    open(location) {
      const { scheme, container, account } = location;
      const id = JSON.stringify([scheme, container, account?.name]);
      const known = open.get(id);
      if (known) return known;
      const opening = openStore(location, world);
      open.set(id, opening);
      return opening;
    },
    close() {
      for (const opening of open.values()) opening.then((store) => store.close?.()).catch(() => {});
    },
  };
}

async function openStore({ scheme, container, account }: Location, world: World): Promise<Store> {
  if (scheme === 'file') return (await import('./disk.ts')).disk;
  if (scheme === 'https') return (await import('./web.ts')).openWeb(world);
  switch (account?.type) {
    case 's3':
      return (await import('./s3.ts')).openS3(container, account, world);
    case 'azure':
      return (await import('./azure.ts')).openAzure(container, account, world);
    case 'sftp':
      return (await import('./sftp.ts')).openSftp(container, account, world);
    case 'google':
      if (scheme === 'gs') return (await import('./gcs.ts')).openGcs(container, account, world);
      if (scheme === 'gdrive')
        return (await import('./drive.ts')).openDrive(container, account, world);
      return (await import('./sheets.ts')).openSheet(container, account, world);
    default:
      throw new Error(`no store opens ${scheme}://`);
  }
}
