/**
 * What is personal by name: kinds of personal data, and the names under which they travel in fields
 * that no schema declares. What is personal by value is in `detect`.
 */

export const PII_KINDS = [
  'phone',
  'email',
  'upi',
  'name',
  'address',
  'location',
  'ip',
  'user_agent',
  'device',
  'identity',
  'bank',
  'card',
  'birth',
  'link',
  'text',
] as const;
export type PiiKind = (typeof PII_KINDS)[number];

/** What a field's name says about its values. */
export interface Meaning {
  /** What they are; undefined: the name says nothing personal, and the value decides. */
  readonly kind: PiiKind | undefined;
  /** Whether only values that look like `kind` are: a `customer` may be an id. */
  readonly isGuess: boolean;
  /** Orders, products, shipments, amounts: bare digits and words there are no one's. */
  readonly isThing: boolean;
  /** Coarse places stay: RTO analysis needs them. */
  readonly isPlace: boolean;
}

type Words = ReadonlySet<string>;
const set = (words: string): Words => new Set(words.split(' '));

/** Last words of names that say something about a personal value without holding it. */
const ABOUT = set(
  'type types status state count verified valid validated flag at time date app os version device ' +
    'browser model platform present provided consent optin optout subscribed length source match ' +
    'offered required enabled allowed eligible duration template campaign subject domain provider ' +
    'page brand case cover plan sent opened clicked delivered step quality grade id ids',
);
const PLACE = set(
  'city cities town state province country pincode pin postcode postalcode postal zip zipcode zone ' +
    'region district tier',
);
/** Names of these say what is bought, paid, sent or measured. */
const GOODS = set(
  'order orders product products item items variant sku shipment shipments parcel parcels consignment awb waybill tracking ' +
    'invoice txn transaction payment utr rrn amount price total subtotal mrp qty quantity count ' +
    'discount discounts tax fee charge charges cost weight hsn barcode ean upc isbn stock batch ' +
    'quote subscription remittance manifest ticket receipt voucher token lot docket grn po rma challan dispatch carton gateway asn drs lrn seal picklist bag ' +
    'sheet request creative settlement timestamp date version score rate ratio campaign adset utm rating image hash ' +
    'checksum etag uuid coupon promo offer template model sdk build distance latency handle slug ' +
    'path title moid oid collection category brand vendor seller supplier store shop warehouse hub courier ' +
    'carrier company merchant igst cgst sgst serial dimensions',
);
/** Names that say nothing but with that of what holds them. */
const GENERIC = set('id ids code no number ref key title name value handle');
/** What a thing's name is called after. All other names are taken for a person's. */
const THING = new Set([
  ...GOODS,
  ...PLACE,
  ...set(
    'file source medium event page bank gateway provider method plan app device browser os tag type ' +
      'status stage field column table host domain server service channel segment experiment ' +
      'feature key class component module network business organization attribute property option ' +
      'theme language currency script job queue mode ' +
      'level grade badge widget banner audience cohort goal reward wallet route pack broadcast ' +
      'location program scheme deal sale shade flavour flavor material fabric style series edition filter menu ' +
      'button form survey game prize club center centre depot facility branch department desk shift bot ' +
      'vehicle festival occasion metric report unit issuer step action reason flow bundle catalog platform partner agency sort index ad ' +
      'ads size color colour label screen section slot group list folder topic policy rule membership loyalty team note line content journey legal',
  ),
]);
/** Whose values may be an id or a group as well as a name. */
const MAYBE_PERSON = set(
  'customer buyer shopper user guest member recipient receiver sender author reviewer owner attn ' +
    'attention poc spoc holder cardholder person payer payee beneficiary patient nominee husband ' +
    'wife father mother guardian spouse rider driver boy executive exec agent manager rep ' +
    'representative signatory supervisor picker packer employee staff operator caller salesperson ' +
    'technician requester requestor assignee reporter patron subscriber lead applicant referrer ' +
    'referee invitee donor',
);
const PERSON = new Set([
  ...MAYBE_PERSON,
  ...set(
    'customers cust consignee consignor contact client billing shipping delivery address addresses ' +
      'addressee profile traits name student card party ship bill',
  ),
]);
const NAME_WORDS = set(
  'firstname lastname fullname middlename surname nickname fname lname fn ln uname consignee consignor ' +
    'addressee',
);
const NAME_LASTS = set('first last full middle given family sur nick maiden display');
const IP_WORDS = set('ip ips ipv ipaddress ipaddr');
const IDENTITY_WORDS = set(
  'pan aadhaar aadhar adhaar adhar uidai gstin passport epic voter licence license ssn',
);
const BANK_WORDS = set('ifsc iban micr accountnumber accountno bankaccount');
const ACCOUNT_WORDS = set('account acct acc ac beneficiary');
const NUMBER_LASTS = set('no num number numbers nos');
const CARD_WORDS = set('cvv cvc cardnumber cardno');
const BIRTH_WORDS = set('dob yob birth birthdate birthday bday bdate born anniversary anniv');
const LOCATION_WORDS = set(
  'lat latitude lng lon longi longitude latlng latlong coordinates coords geohash geolocation gps digipin ' +
    'coord',
);
const MAYBE_LOCATION = set('geo location loc long map maps destination');
const ADDRESS_WORDS = set('address addresses addr');
const STREET_WORDS = set(
  'street landmark house houseno flat flatno apartment building bldg doorno door plot locality sublocality ' +
    'premise premises thoroughfare society colony area village taluka tehsil mandal road gali lane ward block floor tower wing ' +
    'neighbourhood neighborhood residence',
);
const TEXT_WORDS = set(
  'note notes comment comments remark remarks message messages instruction instructions feedback ' +
    'review reviews description reason',
);
const PHONE_WORDS = set(
  'phone phones mobile mobiles mob cell cellphone tel telephone msisdn whatsapp landline fax ' +
    'handphone',
);
const CALL_WORDS = set('contact ph wa calling called callback caller sms helpline');
const DEVICE_WORDS = set(
  'udid madid imei imsi meid gaid aaid idfa idfv oaid adid luid ga gid fbp fbc sid cid fingerprint ' +
    'cookie cookies mac gclientid cuid clck clsk hjid uetvid uetsid epik ttp',
);
/** Things of one browser or phone: with `id`, `token` and the like they tell it from all others. */
const DEVICE_OWNERS = set(
  'device android advertising advertiser push fcm gcm apns registration onesignal player fp browser ' +
    'visitor anonymous anon distinct client session hardware installation install instance clevertap ' +
    'hw persistent webengage moengage moe mixpanel appsflyer adjust pseudo network domain google',
);
const ID_LASTS = set('id ids uuid uid token identifier hash userid');
/** What lets one in as a person. */
const PASSWORDS = set('password passwd pwd passcode passphrase otp mpin jwt bearer authorization');
const CREDENTIAL =
  / (?:api|access|auth|secret|refresh|login|user|account) (?:token|key|pass|secret) $/;
const LINK_WORDS = set('url link href uri links urls');
const OPENED_BY_LINK = set(
  'cart carts checkout checkouts recovery recover resume abandon abandoned abc payment pay invoice ' +
    'magic login reset unsubscribe draft click receipt label refund portal',
);
const CONNECTING = set(
  'alt alternate alternative primary secondary registered emergency home work office user my is of ' +
    'the to by from on in for email mail gmail e d o b card debit credit cc last masked mask expiry ' +
    'month year four short web status upi vpa gst details detail info text wedding marriage ' +
    'forwarded remote agent ua sub current permanent pickup return line add value default',
);

/** Short forms, and what the languages of India call it: read as the first word of the line. */
const ALIASES = new Map(
  `receiver recvr rcvr reciever recepient
customer ग्राहक வாடிக்கையாளர் కస్టమర్ ಗ್ರಾಹಕ গ্রাহক ক্রেতা ગ્રાહક
name nm naam नाम नाव பெயர் పేరు ಹೆಸರು নাম નામ പേര് ਨਾਮ
phone phn मोबाइल मोबाईल फोन फ़ोन मोबाइल கைபேசி தொலைபேசி மொபைல் ఫోన్ మొబైల్ ಫೋನ್ ಮೊಬೈಲ್ ফোন মোবাইল ફોન મોબાઇલ ഫോൺ മൊബൈൽ ਫੋਨ ਮੋਬਾਈਲ
email em eml ईमेल மின்னஞ்சல் ఇమెయిల్ ಇಮೇಲ್ ইমেল ইমেইল ઇમેઇલ ഇമെയിൽ ਈਮੇਲ
address पता पत्ता முகவரி చిరునామా ವಿಳಾಸ ঠিকানা સરનામું വിലാസം ਪਤਾ
birth जन्म பிறந்த పుట్టిన ಜನ್ಮ জন্ম જન્મ ജനന ਜਨਮ
account khata खाता கணக்கு ఖాతా ಖಾತೆ হিসাব ખાતા അക്കൗണ്ട് ਖਾਤਾ
aadhaar आधार ஆதார் ఆధార్ ಆಧಾರ್ আধার આધાર ആധാർ ਆਧਾਰ
number nbr संख्या नंबर क्रमांक எண் సంఖ్య నంబర్ ಸಂಖ್ಯೆ ನಂಬರ್ সংখ্যা নম্বর નંબર നമ്പർ ਨੰਬਰ
order ऑर्डर ஆர்டர் ఆర్డర్ ಆರ್ಡರ್ অর্ডার ઓર્ડર ഓർഡർ ਆਰਡਰ
product उत्पाद பொருள் ఉత్పత్తి ಉತ್ಪನ್ನ পণ্য ઉત્પાદન ഉൽപ്പന്നം ਉਤਪਾਦ
payment pmt भुगतान கட்டணம்
link lnk
date तिथि दिनांक तारीख தேதி తేదీ ದಿನಾಂಕ তারিখ તારીખ തീയതി ਮਿਤੀ
token tok`
    .normalize('NFC')
    .split('\n')
    .flatMap((line) => {
      const [meant = '', ...said] = line.split(' ');
      return said.map((word) => [word, meant] as const);
    }),
);

/** Every word that the rules know, to take apart what is written as one: `customermobileno`. */
const VOCABULARY = new Set(
  [
    ...[ABOUT, PLACE, GOODS, THING, PERSON, NAME_WORDS, NAME_LASTS, IP_WORDS],
    ...[IDENTITY_WORDS, BANK_WORDS, ACCOUNT_WORDS, NUMBER_LASTS, CARD_WORDS, BIRTH_WORDS],
    ...[LOCATION_WORDS, MAYBE_LOCATION, ADDRESS_WORDS, STREET_WORDS, TEXT_WORDS, PHONE_WORDS],
    ...[CALL_WORDS, DEVICE_WORDS, DEVICE_OWNERS, ID_LASTS, LINK_WORDS, OPENED_BY_LINK, CONNECTING],
    new Set(['name', 'names', ...ALIASES.keys()]),
  ].flatMap((words) => [...words].filter((word) => word.length > 1)),
);
const LONGEST_WORD = 14;
/** No known name is longer; what is longer is no name but a value. */
const LONGEST_NAME = 120;

/** A name in words, and the words of what holds it. */
interface Name {
  readonly words: readonly string[];
  readonly above: readonly string[];
  /** Whether one of its words, its last one, or one of what holds it is among these. */
  has(words: Words): boolean;
  ends(words: Words): boolean;
  isIn(words: Words): boolean;
  /** Whether its words look so, each with a space on either side. */
  says(pattern: RegExp): boolean;
  /** As `says`, with the words of what holds it before them: `card.number` is a `card_number`. */
  spans(pattern: RegExp): boolean;
}

function readWords(name: string, parent: string | undefined): Name {
  const words = splitWords(name);
  const above = parent === undefined ? [] : splitWords(parent);
  const text = ` ${words.join(' ')} `;
  const outer = ` ${above.join(' ')} `;
  const whole = ` ${[...above, ...words].join(' ')} `;
  return {
    words,
    above,
    has: (known) => words.some((word) => known.has(word)),
    ends: (known) => known.has(words.at(-1) ?? ''),
    isIn: (known) => above.some((word) => known.has(word)),
    says: (pattern) => pattern.test(text),
    spans: (pattern) => pattern.test(whole) && !pattern.test(outer),
  };
}

const isBirth = ({ has, spans }: Name): boolean =>
  has(BIRTH_WORDS) || spans(/ d o b | b day | (?:wedding|marriage) date /);
const isMail = ({ says }: Name): boolean => says(/ (?:e?mails?|gmail|e mail) /);
const isPaper = ({ has, ends, says, spans }: Name): boolean =>
  (has(IDENTITY_WORDS) || spans(/ dl no | ration card /)) &&
  (says(/ ids? $/) || !ends(ABOUT)) &&
  !says(/ plan | pan india /);
const isStreet = ({ has, says }: Name): boolean =>
  has(STREET_WORDS) ||
  has(ADDRESS_WORDS) ||
  says(/ (?:line|add|addr) \d | addr $| po box $| post office $/);
/** Whose members are called by their phone. */
const CLUBS = set('loyalty membership partner wallet');
const NO_BIRTHS = set(
  'place count type status flag sent offer coupon discount campaign reward points gift',
);
const PROOFS = set('kyc proof');
const GIFT = set('gift gifts greeting');
const DEVICES = set('device session visitor');

/** The first that holds tells the kind; `?`: of values that look like it; undefined: of none. */
const RULES: readonly (readonly [
  kind: PiiKind | `${PiiKind}?` | undefined,
  holds: (name: Name) => boolean,
])[] = [
  [undefined, (name) => isBirth(name) && name.ends(NO_BIRTHS)],
  ['birth?', ({ says }) => says(/ (?:bd|db) $/)],
  ['birth', isBirth],
  [
    'device',
    ({ has, says }) =>
      has(DEVICE_WORDS) && !says(/ (?:count|type|status|os|name|consent|number) $/),
  ],
  ['device', ({ has, ends, isIn }) => ends(ID_LASTS) && (has(DEVICE_OWNERS) || isIn(DEVICES))],
  [
    'device?',
    ({ says }) =>
      says(
        / (?:session|sess|fp|fcm|gcm|apns|push|mixpanel|moengage|clevertap|visitor|anonymous|anon) $/,
      ),
  ],
  // Ids of clicks, and the cookies of a shop.
  [
    'device',
    ({ says }) => says(/ \S*(?:clid|clkid|braid) $|^ shopify \S $|^ (?:ct|af|we|mp|amp|s) id $/),
  ],
  ['device', ({ has, says }) => has(PERSON) && says(/ (?:hash|hashed|digest) $/)],
  ['device', ({ ends, says }) => ends(PASSWORDS) || says(CREDENTIAL)],
  ['email', (name) => isMail(name) && name.says(/ id $/)],
  ['user_agent', ({ says }) => says(/ ua $| user ?agent /)],
  ['link', ({ spans }) => spans(/ (?:cart|checkout|recovery) token /)],
  ['device?', ({ says }) => says(/ token $/)],
  ['link', ({ has, says }) => has(LINK_WORDS) && (has(OPENED_BY_LINK) || says(/ order status /))],
  ['link', ({ ends, isIn }) => ends(LINK_WORDS) && isIn(OPENED_BY_LINK)],
  ['location', ({ has }) => has(LINK_WORDS) && has(MAYBE_LOCATION)],
  [
    'card',
    (name) => isPaper(name) && name.says(/ pan /) && name.says(/ card number | number card /),
  ],
  ['identity', isPaper],
  ['identity', ({ has, isIn, ends }) => ends(NUMBER_LASTS) && (has(PROOFS) || isIn(PROOFS))],
  ['identity', ({ spans }) => spans(/ gst (?:no|num|number) /)],
  ['identity?', ({ says }) => says(/ gst $/)],
  ['upi', ({ spans }) => spans(/ (?:vpas?|upiid|upivpa) | upi (?:id|handle|address) $/)],
  ['upi?', ({ says }) => says(/ upi $/)],
  ['card', ({ has }) => has(CARD_WORDS)],
  [
    'card',
    ({ spans }) =>
      spans(/ (?:card|cc) (?:no|num|number|masked|mask|expiry|exp|token|last) | masked card /),
  ],
  ['card', ({ says }) => says(/ last (?:4|four) | expiry (?:month|year) /)],
  ['card?', ({ says }) => says(/ card $/) && !says(/^ name /)],
  ['bank', ({ has, ends }) => has(BANK_WORDS) || (has(ACCOUNT_WORDS) && ends(NUMBER_LASTS))],
  [
    'bank',
    ({ spans }) => spans(/ a c (?:no|num|number) | (?:bank|beneficiary|refund|payout) account $/),
  ],
  ['bank?', ({ says }) => says(/ (?:account|acc|acct|ac|bank) $/)],
  ['phone?', ({ says }) => says(/ caller id $/)],
  ['address?', ({ says }) => says(/ add $| (?:deliver|ship|bill|send|drop) (?:at|to \d) $/)],
  [undefined, ({ ends }) => ends(ABOUT)],
  ['email', isMail],
  ['phone', ({ has, says }) => has(PHONE_WORDS) && !says(/ (?:code|isd|name) $/)],
  ['phone', ({ has, ends }) => has(CALL_WORDS) && ends(NUMBER_LASTS)],
  ['phone?', ({ says }) => says(/^ (?:ph|phno|caller) $| (?:to|from) number $/)],
  ['ip', ({ has, ends }) => has(IP_WORDS) && !has(PLACE) && !ends(GOODS)],
  ['ip', ({ says }) => says(/ forwarded for $| remote addr $/)],
  ['location', ({ has, says }) => has(LOCATION_WORDS) || says(/ plus code $| what 3words /)],
  ['location?', ({ ends, isIn }) => ends(TEXT_WORDS) && isIn(MAYBE_LOCATION)],
  ['text', ({ ends }) => ends(TEXT_WORDS)],
  [
    'address',
    (name) =>
      isStreet(name) &&
      (name.ends(ADDRESS_WORDS) || !name.has(PLACE)) &&
      !name.ends(GOODS) &&
      !name.says(/ (?:code|isd) $/),
  ],
  ['name', ({ has }) => has(NAME_WORDS)],
  [
    'name',
    ({ words, ends, isIn }) =>
      words.length === 1 && ends(NAME_LASTS) && (isIn(PERSON) || isIn(NAME_LASTS)),
  ],
  ['name', ({ ends, says }) => says(/^ name /) && (ends(NAME_LASTS) || says(/ card /))],
  [
    'name',
    ({ words, has, says }) =>
      says(/ \S+ names? $/) && (PERSON.has(words.at(-2) ?? '') || !has(THING)),
  ],
  ['name?', ({ has, says }) => says(/ (?:full|display) $/) && has(PERSON)],
  ['name?', ({ isIn, says }) => says(/^ (?:to|from|by) $/) && (isIn(TEXT_WORDS) || isIn(GIFT))],
  ['name', ({ above, isIn, says }) => says(/^ names? $/) && (above.length === 0 || isIn(PERSON))],
  ['name?', ({ has, says }) => says(/ as per /) && has(PERSON)],
  ['name?', ({ has, says }) => says(/ name \S/) && !says(/ (?:names?|code) $/) && !has(THING)],
  ['name?', ({ ends, says }) => (ends(MAYBE_PERSON) && !says(/ name /)) || says(/ \S+ contact $/)],
  [
    'name?',
    ({ has, says }) =>
      says(/ \S+ (?:to|by|from|of|assigned) $/) &&
      !says(
        / name | (?:sold|shipped|fulfilled|powered|supplied|made|packed|imported|paid|moved|changed) \S+ $/,
      ) &&
      !has(PLACE) &&
      (!has(GOODS) || says(/e[dn] (?:to|by) $/)),
  ],
  [
    'link?',
    ({ has, ends, says }) =>
      ends(OPENED_BY_LINK) ||
      (has(OPENED_BY_LINK) && says(/ (?:pdf|file|doc|document|page|copy) $/)),
  ],
  ['location?', ({ has }) => has(MAYBE_LOCATION)],
  [undefined, ({ has }) => has(PLACE)],
  // Whatever else stands in an address or in bank details is part of it.
  ['address', ({ isIn }) => isIn(ADDRESS_WORDS)],
  ['bank', ({ above }) => above.includes('bank')],
];

/**
 * What a field's name says, for fields that no schema declares. `parent` is the name of the object
 * (or list) that holds it.
 */
export function readName(name: string, parent: string | undefined): Meaning {
  const read = readWords(name, parent);
  const found = RULES.find(([, holds]) => holds(read))?.[0];
  if (found !== undefined) {
    const kind = PII_KINDS.find((known) => found.replace('?', '') === known);
    return { kind, isGuess: found.endsWith('?'), isThing: false, isPlace: false };
  }
  const { words, has, ends, isIn } = read;
  const isGoods =
    has(GOODS) ||
    (ends(ID_LASTS) && has(THING) && !has(CLUBS)) ||
    (words.every((word) => GENERIC.has(word)) && isIn(GOODS));
  const isThing = isGoods && !has(CALL_WORDS) && !has(MAYBE_PERSON);
  return { kind: undefined, isGuess: false, isThing, isPlace: has(PLACE) };
}

/** The words of a name, in lower case: `billingAddress1` → billing, address, 1. */
function splitWords(name: string): string[] {
  return name
    .slice(0, LONGEST_NAME)
    .normalize('NFC')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([a-zA-Z])(\d)/g, '$1_$2')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .flatMap(takeApart)
    .reduce<string[]>(joinWord, [])
    .map((word) => ALIASES.get(word) ?? word);
}

/** `LandMark` is a landmark, `WhatsApp` one word. */
function joinWord(words: string[], word: string): string[] {
  const last = words.at(-1) ?? '';
  const isHalf = !VOCABULARY.has(last) || !VOCABULARY.has(word);
  if (!isHalf || !VOCABULARY.has(last + word)) return [...words, word];
  return [...words.slice(0, -1), last + word];
}

/** What is written as one word, in words that are known; or as it is, where one of them is not. */
function takeApart(word: string): string[] {
  if (word.length < 4 || VOCABULARY.has(word)) return [word];
  // The fewest words that end at each place.
  const best: (string[] | undefined)[] = [[]];
  for (let end = 1; end <= word.length; end++) {
    for (let start = Math.max(0, end - LONGEST_WORD); start < end; start++) {
      const before = best[start];
      const part = word.slice(start, end);
      if (before === undefined || !VOCABULARY.has(part)) continue;
      const known = best[end];
      if (known === undefined || before.length + 1 < known.length) best[end] = [...before, part];
    }
  }
  return best[word.length] ?? [word];
}
