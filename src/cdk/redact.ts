import { fieldSchemas, isJsonObject } from './json.ts';
import type { JsonObject } from './protocol.ts';
import { decodeText, trimText } from './text.ts';

/** Shorter values are left alone: blanking every `1` or `abc` would leave no log to read. */
const MIN_SECRET_CHARS = 4;
const MASK = '****';

/** Keeps secrets out of everything that is printed for people (I9). */
export type Redactor = ReturnType<typeof createRedactor>;

export function createRedactor() {
  const forms = new Set<string>();
  /** The text with every known secret, in any of its usual encodings, replaced by `****`. */
  function redact(text: string): string {
    // Until nothing changes: a mask and its neighbours may spell a secret that has asterisks.
    // It ends, since a pass either shortens the text or leaves fewer characters unmasked.
    const masked = maskOnce(text, forms);
    return masked === text ? text : redact(masked);
  }
  return {
    add(values: Iterable<string>): void {
      for (const value of values)
        for (const form of encodingsOf(value)) forms.add(lowerCased(form));
    },
    redact,
  };
}

/**
 * Replaces what the forms cover. Places that overlap or touch are masked as one: replacing one form
 * after the other would leave a piece of the second where two secrets share characters.
 */
function maskOnce(text: string, forms: ReadonlySet<string>): string {
  const places: [from: number, to: number][] = [];
  // Servers repeat what they were given in other cases, too.
  const lower = lowerCased(text);
  for (const form of forms) {
    for (let from = lower.indexOf(form); from >= 0; from = lower.indexOf(form, from + 1)) {
      places.push([from, from + form.length]);
    }
  }
  if (places.length === 0) return text;
  places.sort((a, b) => a[0] - b[0]);
  let masked = '';
  let shownTo = 0;
  for (const [from, to] of places) {
    if (from > shownTo || masked === '') masked += text.slice(shownTo, from) + MASK;
    shownTo = Math.max(shownTo, to);
  }
  return masked + text.slice(shownTo);
}

/** Character by character, so that places stay. */
const lowerCased = (text: string): string => {
  const lower = text.toLowerCase();
  return lower.length === text.length
    ? lower
    : text.replace(/[^\u0130]+/g, (part) => part.toLowerCase());
};

/** The ways in which a value turns up in URLs, headers, bodies and messages. */
function encodingsOf(value: string): string[] {
  // A row of asterisks is a mask already, as hosts show it; `none` says that there is no secret.
  if (trimText(value).length < MIN_SECRET_CHARS || /^(\*+|\s*none\s*)$/i.test(value)) return [];
  const bytes = Buffer.from(value);
  // As UTF-8 has it: encodeURIComponent throws on half a character pair.
  const text = bytes.toString();
  const percent = [
    encodeURIComponent(text),
    encodeURI(text),
    new URLSearchParams([['', text]]).toString().slice(1),
  ];
  const twice = percent.map(encodeURIComponent);
  const json = JSON.stringify(text).slice(1, -1);
  const escapes = [json, json.replaceAll('/', '\\/')].flatMap((form) => [
    form,
    form.replace(/[\u007f-\uffff]/g, escapeUnicode),
  ]);
  const all = [
    value,
    ...percent,
    ...twice,
    ...htmlForms(text),
    ...escapes,
    // JSON inside JSON, as an API's error may quote a request.
    ...escapes.map((form) => JSON.stringify(form).slice(1, -1)),
    ...base64Cores(bytes).flatMap((core) => [core, core.replaceAll('+', '-').replaceAll('/', '_')]),
    bytes.toString('hex'),
  ];
  return all.filter((form) => form.length >= MIN_SECRET_CHARS);
}

const escapeUnicode = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** As pages of errors have it: the characters that HTML escapes, in the spellings of usual libraries. */
function htmlForms(text: string): string[] {
  const spell = (forms: readonly string[], character: string, spellings: readonly string[]) =>
    forms.flatMap((form) => spellings.map((spelling) => form.replaceAll(character, spelling)));
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = spell([escaped], '"', ['&quot;', '&#34;', '"']);
  const single = spell(quoted, "'", ['&#39;', '&#039;', '&#x27;', '&apos;', "'"]);
  return spell(single, '/', ['/', '&#x2F;', '&#x2f;', '&#47;']);
}

/**
 * What is sure to be in the base64 of any text that holds these bytes, like `user:secret`: three
 * forms, one per alignment. The characters at the edges mix in bits of the neighbours, so they are
 * not part of it; they give away at most four bits at either end. The value's own base64 is whole.
 */
function base64Cores(bytes: Buffer): string[] {
  const cores = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
  const whole = bytes.toString('base64');
  return [...cores, whole, whole.replace(/=+$/, '')];
}

/**
 * The values in `config` that its spec marks `airbyte_secret`, as given and trimmed; of addresses
 * (`contentMediaType` text/uri-list) what signs them. `config` may be
 * anything: it is read before it is validated, so that the validation cannot give a secret away.
 */
export function secretsOf(spec: JsonObject, config: unknown): string[] {
  const secrets = new Set<string>();
  collect(spec, config, false, secrets);
  // A word of the form itself is none: masked, it would be missing where a sentence names a field.
  const words = JSON.stringify(spec);
  return [...secrets].filter((one) => !words.includes(`${JSON.stringify(one)}:`));
}

function collect(schema: unknown, value: unknown, secret: boolean, into: Set<string>): void {
  const node = isJsonObject(schema) ? schema : {};
  // A text in place of the list that holds secrets is one of them.
  const isMisplaced =
    typeof value === 'string' && (isJsonObject(node.items) || isJsonObject(node.properties));
  const marked =
    secret ||
    node.airbyte_secret === true ||
    (isMisplaced && JSON.stringify(node).includes('"airbyte_secret":true'));
  // Of `oneOf` every variant counts: which one is meant may be just what is wrong in the config.
  for (const choice of [node.oneOf, node.anyOf, node.allOf]) {
    if (Array.isArray(choice)) for (const variant of choice) collect(variant, value, marked, into);
  }
  if (Array.isArray(value)) {
    for (const item of value) collect(node.items, item, marked, into);
  } else if (isJsonObject(value)) {
    const properties = fieldSchemas(node);
    for (const [key, item] of Object.entries(value)) collect(properties[key], item, marked, into);
  } else if (marked && (typeof value === 'string' || typeof value === 'number')) {
    const text = String(value);
    const secrets = node.contentMediaType === 'text/uri-list' ? signaturesOf(text) : [text];
    for (const one of secrets) into.add(one).add(trimText(one));
  }
}

/** Parameters that name an algorithm, a day or a region, which other words of a log may name too. */
const MOST_PLAIN_CHARS = 20;
const SIGNING = /sig|token|key|cred|secret|auth|pass|code/i;

/**
 * What an address, also a mistyped one, may hold that lets others use it: its user and password, and its
 * query, whole and by parameters. A path has none, and messages have to name it.
 */
function signaturesOf(text: string): string[] {
  const [, user = '', query = ''] =
    /^(?!\/)(?:[a-z][a-z0-9+.-]*:)?\/*(?:([^/?#]*)@)?[^?]*(?:\?(.*))?/is.exec(trimText(text)) ?? [];
  const values = query.split('&').flatMap((parameter) => {
    const [name = '', ...rest] = parameter.split('=');
    const value = rest.join('=');
    return value.length > MOST_PLAIN_CHARS || SIGNING.test(name) ? [value] : [];
  });
  const password = user.split(':').slice(1).join(':');
  // Of a server that is logged in at, the user alone is a name, which messages have to tell.
  const isName = /^sftp:/i.test(trimText(text)) && password === '';
  return [query, isName ? '' : user, password, ...values]
    .flatMap((one) => [one, decodeText(one)])
    .filter(Boolean);
}
