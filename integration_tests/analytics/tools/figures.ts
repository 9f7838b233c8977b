import { readFile } from 'node:fs/promises';

/** Every figure of a report's page, in its order. */
export async function figures(path: string): Promise<unknown[]> {
  const page = await readFile(path, 'utf8');
  return [...page.matchAll(/<td data-value="([^"]*)"/g)].map(([, text = '']) =>
    text === '' ? null : Number(Number(text).toPrecision(9)),
  );
}
