/** A service account of Google's: its signed claim, the token that it gets for it, and what APIs refuse. */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { isJsonObject } from '../../../cdk/json.ts';
import type { JsonObject } from '../../../cdk/protocol.ts';
import { type Incoming, interrupted } from '../../../http/download.ts';
import { checkBaseUrl } from '../../../http/guard.ts';
import { tryJson } from '../../../http/json.ts';
import type { AccountOf } from './accounts.ts';
import { ask, type Denial, refusedAs } from './bucket.ts';
import { refusal, type World } from './store.ts';

export type GoogleAccount = AccountOf<'google'>;

export interface Google {
  /** Who has to be let in. */
  readonly email: string;
  /**
   * An answer below 300. Throws what `explain` makes of another one, or ConnectorError.
   */
  get(request: GoogleRequest, signal: AbortSignal): Promise<Incoming>;
  getJson(request: GoogleRequest, signal: AbortSignal): Promise<JsonObject>;
}

interface GoogleRequest {
  /** What is asked for, for messages. */
  readonly what: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What a refusal means here; undefined: what it means anywhere. */
  explain?(refused: Denial): Error | undefined;
}

const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const HOUR_SECONDS = 3600;
/** So long before its end a token is not used any more. */
const MARGIN_MS = 60_000;

interface Key {
  readonly email: string;
  readonly id: string | undefined;
  readonly key: KeyObject;
  readonly tokenUrl: URL;
}

/** @param scope what the token may do, as a whole address. */
export function openGoogle(account: GoogleAccount, scope: string, world: World): Google {
  const key = readKey(account, world);
  let token: { readonly text: string; readonly untilMs: number } | undefined;

  async function freshToken(signal: AbortSignal): Promise<string> {
    if (token && world.now() < token.untilMs) return token.text;
    const answer = await ask(
      world,
      `of the token for ${account.name}`,
      () => {
        const assertion = claim(key, scope, world.now());
        world.hide([assertion]);
        const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
        const text = new URLSearchParams({ grant_type: grant, assertion }).toString();
        const body = { type: 'application/x-www-form-urlencoded', text };
        return { method: 'POST', url: key.tokenUrl, headers: {}, body };
      },
      ({ status }, said) => noToken(readObject(said) ?? {}, status),
      signal,
    );
    const given = readObject(await answer.text()) ?? {};
    const { access_token: text, expires_in: seconds } = given;
    if (typeof text !== 'string') throw noToken(given, answer.status);
    world.hide([text]);
    const lifeMs = typeof seconds === 'number' ? seconds * 1000 : HOUR_SECONDS * 1000;
    token = { text, untilMs: world.now() + lifeMs - MARGIN_MS };
    return text;
  }

  const noToken = ({ error_description: why }: JsonObject, status: number): Error =>
    refusal(account, tokenSentence(String(why ?? ''), status));

  const get: Google['get'] = ({ what, url, headers, explain }, signal) =>
    ask(
      world,
      what,
      async () => ({
        method: 'GET',
        url: new URL(url),
        headers: { ...headers, Authorization: `Bearer ${await freshToken(signal)}` },
      }),
      ({ status }, text) => {
        const refused = { status, word: wordOf(text) };
        if (/rateLimit|quota/i.test(refused.word)) return interrupted(what, refused.word);
        return explain?.(refused) ?? refusedAs(account, sentenceOf(refused), what, refused);
      },
      signal,
    );

  return {
    email: key.email,
    get,
    async getJson(request, signal) {
      const value = readObject(await (await get(request, signal)).text());
      if (!value) throw interrupted(request.what, 'an answer that is no JSON');
      return value;
    },
  };
}

/** The API, in the project of the account: no right of the account's is missing. */
export const isSwitchedOff = ({ word }: Denial): boolean =>
  /SERVICE_DISABLED|accessNotConfigured/.test(word);

function readKey(account: GoogleAccount, { allowPrivate, hide }: World): Key {
  const refuse = (why: string): Error =>
    refusal(
      account,
      `its \`service_account\` ${why}. Paste the whole JSON file of a key, as Google Cloud made it.`,
    );
  const file = readObject(account.service_account) ?? {};
  const { client_email: email, private_key: given, private_key_id: id, token_uri: uri } = file;
  if (typeof email !== 'string' || typeof given !== 'string') {
    throw refuse('is no key of a service account');
  }
  // What went through a shell or another form has its line ends escaped once more.
  const pem = given.replaceAll('\\n', '\n');
  hide([pem]);
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw refuse('has a private key that is cut or changed');
  }
  const field = `file_stores of ${account.name}: token_uri`;
  const tokenUrl = checkBaseUrl(typeof uri === 'string' ? uri : TOKEN_URL, { allowPrivate, field });
  return { email, id: typeof id === 'string' ? id : undefined, key, tokenUrl };
}

/** A claim as RFC 7523 has it, signed by RS256. */
export function claim({ email, id, key, tokenUrl }: Key, scope: string, nowMs: number): string {
  const issued = Math.floor(nowMs / 1000);
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const head = encode({ alg: 'RS256', typ: 'JWT', ...(id !== undefined && { kid: id }) });
  const body = encode({
    iss: email,
    scope,
    aud: tokenUrl.href,
    iat: issued,
    exp: issued + HOUR_SECONDS,
  });
  const signature = sign('RSA-SHA256', Buffer.from(`${head}.${body}`), key).toString('base64url');
  return `${head}.${body}.${signature}`;
}

/** Undefined: it is none. */
function readObject(text: string): JsonObject | undefined {
  const value = tryJson(Buffer.from(text));
  return isJsonObject(value) ? value : undefined;
}

/** The newest word first: `error.details[].reason`, `error.errors[].reason`, `error.status`. */
function wordOf(text: string): string {
  const { error } = readObject(text) ?? {};
  if (!isJsonObject(error)) return '';
  const { details, errors, status } = error;
  const lists = [details, errors].flatMap((list) => (Array.isArray(list) ? list : []));
  const named = lists.flatMap((one) => (isJsonObject(one) ? (one.reason ?? []) : []));
  return String(named[0] ?? status ?? '');
}

function tokenSentence(description: string, status: number): string {
  if (/signature/i.test(description)) {
    return 'Google does not know the key of its `service_account`: it was deleted or replaced. Make a new key and enter it.';
  }
  if (/not found|disabled|deleted/i.test(description)) {
    return 'the account of its `service_account` does not exist any more, or is disabled. Enable it, or enter a key of another one.';
  }
  if (/short-lived|timeframe|iat|exp\b/i.test(description)) {
    return 'the clock of this machine is too far from Google’s. Set the clock right.';
  }
  return `Google gives its \`service_account\` no token (HTTP ${status}). Make a new key and enter it.`;
}

function sentenceOf(refused: Denial): string {
  if (isSwitchedOff(refused)) {
    return 'the API is not switched on in the project of its `service_account`. Enable it there in Google Cloud: Cloud Storage, Google Drive or Google Sheets API';
  }
  if (refused.status === 401)
    return 'Google does not take the token of its `service_account`. Make a new key and enter it';
  return 'Google refuses. Look the word up that it gives as the reason';
}
