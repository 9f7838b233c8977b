/**
 * Personal data in emitted rows, where the config's `pii_mode` is not `plain`. `hash` puts an HMAC in
 * place of each value, the same for the same person in all streams and fields, so that tables still
 * join; `drop` leaves null. Keys that the API gives and cursors are the same in all modes.
 */
import { createHmac, createSecretKey, hash } from 'node:crypto';
import { ConfigError } from '../../cdk/errors.ts';
import type { JsonObject } from '../../cdk/protocol.ts';
import { remember } from '../../cdk/text.ts';
import { weaknessOf } from './key.ts';
import type { PiiKind } from './kinds.ts';
import { type Collect, compileHide, type Hide, hideName, type Mask } from './row.ts';
import { createPersonal, type Replace } from './search.ts';
import { isMasked, spell, spellPhones } from './spelling.ts';

export type PiiMode = 'hash' | 'drop';

export interface PiiSettings {
  readonly mode: 'plain' | PiiMode;
  readonly key?: string | undefined;
  /** `drop`: fields that neither the schema nor the profile names go as a whole. */
  readonly undeclared?: 'search' | 'drop' | undefined;
}

export interface Pii {
  /**
   * The pass for the rows of one stream. `exempt`: top-level fields that are not searched, unless the
   * schema says that they are personal. `listed`: top-level fields that the profile names.
   */
  compile(schema: JsonObject, exempt: ReadonlySet<string>, listed?: ReadonlySet<string>): Hide;
  /** What a row says that is asked about and not printed: the order of a refund. */
  collect(schema: JsonObject, exempt: ReadonlySet<string>): Collect;
  /** A name of a file, without what is personal in it: as its rows, messages and the state have it. */
  hideName(text: string): string;
  /**
   * Whether a row without an id must be hidden before it is digested: in `drop` mode, where a digest
   * of what went would give it away to whoever tries all values.
   */
  readonly digestsHidden: boolean;
  /** A digest that stands in for a key, of the row's canonical JSON: with the secret in `hash` mode. */
  keyDigest(canonical: string): string;
}

/** In texts, where null cannot stand. */
const REMOVED = '[removed]';

/**
 * What the config's `pii_mode` asks for; undefined: personal data stays as it is.
 *
 * @param settings.key the merchant's secret for `hash`. Bare SHA-256 would not do: all ten-digit
 *   numbers of India are tried in seconds.
 * @throws ConfigError GK_PII_KEY when `hash` has no key, or one that can be guessed.
 */
export function createPii({ mode, key = '', undeclared }: PiiSettings): Pii | undefined {
  if (mode === 'plain') return undefined;
  if (mode === 'hash') refuseWeakKey(key);
  const dropsUndeclared = undeclared === 'drop';
  const mask =
    mode === 'drop' ? createDropMask(dropsUndeclared) : createHashMask(key, dropsUndeclared);
  const none: ReadonlySet<string> = new Set();
  return {
    compile: (schema, exempt, listed = none) => compileHide(schema, exempt, listed, mask).hide,
    collect: (schema, exempt) => compileHide(schema, exempt, none, mask).collect,
    hideName: (text) => hideName(text, createPersonal(), mask),
    digestsHidden: mode === 'drop',
    keyDigest: (canonical) =>
      mode === 'hash'
        ? `hmac:${createHmac('sha256', key).update(`key\0${canonical}`).digest('hex')}`
        : `sha256:${hash('sha256', canonical)}`,
  };
}

function refuseWeakKey(key: string): void {
  const weakness = key === '' ? 'is missing' : weaknessOf(key);
  if (weakness === undefined) return;
  throw new ConfigError(
    'GK_PII_KEY',
    `\`pii_mode\` is hash, and \`pii_hash_key\` ${weakness}. With a key that can be guessed, the hash of a ten-digit phone number is found in seconds. Make one with \`openssl rand -hex 32\`, set \`pii_hash_key\` to it and keep it: another key gives other hashes.`,
  );
}

const createDropMask = (dropsUndeclared: boolean): Mask => ({
  drops: true,
  dropsUndeclared,
  value: () => null,
  replace: () => REMOVED,
});

function createHashMask(key: string, dropsUndeclared: boolean): Mask {
  const secret = createSecretKey(key, 'utf8');
  const hmac = (text: string): string => createHmac('sha256', secret).update(text).digest('hex');
  // A domain for each kind: equal texts of two kinds do not meet.
  const hashName = remember((text) => hmac(`name\0${spell('name', text)}`));
  const hashAs = (kind: PiiKind, text: string): string =>
    kind === 'name' ? hashName(text) : hmac(`${domainOf(kind, text)}\0${spell(kind, text)}`);
  const replace: Replace = (kind, text) => {
    // Of a masked number nothing but the mask is known, so it is no one's number.
    if (kind !== 'phone' || isMasked(text)) return hashAs(kind, text);
    return spellPhones(text)
      .map((phone) => hmac(`phone\0${phone}`))
      .join('|');
  };
  return {
    drops: false,
    dropsUndeclared,
    value: (kind, value) => (String(value).trim() === '' ? null : replace(kind, String(value))),
    replace,
  };
}

/** `name@okbank` is a payment address wherever it stands, and `name@host.in` an e-mail. */
function domainOf(kind: PiiKind, text: string): PiiKind {
  if ((kind !== 'email' && kind !== 'upi' && kind !== 'bank') || !text.includes('@')) return kind;
  return /@[^@]*\./.test(text) ? 'email' : 'upi';
}
