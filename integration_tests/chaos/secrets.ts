/** Searches all that a run printed for what must not be there (I9). */
export interface Scanner {
  /** Throws when the bytes hold a secret in any spelling. */
  scan(where: string, ...texts: readonly (string | Buffer)[]): void;
  /** Bytes searched so far. */
  bytes(): number;
}

export function createScanner(secrets: readonly string[]): Scanner {
  const forms = [...new Set(secrets.flatMap(spellings))];
  let searched = 0;
  return {
    scan(where, ...texts) {
      for (const text of texts) {
        const bytes = typeof text === 'string' ? Buffer.from(text) : text;
        searched += bytes.length;
        const found = forms.find((form) => bytes.includes(form));
        if (found !== undefined) {
          const at = bytes.indexOf(found);
          const around = bytes.subarray(Math.max(0, at - 100), at).toString();
          throw new Error(`a secret was printed by ${where}, after …${around}`);
        }
      }
    },
    bytes: () => searched,
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
