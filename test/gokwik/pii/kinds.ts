import t from 'tap';
import { readName } from '../../../src/gokwik/pii/kinds.ts';

/** The kind that a name says, with `?` where the value must look like it. */
function said(name: string, parent?: string): string {
  const { kind, isGuess } = readName(name, parent);
  return `${kind ?? 'nobody'}${isGuess ? '?' : ''}`;
}

t.test('names of fields', async (t) => {
  const kinds: Record<string, string> = {
    phone:
      'phone mobile customerPhone phone_number PhoneNo contact_number alt_mobile whatsapp Phone.mask msisdn tel customerphone',
    email: 'email customer_email emailId EMAIL billing.email e-mail user_mail customeremail',
    name: 'name first_name lastName firstname customer_name fullName consignee account_holder_name display_name shipping_name courier_boy_name',
    address:
      'address address_1 addressLine2 line1 street landmark house_no billing_address nearestLandMark postal_address',
    location: 'lat longitude shipping_lat',
    ip: 'ip customer_ip ipAddress client_ip ip_v4',
    user_agent: 'user_agent userAgent useragent browser_user_agent ua',
    upi: 'upi_id vpa upiId',
    'upi?': 'upi',
    bank: 'account_number accountNo ifsc ifsc_code',
    'bank?': 'bank account',
    identity: 'pan PAN aadhaar gstin voter_id kyc_doc_no',
    birth: 'dob date_of_birth birth_date जन्मतिथि',
    card: 'card_number card_last4',
    device: 'device_id gclid',
    link: 'abc_url checkout_link',
    'name?': 'customer received_by order_placed_by ticket_assigned_to assignee',
    text: 'note customer_note remarks comment message delivery_instructions',
    nobody:
      'product_name courier_name utm_name file_name campaign_name city_name store_name zip ship tip vip ' +
      'company_id phone_verified email_status address_type address_id device headphone_count bank_code ' +
      'bank_name card_network upi_txn_id total status city shipping_city state pincode postal_code ' +
      'shipping_zip sold_by moved_to birthday_offer pan_india ip_score tier_name country_code id description_id gst_amount panel title quantity payment_mode',
  };
  for (const [kind, names] of Object.entries(kinds)) {
    for (const name of names.split(' ')) t.equal(said(name), kind, name);
  }
  t.equal(said('name', 'customer'), 'name');
  t.equal(said('name', 'shippingAddress'), 'name');
  t.equal(said('name', 'line_items'), 'nobody');
  t.equal(said('area', 'billing_address'), 'address');
  t.equal(said('city', 'billing_address'), 'nobody');
  // Words of what holds a name count as words before it.
  t.equal(said('expiry', 'card'), 'card');
  t.equal(said('number', 'gst'), 'identity');
  t.equal(said('handle', 'upi'), 'upi');
  t.equal(said('type', 'card'), 'nobody');
  t.equal(said('name', 'driver'), 'name');
  t.equal(said(''), 'nobody');
});
