/** Where customers live. `pins` is the three-digit prefix of the city's pincodes. */
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

export const STREETS: readonly [string, ...string[]] = [
  'MG Road',
  'Station Road',
  'Gandhi Nagar',
  'Shanti Colony',
  'Nehru Street',
  'Lake View Lane',
  'Civil Lines',
  'Market Road',
  'Temple Street',
  'Ring Road',
];

export const LANDMARKS: readonly [string, ...string[]] = [
  'Near the bus stand',
  'Opposite the post office',
  'Behind the school',
  'Next to the water tank',
  'Near the vegetable market',
];

export const FIRST_NAMES: readonly [string, ...string[]] = [
  'Aarav',
  'Ananya',
  'Arjun',
  'Deepika',
  'Divya',
  'Farhan',
  'Gaurav',
  'Ishita',
  'Karthik',
  'Kavya',
  'Lakshmi',
  'Manish',
  'Meera',
  'Neha',
  'Nikhil',
  'Pooja',
  'Priya',
  'Rahul',
  'Rohan',
  'Sana',
  'Sneha',
  'Suresh',
  'Vikram',
  'Zoya',
];

export const LAST_NAMES: readonly [string, ...string[]] = [
  'Agarwal',
  'Bose',
  'Chopra',
  'Das',
  'Gupta',
  'Iyer',
  'Joshi',
  'Khan',
  'Kumar',
  'Mehta',
  'Nair',
  'Patel',
  'Rao',
  'Reddy',
  'Sharma',
  'Singh',
  'Verma',
];
