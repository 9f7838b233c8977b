/** Logins: one a run and host, again after a refusal. Their tokens are secrets. */
import { ConfigError, ConnectorError, SystemError } from '../cdk/errors.ts';
import type { ReadContext } from '../cdk/source.ts';
import type { Http, HttpResponse } from '../http/http.ts';
import type { Host } from './hosts.ts';
import { namesOf } from './lists/lists.ts';
import { answerAt, valueAt } from './path.ts';
import { buildRequest } from './request.ts';
import type { Values } from './template.ts';

type Login = NonNullable<Host['auth']['login']>;

interface LoginOptions {
  readonly http: Http;
  /** What placeholders stand for whatever is asked: the config's secrets. */
  readonly values: Values;
  readonly now: () => number;
  /** Keeps a token out of everything that is printed (I9). */
  readonly hide: (secrets: Iterable<string>) => void;
  /** Whatever comes of it, no host is logged in at twice. */
  readonly isOnce?: boolean;
}

export type Logins = ReturnType<typeof createLogins>;

export function createLogins({ http, values, now, hide, isOnce }: LoginOptions) {
  const tokens = new Map<string, Promise<string>>();

  async function logIn(host: Host, login: Login, stream: string, context: ReadContext) {
    const target = { stream, host: { url: host.url, auth: {} }, request: login };
    const answer = await http.send(buildRequest(target, values, now()), {
      ...context,
      inspect: ({ status }) =>
        [400, 401, 403, 422].includes(status)
          ? { kind: 'fail', error: refused(host, stream, `HTTP ${status}`) }
          : undefined,
    });
    const { body } = answer;
    const token = answerAt(answer, login.token);
    if (typeof token === 'string' || typeof token === 'number') {
      hide([String(token)]);
      return String(token);
    }
    const names = namesOf(body).join(', ');
    if (typeof valueAt(body, 'message') === 'string' || names === '')
      throw refused(host, stream, `no token at ${login.token}; keys: ${names}`);
    throw new SystemError(
      'GK_LOGIN',
      `Stream ${stream}: the login at ${new URL(host.url).host} gave no token at ${login.token}. Set \`auth.login.token\` of this host in api_profile to where the answer holds it.`,
      { stream, detail: `keys: ${names}` },
    );
  }

  function tokenOf(host: Host, login: Login, stream: string, context: ReadContext) {
    const known = tokens.get(host.url);
    if (known) return known;
    const token = logIn(host, login, stream, context);
    tokens.set(host.url, token);
    // A login that failed is tried again by who asks next.
    if (!isOnce) token.catch(() => tokens.delete(host.url));
    return token;
  }

  return {
    /**
     * Runs `send` with the host's token, if it has a login. Where the answer is that the token is no
     * good, as of one that ended while a request waited, it logs in anew and runs `send` once more.
     */
    async authorised(
      host: Host,
      stream: string,
      context: ReadContext,
      send: (token: Values) => Promise<HttpResponse>,
    ): Promise<HttpResponse> {
      const { login } = host.auth;
      if (!login) return send({});
      const asked = tokenOf(host, login, stream, context);
      const token = await asked;
      try {
        return await send({ token });
      } catch (error) {
        if (isOnce || !(error instanceof ConnectorError && isRefusal(error))) throw error;
        if (tokens.get(host.url) === asked) tokens.delete(host.url);
        return send({ token: await tokenOf(host, login, stream, context) });
      }
    },
  };
}

const isRefusal = ({ code }: ConnectorError): boolean =>
  code === 'GK_CREDENTIALS' || code === 'GK_HTTP_401';

const refused = ({ url }: Host, stream: string, detail: string): ConfigError =>
  new ConfigError(
    'GK_LOGIN',
    `Stream ${stream}: ${new URL(url).host} refused the login. Check the login's secrets in \`secrets\` of the config, and \`auth.login\` of this host in api_profile.`,
    { stream, detail },
  );
