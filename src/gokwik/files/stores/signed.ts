/** Buckets whose every request is signed, and which answer in XML: S3 and Azure. */
import { ConnectorError } from '../../../cdk/errors.ts';
import type { TransportRequest } from '../../../http/client.ts';
import { type Incoming, unlisted } from '../../../http/download.ts';
import type { FileProblem } from '../location.ts';
import { type Asked, ask, type Denial, type Page, rangeOf, refusedAs, storeOf } from './bucket.ts';
import type { Store, Stored, World } from './store.ts';
import { readXmlError, type Texts } from './xml.ts';

export type Doing = 'list' | 'read';

export interface SignedBucket {
  readonly account: { readonly name: string };
  /** For messages: `s3://bucket`. */
  readonly place: string;
  readonly base: string;
  /** Of one part of a path, or of a value in a query. */
  encode(text: string): string;
  sign(
    url: string,
    headers: Readonly<Record<string, string>>,
  ): TransportRequest | Promise<TransportRequest>;
  /** How a page is asked for; what is undefined is left out. */
  queryOf(asked: Asked): Readonly<Record<string, string | undefined>>;
  /** Throws any error for what is no list of its kind. */
  readPage(text: string): Page<Stored>;
  /** Of an answer without a text, by its headers. */
  wordOf?(headers: Incoming['headers']): string | undefined;
  /** What a refusal means and what to do, a sentence without its end; or what is wrong with the file alone. */
  explain(
    refused: Denial & { readonly texts: Readonly<Texts>; readonly headers: Incoming['headers'] },
    doing: Doing,
  ): string | FileProblem;
}

export function openSigned(bucket: SignedBucket, world: World): Store {
  const { account, place, base, encode, sign } = bucket;

  function send(
    doing: Doing,
    path: string,
    query: Readonly<Record<string, string | undefined>>,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Incoming> {
    const asked = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : `${name}=${encode(value)}`,
    );
    const address = base + path.split('/').map(encode).join('/');
    const url = asked.length > 0 ? `${address}?${asked.join('&')}` : address;
    const refuse = ({ status, headers }: Incoming, text: string): Error => {
      const texts = readXmlError(text);
      const word = texts.Code ?? bucket.wordOf?.(headers) ?? '';
      const why = bucket.explain({ status, word, texts, headers }, doing);
      return typeof why === 'string' ? refusedAs(account, why, place, { status, word }) : why;
    };
    const what = doing === 'list' ? place : place + path;
    return ask(world, what, () => sign(url, headers), refuse, signal);
  }

  return storeOf({
    place,
    async list(asked, signal) {
      const answer = await send('list', '', bucket.queryOf(asked), {}, signal);
      const text = await answer.text();
      try {
        return bucket.readPage(text);
      } catch (error) {
        throw error instanceof ConnectorError ? error : unlisted(place, 'what came is no list');
      }
    },
    get({ path, tag }, range, signal) {
      // The version that was listed, and no other one.
      const headers = { ...(tag !== undefined && { 'If-Match': tag }), ...rangeOf(range) };
      return send('read', `/${path}`, {}, headers, signal);
    },
  });
}
