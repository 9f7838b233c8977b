/** Where customers live, what the merchant sells, and the words a visit is told in. */

/** A place; `pins` is the three-digit prefix of the city's pincodes. */
export interface Place {
  readonly city: string;
  readonly state: string;
  readonly pins: string;
  /** How much an address here adds to the risk of a parcel coming back, 0 to 0.5. */
  readonly risk: number;
}

export const PLACES: readonly [Place, ...Place[]] = [
  { city: 'Mumbai', state: 'Maharashtra', pins: '400', risk: 0.12 },
  { city: 'Pune', state: 'Maharashtra', pins: '411', risk: 0.14 },
  { city: 'Nagpur', state: 'Maharashtra', pins: '440', risk: 0.22 },
  { city: 'Bengaluru', state: 'Karnataka', pins: '560', risk: 0.08 },
  { city: 'Mysuru', state: 'Karnataka', pins: '570', risk: 0.12 },
  { city: 'Hubballi', state: 'Karnataka', pins: '580', risk: 0.2 },
  { city: 'New Delhi', state: 'Delhi', pins: '110', risk: 0.24 },
  { city: 'Gurugram', state: 'Haryana', pins: '122', risk: 0.18 },
  { city: 'Faridabad', state: 'Haryana', pins: '121', risk: 0.27 },
  { city: 'Noida', state: 'Uttar Pradesh', pins: '201', risk: 0.22 },
  { city: 'Lucknow', state: 'Uttar Pradesh', pins: '226', risk: 0.34 },
  { city: 'Kanpur', state: 'Uttar Pradesh', pins: '208', risk: 0.4 },
  { city: 'Gorakhpur', state: 'Uttar Pradesh', pins: '273', risk: 0.46 },
  { city: 'Patna', state: 'Bihar', pins: '800', risk: 0.48 },
  { city: 'Gaya', state: 'Bihar', pins: '823', risk: 0.5 },
  { city: 'Chennai', state: 'Tamil Nadu', pins: '600', risk: 0.09 },
  { city: 'Coimbatore', state: 'Tamil Nadu', pins: '641', risk: 0.1 },
  { city: 'Hyderabad', state: 'Telangana', pins: '500', risk: 0.13 },
  { city: 'Visakhapatnam', state: 'Andhra Pradesh', pins: '530', risk: 0.17 },
  { city: 'Kolkata', state: 'West Bengal', pins: '700', risk: 0.26 },
  { city: 'Siliguri', state: 'West Bengal', pins: '734', risk: 0.36 },
  { city: 'Jaipur', state: 'Rajasthan', pins: '302', risk: 0.28 },
  { city: 'Jodhpur', state: 'Rajasthan', pins: '342', risk: 0.32 },
  { city: 'Ahmedabad', state: 'Gujarat', pins: '380', risk: 0.16 },
  { city: 'Surat', state: 'Gujarat', pins: '395', risk: 0.2 },
  { city: 'Indore', state: 'Madhya Pradesh', pins: '452', risk: 0.29 },
  { city: 'Bhopal', state: 'Madhya Pradesh', pins: '462', risk: 0.31 },
  { city: 'Kochi', state: 'Kerala', pins: '682', risk: 0.07 },
  { city: 'Guwahati', state: 'Assam', pins: '781', risk: 0.42 },
  { city: 'Ranchi', state: 'Jharkhand', pins: '834', risk: 0.44 },
];

export const STREETS = words(
  'MG Road, Station Road, Gandhi Nagar, Shanti Colony, Nehru Street, Lake View Lane, Civil Lines, Market Road, Temple Street, Ring Road',
);
export const LANDMARKS = words(
  'Near the bus stand, Opposite the post office, Behind the school, Next to the water tank, Near the vegetable market',
);
export const FIRST_NAMES = words(
  'Aarav, Ananya, Arjun, Deepika, Divya, Farhan, Gaurav, Ishita, Karthik, Kavya, Lakshmi, Manish, Meera, Neha, Nikhil, Pooja, Priya, Rahul, Rohan, Sana, Sneha, Suresh, Vikram, Zoya',
);
export const LAST_NAMES = words(
  'Agarwal, Bose, Chopra, Das, Gupta, Iyer, Joshi, Khan, Kumar, Mehta, Nair, Patel, Rao, Reddy, Sharma, Singh, Verma',
);
export const COURIERS = words('Delhivery, Blue Dart, Ekart, Xpressbees');

function words(text: string): readonly [string, ...string[]] {
  const [first = '', ...others] = text.split(', ');
  return [first, ...others];
}

/** Prices in paise. */
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

export type Source = ReturnType<typeof from>;

function from(
  source: string | null,
  medium: string | null,
  campaign: string | null,
  referrer: string | null,
) {
  return { source, medium, campaign, referrer };
}

export const SOURCES: readonly [Source, ...Source[]] = [
  from('facebook', 'cpc', 'diwali-offer', 'https://l.facebook.com/'),
  from('instagram', 'paid_social', 'new-arrivals', 'https://l.instagram.com/'),
  from('google', 'cpc', 'brand', 'https://www.google.com/'),
  from('google', 'organic', null, 'https://www.google.com/'),
  from('whatsapp', 'message', 'winback', null),
  from(null, null, null, null),
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

export const AGENTS: readonly [string, ...string[]] = [
  'Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36',
];
