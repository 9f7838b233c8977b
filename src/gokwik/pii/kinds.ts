/**
 * What is personal: kinds of personal data, the names under which they travel in fields that no
 * schema declares, and the one spelling in which two values of a kind are compared and hashed.
 */

export const PII_KINDS = [
  'phone',
  'email',
  'name',
  'address',
  'ip',
  'user_agent',
  'bank',
  'text',
] as const;
export type PiiKind = (typeof PII_KINDS)[number];

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Last words of names that say something about a personal value without holding it. */
const ABOUT = set(
  'type types status state count verified valid validated flag at time date app os version device ' +
    'browser model platform present provided consent optin subscribed length source',
);
/** Coarse places stay: RTO analysis needs them. */
const PLACE = set(
  'city cities town state province country pincode pin postcode postalcode postal zip zipcode zone ' +
    'region district tier',
);
/** What a thing's name is called after. All other names are taken for a person's. */
const THING = set(
  'product item variant courier carrier utm file campaign source medium store shop brand event page ' +
    'coupon discount promo offer gateway bank provider method plan template app device browser os ' +
    'warehouse vendor sku category collection tag type status stage field column table host domain ' +
    'server service channel segment experiment feature key class component module network merchant ' +
    'company business organization order attribute property option tax fee charge rate theme ' +
    'language currency script job queue mode city state country province zone region district ' +
    'step action reason flow bundle catalog payment platform partner agency seller supplier hub ' +
    'sort index',
);
const PERSON = set(
  'customer customers user buyer shopper consignee recipient receiver sender contact person guest ' +
    'client member billing shipping delivery address addresses addressee owner holder beneficiary',
);
const NAME_WORDS = set(
  'firstname lastname fullname middlename surname nickname fname lname username customername ' +
    'buyername consigneename recipientname receivername holdername consignee addressee',
);
const IP_WORDS = set('ip ips ipv ipaddress ipaddr clientip remoteip userip customerip');
const BANK_WORDS = set(
  'ifsc iban vpa vpas pan pannumber aadhaar aadhar dob birthdate birthday gstin passport ' +
    'accountnumber accountno bankaccount cvv upiid upivpa',
);
const BANK_PAIRS = ['account number', 'account no', 'account num', 'bank account', 'birth date'];
const STREET_WORDS = set(
  'address addresses addr street landmark house houseno flat flatno apartment building doorno ' +
    'locality latitude longitude lat lng lon coordinates geo geolocation geoip',
);
const TEXT_WORDS = set(
  'note notes comment comments remark remarks message messages instruction instructions feedback ' +
    'review reviews description reason',
);
const PHONE_WORD =
  /^(?:customer|user|billing|shipping|contact|alt|alternate|home|work|primary|tele|whatsapp)?(?:phone|mobile|whatsapp|msisdn)(?:s|no|num|number|numbers)?$/;

/**
 * The kind of a field by its name, for fields that no schema declares: undefined when the name says
 * nothing personal. `parent` is the name of the object (or list) that holds it.
 */
export function kindOfName(name: string, parent: string | undefined): PiiKind | undefined {
  const words = splitWords(name);
  const last = words.at(-1) ?? '';
  const text = ` ${words.join(' ')} `;
  const has = (known: ReadonlySet<string>): boolean => words.some((word) => known.has(word));
  if (ABOUT.has(last)) return undefined;
  if (
    words.some((word) => word.includes('email')) ||
    has(set('mail mails')) ||
    / e mail /.test(text)
  ) {
    return 'email';
  }
  if (has(set('tel mob cell')) || words.some((word) => PHONE_WORD.test(word))) return 'phone';
  if (/ contact (?:no|num|number) $/.test(text)) return 'phone';
  if (has(IP_WORDS) || / ip (?:address|addr) /.test(text)) return 'ip';
  if (last === 'ua' || /user ?agent/.test(text)) return 'user_agent';
  if (isBank(words, last, text, has)) return 'bank';
  if (isPersonName(words, last, parent)) return 'name';
  if (TEXT_WORDS.has(last)) return 'text';
  if (last === 'id' || last === 'ids' || has(PLACE)) return undefined;
  if (has(STREET_WORDS) || / (?:address )?line \d /.test(text)) return 'address';
  // Whatever else stands in an address is part of it.
  return parent !== undefined && splitWords(parent).some(isAddressWord) ? 'address' : undefined;
}

/** Places that hold for thousands: never taken for a part of someone's address. */
export function isPlaceName(name: string): boolean {
  return splitWords(name).some((word) => PLACE.has(word));
}

/** The words of a name, in lower case: `billingAddress1` → billing, address, 1. */
function splitWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([a-zA-Z])(\d)/g, '$1_$2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function isAddressWord(word: string): boolean {
  return word === 'address' || word === 'addresses' || word === 'addr';
}

function isBank(
  words: readonly string[],
  last: string,
  text: string,
  has: (known: ReadonlySet<string>) => boolean,
): boolean {
  if (has(BANK_WORDS) || last === 'bank') return true;
  if (BANK_PAIRS.some((pair) => text.includes(` ${pair} `))) return true;
  if (/ date of birth | gst (?:no|number) | card (?:no|number) /.test(text)) return true;
  return words.includes('upi') && (last === 'upi' || / upi (?:id|handle|address) $/.test(text));
}

function isPersonName(words: readonly string[], last: string, parent: string | undefined): boolean {
  if (words.some((word) => NAME_WORDS.has(word))) return true;
  if (/^(?:recipient|receiver)$/.test(words.join(' '))) return true;
  if (words[0] === 'name' && /^(?:first|last|full|middle)$/.test(last)) return true;
  if (last !== 'name' && last !== 'names') return false;
  if (words.length > 1) return !words.some((word) => THING.has(word));
  return parent === undefined || splitWords(parent).some((word) => PERSON.has(word));
}

/** Phone numbers of a value: upstream joins several by a pipe or a comma. */
export function splitPhones(text: string): string[] {
  const parts = text
    .split(/[|,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  // A spreadsheet may group digits by commas: that is one number.
  return parts.every((part) => isMasked(part) || digitsOf(part).length >= 7) ? parts : [text];
}

export function isMasked(phone: string): boolean {
  return /[*x\u2022]/i.test(phone);
}

/** The spelling in which values are compared: the same person's phone or e-mail has one. */
export function normalise(kind: PiiKind, text: string): string {
  const trimmed = text.trim();
  switch (kind) {
    case 'phone':
      return isMasked(trimmed) ? trimmed : normalisePhone(trimmed);
    case 'email':
    case 'ip':
      return trimmed.toLowerCase();
    case 'name':
    case 'address':
      return trimmed.replace(/\s+/g, ' ').toLowerCase();
    default:
      return trimmed;
  }
}

/** `+919876543210` of an Indian number in any spelling; `+` and the digits of a foreign one. */
function normalisePhone(text: string): string {
  const digits = digitsOf(text);
  if (digits === '') return text;
  const international = /^\W*\+/.test(text);
  const national = /^(?:0{0,2}91)?0?(\d{10})$/.exec(digits)?.[1];
  if (national !== undefined && !(international && digits.length === 10)) return `+91${national}`;
  const bare = digits.replace(/^00/, '');
  return international || bare.length > 10 ? `+${bare}` : digits;
}

/** Digits without what stands between them; a spreadsheet's `.0` is none of them. */
function digitsOf(text: string): string {
  return text.replace(/(?<=\d{7})\.00?$/, '').replace(/\D/g, '');
}

/**
 * Texts that are remembered; then the half that was not asked for lately goes (I8). Few, so that they
 * stay in the processor's cache: with 20,000, looking one up costs more than what it saves.
 */
const MOST = 200;
/** What is longer is hardly ever the same twice. */
const LONGEST = 256;

/**
 * `make` for each text once: rows say the same over and over (cities, methods, first names, the same
 * person in both addresses). Not for what differs from row to row.
 */
export function remember<T>(make: (text: string) => T): (text: string) => T {
  let recent = new Map<string, T>();
  let older = new Map<string, T>();
  return (text) => {
    if (text.length > LONGEST) return make(text);
    let made = recent.get(text);
    if (made !== undefined) return made;
    made = older.get(text) ?? make(text);
    if (recent.size >= MOST / 2) {
      older = recent;
      recent = new Map();
    }
    recent.set(text, made);
    return made;
  };
}
