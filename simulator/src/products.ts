/** What the merchant sells, and the words a visit is told in. Prices in paise. */
export interface Product {
  readonly name: string;
  readonly sku: string;
  readonly pricePaise: number;
  /** Grams. */
  readonly weight: number;
}

export const PRODUCTS: readonly [Product, ...Product[]] = [
  { name: 'Cotton Kurta', sku: 'KUR-01', pricePaise: 89900, weight: 300 },
  { name: 'Linen Shirt', sku: 'SHI-02', pricePaise: 129900, weight: 250 },
  { name: 'Block Print Bedsheet', sku: 'BED-03', pricePaise: 149900, weight: 900 },
  { name: 'Steel Water Bottle, 1 L', sku: 'BOT-04', pricePaise: 49900, weight: 350 },
  { name: 'Neem Face Wash', sku: 'FAC-05', pricePaise: 24900, weight: 120 },
  { name: 'Coconut Hair Oil', sku: 'OIL-06', pricePaise: 19950, weight: 220 },
  { name: 'Jute Tote Bag', sku: 'BAG-07', pricePaise: 39900, weight: 200 },
  { name: 'Leather Sandals', sku: 'SAN-08', pricePaise: 159900, weight: 600 },
  { name: 'Brass Diya, Set of 4', sku: 'DIY-09', pricePaise: 54900, weight: 500 },
  { name: 'Masala Chai, 250 g', sku: 'CHA-10', pricePaise: 29950, weight: 260 },
  { name: 'Yoga Mat', sku: 'MAT-11', pricePaise: 99900, weight: 1100 },
  { name: 'Silver Jhumkas', sku: 'JHU-12', pricePaise: 71500, weight: 40 },
];

export interface Source {
  readonly source: string | null;
  readonly medium: string | null;
  readonly campaign: string | null;
  readonly referrer: string | null;
}

export const SOURCES: readonly [Source, ...Source[]] = [
  {
    source: 'facebook',
    medium: 'cpc',
    campaign: 'diwali-offer',
    referrer: 'https://l.facebook.com/',
  },
  {
    source: 'instagram',
    medium: 'paid_social',
    campaign: 'new-arrivals',
    referrer: 'https://l.instagram.com/',
  },
  { source: 'google', medium: 'cpc', campaign: 'brand', referrer: 'https://www.google.com/' },
  { source: 'google', medium: 'organic', campaign: null, referrer: 'https://www.google.com/' },
  { source: 'whatsapp', medium: 'message', campaign: 'winback', referrer: null },
  { source: null, medium: null, campaign: null, referrer: null },
];

/** `payment_method` (null: the API leaves it out) and `order_type`. Twice in a list: twice as likely. */
export type Spelling = readonly [method: string | null, type: string];

export const PREPAID_METHODS: readonly [Spelling, ...Spelling[]] = [
  ['upi', 'upi'],
  ['upi', 'upi'],
  ['Gokwik UPI', 'PREPAID'],
  ['card', 'PREPAID'],
  ['card | credit', 'PREPAID'],
  ['netbanking', 'PREPAID'],
  ['wallet', 'PREPAID'],
  ['consumer_finance-snapmint', 'PREPAID'],
  [null, 'PREPAID'],
  [null, 'upi'],
];

export const COD_METHODS: readonly [Spelling, ...Spelling[]] = [
  ['cod', 'cod'],
  ['cod', 'cod'],
  ['cod', 'COD'],
  ['COD', 'COD'],
  [null, 'COD'],
];

export const PARTIAL_METHODS: readonly [Spelling, ...Spelling[]] = [
  ['ppcod', 'cod'],
  ['ppcod', 'PREPAID'],
  ['Gokwik PPCOD', 'COD'],
];

export const COURIERS: readonly [string, ...string[]] = [
  'Delhivery',
  'Blue Dart',
  'Ekart',
  'Xpressbees',
];

export const AGENTS: readonly [string, ...string[]] = [
  'Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36',
];
