import { figures } from './figures.ts';

/** Searches all that a run printed for what must not be there (I9). */
export interface Scanner {
  /** Throws when the bytes hold a secret in any spelling, or an answer that was no data. */
  scan(where: string, ...texts: readonly (string | Buffer)[]): void;
}

/** Of bodies that the simulator sends in place of data: none may be shown as it came. */
const BODIES = ['<h1>Bad Gateway</h1>', 'this was never compressed'];

export function createScanner(secrets: readonly string[]): Scanner {
  const forms = [...new Set([...secrets.flatMap(spellings), ...BODIES])];
  return {
    scan(where, ...texts) {
      for (const text of texts) {
        const bytes = typeof text === 'string' ? Buffer.from(text) : text;
        figures.bytes += bytes.length;
        const found = forms.find((form) => bytes.includes(form));
        if (found !== undefined) {
          const at = bytes.indexOf(found);
          const around = bytes.subarray(Math.max(0, at - 100), at).toString();
          throw new Error(`${where} printed what it must not show, after …${around}`);
        }
      }
    },
  };
}

/** Raw, URL-encoded, base64 at each of its three alignments (less the edges), and hexadecimal. */
function spellings(secret: string): string[] {
  const cores = [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
    const encoded = bytes.toString('base64').replace(/=+$/, '');
    return encoded.slice(Math.ceil((shift * 8) / 6), encoded.length - 1);
  });
  const url = cores.map((core) => core.replaceAll('+', '-').replaceAll('/', '_'));
  const hex = Buffer.from(secret).toString('hex');
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, encodeURIComponent(secret), json, ...cores, ...url, hex, hex.toUpperCase()];
}
