import { TOO_LARGE } from './body.ts';
import { BLOCKED } from './guard.ts';

/** Why there is no answer to rely on. */
export type FailureReason =
  | 'timeout'
  | 'dns'
  | 'refused'
  | 'reset'
  | 'tls'
  | 'not_json'
  | 'too_large'
  | 'truncated'
  | 'redirect'
  | 'blocked'
  | 'aborted'
  | 'other';

/** First match wins. TLS: Node's own codes and the verification codes of OpenSSL. */
const REASONS: readonly (readonly [RegExp, FailureReason])[] = [
  [new RegExp(`^${BLOCKED}$`), 'blocked'],
  [/^(ENOTFOUND|ENODATA|ESERVFAIL|EAI_\w+)$/, 'dns'],
  [/^ECONNREFUSED$/, 'refused'],
  [/^(ECONNRESET|ECONNABORTED|EPIPE)$/, 'reset'],
  [/^(ETIMEDOUT|ERR_TLS_HANDSHAKE_TIMEOUT)$/, 'timeout'],
  [/^(EPROTO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/, 'tls'],
  [/^ERR_(TLS|SSL)_|CERT|CRL_|SIGNATURE|ISSUER/, 'tls'],
];

/** An error's code, and nothing else of it. A failed connection to several addresses has a list. */
export function codeOf(error: unknown): string {
  const { code, cause, errors } = (error ?? {}) as {
    code?: unknown;
    cause?: unknown;
    errors?: unknown;
  };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
  const inner = Array.isArray(errors) ? errors[0] : cause;
  return inner === undefined || inner === error ? 'unknown' : codeOf(inner);
}

/** Why no answer began. */
export function reasonOf(code: string): FailureReason {
  return REASONS.find(([pattern]) => pattern.test(code))?.[1] ?? 'other';
}

/** After the headers a lost connection is a body that was cut, whatever the code says. */
export function bodyReasonOf(code: string): FailureReason {
  if (code === TOO_LARGE) return 'too_large';
  return code.startsWith('Z_') && code !== 'Z_BUF_ERROR' ? 'not_json' : 'truncated';
}
