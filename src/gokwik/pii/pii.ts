/**
 * Personal data in emitted rows, as the config's `pii_mode` says. `plain` costs nothing; `hash` puts
 * an HMAC in place of each value, the same for the same person in all streams and fields, so that
 * tables still join; `drop` leaves null. Keys and cursors are the same in all modes.
 */
import { createHmac, createSecretKey } from 'node:crypto';
import { ConfigError } from '../../cdk/errors.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { compileHide } from './hide.ts';
import { isMasked, normalise, type PiiKind, splitPhones } from './personal.ts';
import type { Personal, Replace } from './search.ts';

export type PiiMode = 'plain' | 'hash' | 'drop';

/**
 * Hides a row in place and tells what it had said. `inherited`: what the parent's row had said,
 * which must not stand in its children either.
 */
export type Hide = (row: JsonObject, inherited: Personal | undefined) => Personal;

export interface Pii {
  readonly mode: PiiMode;
  /**
   * The pass for the rows of one stream; undefined when there is nothing to do. `exempt`: top-level
   * fields that are not searched, unless the schema says that they are personal.
   */
  compile(schema: JsonObject, exempt: ReadonlySet<string>): Hide | undefined;
}

/** What stands for a personal value, and inside a text. */
export interface Mask {
  /** Annotated objects and lists go as a whole. */
  readonly drops: boolean;
  readonly value: (kind: PiiKind, value: string | number) => Json;
  readonly replace: Replace;
}

/** In texts, where null cannot stand. */
const REMOVED = '[removed]';
/** Values whose HMAC is remembered; then all are forgotten (I8). */
const REMEMBERED = 20_000;

/**
 * @param options.key the merchant's secret for `hash`. Bare SHA-256 would not do: all ten-digit
 *   numbers of India are tried in seconds.
 * @throws ConfigError GK_PII_KEY when `hash` has no key.
 */
export function createPii({ mode, key = '' }: { mode: PiiMode; key?: string }): Pii {
  if (mode === 'hash' && key === '') {
    throw new ConfigError(
      'GK_PII_KEY',
      'Set `pii_hash_key` to a long random secret: `pii_mode` "hash" needs one.',
    );
  }
  const mask = mode === 'drop' ? DROP : createHashMask(key);
  return {
    mode,
    compile: (schema, exempt) => (mode === 'plain' ? undefined : compileHide(schema, exempt, mask)),
  };
}

const DROP: Mask = { drops: true, value: () => null, replace: () => REMOVED };

function createHashMask(key: string): Mask {
  const remembered = new Map<string, string>();
  // A key object is taken over as it is: a quarter less time for each hash.
  const secret = createSecretKey(key, 'utf8');

  function hash(text: string): string {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    if (remembered.size >= REMEMBERED) remembered.clear();
    const hashed = createHmac('sha256', secret).update(text).digest('hex');
    remembered.set(text, hashed);
    return hashed;
  }

  const replace: Replace = (kind, text) => {
    // Of a masked number nothing but the mask is known, so it is no one's number.
    if (kind !== 'phone' || isMasked(text)) return hash(normalise(kind, text));
    return splitPhones(text)
      .map((phone) => hash(normalise('phone', phone)))
      .join('|');
  };
  return {
    drops: false,
    value: (kind, value) => (String(value).trim() === '' ? null : replace(kind, String(value))),
    replace,
  };
}
