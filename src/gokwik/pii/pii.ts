/**
 * Personal data in emitted rows, where the config's `pii_mode` is not `plain`. `hash` puts an HMAC in
 * place of each value, the same for the same person in all streams and fields, so that tables still
 * join; `drop` leaves null. Keys and cursors are the same in all modes.
 */
import { hash as digest } from 'node:crypto';
import { ConfigError } from '../../cdk/errors.ts';
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { compileHide } from './hide.ts';
import { isMasked, normalise, type PiiKind, splitPhones } from './personal.ts';
import { remember } from './remember.ts';
import type { Personal, Replace } from './search.ts';

export type PiiMode = 'hash' | 'drop';

/**
 * Hides a row in place and tells what it had said. `inherited`: what the parent's row had said,
 * which must not stand in its children either.
 */
export type Hide = (row: JsonObject, inherited: Personal | undefined) => Personal;

export interface Pii {
  /**
   * The pass for the rows of one stream. `exempt`: top-level fields that are not searched, unless the
   * schema says that they are personal.
   */
  compile(schema: JsonObject, exempt: ReadonlySet<string>): Hide;
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
/** Of SHA-256. */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** Room for almost every value in UTF-8. */
const ROOM_BYTES = 1024;

/**
 * @param options.key the merchant's secret for `hash`. Bare SHA-256 would not do: all ten-digit
 *   numbers of India are tried in seconds.
 * @throws ConfigError GK_PII_KEY when `hash` has no key.
 */
export function createPii({ mode, key = '' }: { mode: PiiMode; key?: string | undefined }): Pii {
  if (mode === 'hash' && key === '') {
    throw new ConfigError(
      'GK_PII_KEY',
      'Set `pii_hash_key` to a long random secret: `pii_mode` "hash" needs one.',
    );
  }
  const mask = mode === 'drop' ? DROP : createHashMask(key);
  return { compile: (schema, exempt) => compileHide(schema, exempt, mask) };
}

const DROP: Mask = { drops: true, value: () => null, replace: () => REMOVED };

function createHashMask(key: string): Mask {
  const hash = remember(createHmac(key));
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

/**
 * HMAC-SHA-256 in hex (RFC 2104), by two one-shot hashes over buffers that are made once: half the
 * time of `crypto.createHmac`, whose objects cost more than the hashing of something so short.
 */
function createHmac(key: string): (text: string) => string {
  const bytes = Buffer.from(key, 'utf8');
  const block = Buffer.alloc(BLOCK_BYTES);
  const isLong = bytes.length > BLOCK_BYTES;
  block.set(isLong ? digest('sha256', bytes, 'buffer') : bytes);
  const inner = Buffer.alloc(BLOCK_BYTES + ROOM_BYTES);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
  for (const [at, byte] of block.entries()) {
    inner[at] = byte ^ 0x36;
    outer[at] = byte ^ 0x5c;
  }
  const pad = inner.subarray(0, BLOCK_BYTES);
  return (text) => {
    // No character takes more than three bytes for each of its units.
    const fits = text.length * 3 <= ROOM_BYTES;
    const input = fits
      ? inner.subarray(0, BLOCK_BYTES + inner.write(text, BLOCK_BYTES))
      : Buffer.concat([pad, Buffer.from(text)]);
    outer.write(digest('sha256', input, 'binary'), BLOCK_BYTES, 'binary');
    return digest('sha256', outer, 'hex');
  };
}
