// Generated from schemas/ by scripts/generate.ts; do not edit.
/**
 * Carts left before payment, with the stage and, where the merchant asks for it, the reason. The record is that of GoKwik's abandoned-cart webhook; the list endpoint is assumed.
 */
export interface AbandonedCheckouts {
  /**
   * Primary key, made by the connector: `request_id`, else `id`.
   */
  record_key: string;
  /**
   * GoKwik's id (UUID) of the checkout that was left; it joins every checkout-side stream.
   */
  request_id?: null | string;
  /**
   * Id of the cart, which is the key where a webhook has no `request_id`.
   */
  cart_id?: null | string;
  /**
   * When the checkout was opened, UTC.
   */
  created_at?: null | string;
  /**
   * Cursor: when the cart last changed, UTC; `created_at` where GoKwik sends no later stamp.
   */
  updated_at?: null | string;
  /**
   * Step at which the shopper left; known values: `Payment Page`, `Payment Pending`, `payment failed`, `Address Page`, `Pincode Addition Page`; casing varies. Some variants call it `drop_off_stage`.
   */
  drop_stage?: null | string;
  /**
   * Why the shopper left, in their words or picks; a single string becomes a list of one. Null unless the merchant has it switched on.
   */
  drop_off_reasons?: null | string[];
  /**
   * Whether GoKwik still counts the cart as abandoned.
   */
  is_abandoned?: null | boolean;
  /**
   * GoKwik's RTO risk class of the shopper; known values: `High Risk`, `Medium Risk`, `Low Risk`, `Control`.
   */
  rto_risk_flag?: null | string;
  /**
   * Link that reopens the cart, as used in recovery messages.
   */
  abc_url?: null | string;
  /**
   * Address of the checkout page.
   */
  checkout_url?: null | string;
  /**
   * Cart total in rupees.
   */
  total_price?: null | number;
  /**
   * Value of the items before discount, shipping and tax, in rupees.
   */
  items_subtotal_price?: null | number;
  /**
   * Discounts on the cart in rupees.
   */
  total_discount?: null | number;
  /**
   * Tax on the cart in rupees.
   */
  taxes?: null | number;
  /**
   * Convenience fee in rupees.
   */
  convenience_fees?: null | number;
  /**
   * Extra fee for cash on delivery in rupees.
   */
  cod_charges?: null | number;
  /**
   * ISO 4217 code of the amounts, `INR`.
   */
  currency?: null | string;
  /**
   * Items in the cart.
   */
  item_count?: null | number;
  /**
   * Orders this shopper placed with the brand before.
   */
  brand_order_count?: null | number;
  /**
   * Items in the cart.
   */
  items?:
    | null
    | (null | {
        /**
         * Product name as shown to the shopper.
         */
        name?: null | string;
        /**
         * Price of one unit in rupees.
         */
        price?: null | number;
        /**
         * Units in the cart.
         */
        quantity?: null | number;
        /**
         * The shop platform's product id.
         */
        product_id?: null | string;
        [k: string]: unknown;
      })[];
  /**
   * The shopper, as far as they had identified themselves.
   */
  customer?: null | {
    /**
     * First name.
     */
    firstname?: null | string;
    /**
     * Last name; `.` is padding for none.
     */
    lastname?: null | string;
    /**
     * Phone number the shopper logged in with, in any spelling.
     */
    phone?: null | string;
    /**
     * The phone number with digits hidden, sent by some variants in place of `phone`.
     */
    phone_mask?: null | string;
    /**
     * E-mail address.
     */
    email?: null | string;
    [k: string]: unknown;
  };
  /**
   * Delivery address, as far as the shopper had entered it.
   */
  address?: null | {
    /**
     * First address line: house, building, street.
     */
    line1?: null | string;
    /**
     * Second address line: area, landmark.
     */
    line2?: null | string;
    /**
     * City or town.
     */
    city?: null | string;
    /**
     * State or union territory.
     */
    state?: null | string;
    /**
     * Indian PIN code, six digits.
     */
    pincode?: null | string;
    /**
     * Country name or code.
     */
    country?: null | string;
    [k: string]: unknown;
  };
  /**
   * Shipping option offered for the cart.
   */
  shipping?: null | {
    /**
     * Name of the option, such as standard shipping.
     */
    title?: null | string;
    /**
     * Shipping charge in rupees.
     */
    price?: null | number;
    [k: string]: unknown;
  };
  /**
   * UTM source that brought the shopper to the cart; `NA` becomes null.
   */
  mkt_source?: null | string;
  /**
   * UTM medium that brought the shopper to the cart; `NA` becomes null.
   */
  mkt_medium?: null | string;
  /**
   * UTM campaign that brought the shopper to the cart; `NA` becomes null.
   */
  mkt_campaign?: null | string;
  /**
   * Page that referred the shopper to the shop.
   */
  orig_referrer?: null | string;
  /**
   * Shop platform the checkout runs on, such as Shopify.
   */
  store_platform?: null | string;
  /**
   * The shopper's IP address.
   */
  ip?: null | string;
  /**
   * The shopper's browser identification.
   */
  user_agent?: null | string;
  /**
   * Id of the shopper's browser session.
   */
  session_id?: null | string;
  /**
   * When the cart was bought after all, UTC (assumed field).
   */
  recovered_at?: null | string;
  /**
   * Merchant order id of the order that recovered the cart (assumed field).
   */
  recovered_moid?: null | string;
  /**
   * The shopper's name; from the abandoned carts report.
   */
  customer_name?: null | string;
  /**
   * The shopper's address as one text; from the abandoned carts report.
   */
  customer_address?: null | string;
  /**
   * Value of the items at their list price (MRP), in rupees; from the abandoned carts report.
   */
  mrp_total?: null | number;
  /**
   * The items as one text; from the abandoned carts report.
   */
  line_items_text?: null | string;
  /**
   * When the webhook's payload was received, UTC, where the capture says so.
   */
  received_at?: null | string;
  /**
   * Where the row came from: `api`, or the name of a file and the row in it, as `orders.csv:17`. There when the stream has `files`.
   */
  _source?: null | string;
  [k: string]: unknown;
}

/**
 * Addresses that GoKwik offered to fill in, and what the shopper did with them. Assumed: GoKwik documents no such list.
 */
export interface AddressPrefills {
  /**
   * Primary key, made by the connector: `request_id`.
   */
  record_key: string;
  /**
   * GoKwik's id (UUID) of the checkout in which the address was offered.
   */
  request_id?: null | string;
  /**
   * GoKwik's id of the order that followed; null when none did.
   */
  gokwik_oid?: null | string;
  /**
   * Whether a known address was offered.
   */
  prefill_shown?: null | boolean;
  /**
   * Where the address came from; expected values: `gokwik_network`, `merchant`, `partner`, `none`.
   */
  prefill_source?: null | string;
  /**
   * Number of addresses to choose from.
   */
  addresses_offered?: null | number;
  /**
   * What the shopper did; expected values: `accepted`, `edited`, `replaced`, `ignored`, `not_available`.
   */
  outcome?: null | string;
  /**
   * Names of the address fields that the shopper changed; names only, never their contents.
   */
  edited_fields?: null | string[];
  /**
   * Time spent on the address step, in seconds.
   */
  seconds_on_address_page?: null | number;
  /**
   * Indian PIN code of the address, six digits.
   */
  pincode?: null | string;
  /**
   * City or town of the address.
   */
  city?: null | string;
  /**
   * State or union territory of the address.
   */
  state?: null | string;
  /**
   * Whether the PIN code can be delivered to.
   */
  serviceable?: null | boolean;
  /**
   * When the address step was opened, UTC.
   */
  created_at?: null | string;
  /**
   * Cursor: when the row last changed, UTC; `created_at` where GoKwik sends no later stamp.
   */
  updated_at?: null | string;
  [k: string]: unknown;
}

/**
 * Steps of each checkout, one a row; they arrive inside their checkout. The event names are those of GoKwik's SDK; that the list endpoint carries them is assumed.
 */
export interface CheckoutEvents {
  /**
   * Primary key, made by the connector: the checkout's `record_key` and the event's `position`.
   */
  record_key: string;
  /**
   * The checkout's `request_id`.
   */
  request_id?: null | string;
  /**
   * The checkout's `session_id`.
   */
  session_id?: null | string;
  /**
   * Place of the event in its checkout's list, counted from 0.
   */
  position?: null | number;
  /**
   * What happened; known values: `checkout-ready`, `user-login-initiated`, `user-login-successful`, `login_otp_verification_failed`, `login_otp_verification_passed`, `address-add`, `address-selected`, `navigation_payment_options`, `payment-method-selected`, `payment-failure`, `create-order`, `order-complete`, `coupon-applied`, `coupon-invalid`, `coupon-removed`, `checkout-initiation-failure`, `checkout-close`.
   */
  name?: null | string;
  /**
   * When it happened, UTC.
   */
  occurred_at?: null | string;
  /**
   * What the event carried, as it came; contents differ by event.
   */
  properties?: null | {
    /**
     * Phone number the step was about, where the event names one.
     */
    phone?: null | string;
    /**
     * E-mail address the step was about, where the event names one.
     */
    email?: null | string;
    [k: string]: unknown;
  };
  /**
   * Cursor: the moment of the checkout (its `updated_at`, else `created_at`), UTC.
   */
  updated_at?: null | string;
  [k: string]: unknown;
}

/**
 * How many checkouts of a day came how far, by sales channel. From the Checkout Analytics Funnel Report; no endpoint for it is known.
 */
export interface CheckoutFunnelDaily {
  /**
   * Primary key, made by the connector: `date` and `sales_channel`; where the report is broken down, what by, and the parameters.
   */
  record_key: string;
  /**
   * Cursor: the day in India that the counts are of.
   */
  date?: null | string;
  /**
   * Where the checkouts came through, raw, e.g. `Online Store`.
   */
  sales_channel?: null | string;
  /**
   * Set to `marketing` where the row is of one combination of marketing parameters; null where it is of the whole day and channel. The two count the same checkouts: sum one of them.
   */
  breakdown?: null | string;
  /**
   * Marketing source, where the report is broken down by it.
   */
  utm_source?: null | string;
  /**
   * Marketing medium, where the report is broken down by it.
   */
  utm_medium?: null | string;
  /**
   * Marketing campaign, where the report is broken down by it.
   */
  utm_campaign?: null | string;
  /**
   * Checkouts that began.
   */
  checkout_started?: null | number;
  /**
   * Checkouts that came to the address page.
   */
  address_landed?: null | number;
  /**
   * Checkouts that came to the payment page.
   */
  payment_step_reached?: null | number;
  /**
   * Checkouts in which a payment method was chosen.
   */
  payment_method_selected?: null | number;
  /**
   * Checkouts that became an order.
   */
  sessions_converted?: null | number;
  /**
   * Made by the connector: just before the day, later for a younger report.
   */
  updated_at?: null | string;
  /**
   * The name of a file and the row in it, as `funnel.csv:17`.
   */
  _source?: null | string;
  [k: string]: unknown;
}

/**
 * Checkout sessions, finished or not: the funnel from cart to order. Assumed: GoKwik documents no such list; the field names follow its webhooks and SDK.
 */
export interface Checkouts {
  /**
   * Primary key, made by the connector: `request_id`, else `id`.
   */
  record_key: string;
  /**
   * GoKwik's id (UUID) of the checkout; it joins every checkout-side stream.
   */
  request_id?: null | string;
  /**
   * Id of the shopper's browser session.
   */
  session_id?: null | string;
  /**
   * When the checkout was opened, UTC.
   */
  created_at?: null | string;
  /**
   * Cursor: when the checkout last changed, UTC; `created_at` where GoKwik sends no later stamp.
   */
  updated_at?: null | string;
  /**
   * How far it got; expected values: `in_progress`, `completed`, `abandoned`, `recovered`.
   */
  status?: null | string;
  /**
   * Last step of the checkout that the shopper reached.
   */
  last_stage?: null | string;
  /**
   * GoKwik's id of the order it became; null until then.
   */
  gokwik_oid?: null | string;
  /**
   * Merchant order id of the order it became; null until then.
   */
  moid?: null | string;
  /**
   * How the shopper identified themselves, such as OTP or guest.
   */
  login_type?: null | string;
  /**
   * GoKwik's class of the shopper, such as new or repeat; wording varies.
   */
  customer_type?: null | string;
  /**
   * Kind of device, such as mobile or desktop.
   */
  device_type?: null | string;
  /**
   * Shop platform the checkout runs on, such as Shopify.
   */
  store_platform?: null | string;
  /**
   * Items in the cart.
   */
  item_count?: null | number;
  /**
   * Cart total in rupees.
   */
  total_price?: null | number;
  /**
   * Discounts on the cart in rupees.
   */
  total_discount?: null | number;
  /**
   * Extra fee for cash on delivery in rupees.
   */
  cod_charges?: null | number;
  /**
   * ISO 4217 code of the amounts, `INR`.
   */
  currency?: null | string;
  /**
   * Payment method last picked, raw.
   */
  payment_method?: null | string;
  /**
   * GoKwik's RTO risk class of the shopper; known values: `High Risk`, `Medium Risk`, `Low Risk`, `Control`.
   */
  rto_risk_flag?: null | string;
  /**
   * UTM source that brought the shopper to the cart; `NA` becomes null.
   */
  mkt_source?: null | string;
  /**
   * UTM medium that brought the shopper to the cart; `NA` becomes null.
   */
  mkt_medium?: null | string;
  /**
   * UTM campaign that brought the shopper to the cart; `NA` becomes null.
   */
  mkt_campaign?: null | string;
  /**
   * Page that referred the shopper to the shop.
   */
  orig_referrer?: null | string;
  /**
   * The shopper, as far as they had identified themselves.
   */
  customer?: null | {
    /**
     * First name.
     */
    firstname?: null | string;
    /**
     * Last name; `.` is padding for none.
     */
    lastname?: null | string;
    /**
     * Phone number the shopper logged in with, in any spelling.
     */
    phone?: null | string;
    /**
     * The phone number with digits hidden, sent by some variants in place of `phone`.
     */
    phone_mask?: null | string;
    /**
     * E-mail address.
     */
    email?: null | string;
    [k: string]: unknown;
  };
  /**
   * Delivery address, as far as the shopper had entered it.
   */
  address?: null | {
    /**
     * First address line: house, building, street.
     */
    line1?: null | string;
    /**
     * Second address line: area, landmark.
     */
    line2?: null | string;
    /**
     * City or town.
     */
    city?: null | string;
    /**
     * State or union territory.
     */
    state?: null | string;
    /**
     * Indian PIN code, six digits.
     */
    pincode?: null | string;
    /**
     * Country name or code.
     */
    country?: null | string;
    [k: string]: unknown;
  };
  /**
   * Steps of the checkout, as they came; `checkout_events` has them one a row.
   */
  events?:
    | null
    | (null | {
        /**
         * What happened; known values: `checkout-ready`, `user-login-initiated`, `user-login-successful`, `login_otp_verification_failed`, `login_otp_verification_passed`, `address-add`, `address-selected`, `navigation_payment_options`, `payment-method-selected`, `payment-failure`, `create-order`, `order-complete`, `coupon-applied`, `coupon-invalid`, `coupon-removed`, `checkout-initiation-failure`, `checkout-close`.
         */
        name?: null | string;
        /**
         * When it happened, UTC.
         */
        occurred_at?: null | string;
        /**
         * What the event carried, as it came; contents differ by event.
         */
        properties?: null | {
          /**
           * Phone number the step was about, where the event names one.
           */
          phone?: null | string;
          /**
           * E-mail address the step was about, where the event names one.
           */
          email?: null | string;
          [k: string]: unknown;
        };
        [k: string]: unknown;
      })[];
  [k: string]: unknown;
}

/**
 * Items of each order, one a row; they arrive inside their order.
 */
export interface OrderItems {
  /**
   * Primary key, made by the connector: the order's `record_key` and the item's `position`.
   */
  record_key: string;
  /**
   * The order's `request_id`.
   */
  request_id?: null | string;
  /**
   * The order's `gokwik_oid`.
   */
  gokwik_oid?: null | string;
  /**
   * The order's `moid`.
   */
  moid?: null | string;
  /**
   * The order's `platform_order_id`.
   */
  platform_order_id?: null | string;
  /**
   * Place of the item in its order's list, counted from 0.
   */
  position?: null | number;
  /**
   * The shop platform's product id.
   */
  product_id?: null | string;
  /**
   * The shop platform's id of this line of the order.
   */
  line_item_id?: null | string;
  /**
   * The shop platform's variant id (size, colour, pack).
   */
  variant_id?: null | string;
  /**
   * Product name as shown to the shopper.
   */
  name?: null | string;
  /**
   * The merchant's stock-keeping unit.
   */
  sku?: null | string;
  /**
   * Price of one unit in rupees.
   */
  price?: null | number;
  /**
   * Units ordered.
   */
  quantity?: null | number;
  /**
   * Line amount before tax and discounts, in rupees.
   */
  subtotal?: null | number;
  /**
   * Line amount charged, in rupees.
   */
  total?: null | number;
  /**
   * Tax on the line in rupees.
   */
  tax?: null | number;
  /**
   * Cursor: the moment of the order (its `updated_at`, else `created_at`), UTC.
   */
  updated_at?: null | string;
  [k: string]: unknown;
}

/**
 * Orders placed through GoKwik Checkout, cash on delivery and prepaid, with GoKwik's RTO (return to origin) risk.
 */
export interface Orders {
  /**
   * Primary key, made by the connector: `gokwik_oid`, else `request_id`, else `moid`.
   */
  record_key: string;
  /**
   * GoKwik's id (UUID) of the checkout that led here; it joins every checkout-side stream.
   */
  request_id?: null | string;
  /**
   * GoKwik's order id, e.g. `KWIK5QVNNILD8145353`; null when the order existed before GoKwik saw it.
   */
  gokwik_oid?: null | string;
  /**
   * Merchant order id: the shop's own reference for the order, as it was handed to GoKwik.
   */
  moid?: null | string;
  /**
   * GoKwik's id of the merchant account.
   */
  mid?: null | string;
  /**
   * The order's id on the shop platform (Shopify's numeric id), kept as a string because it passes 2^31.
   */
  platform_order_id?: null | string;
  /**
   * State of the order; known values: `Pending`, `Confirmed`, `Cancelled`, `Failed`, and in exports `Shipped`, `Delivered`; casing varies.
   */
  order_status?: null | string;
  /**
   * How GoKwik sorts the order; known values: `upi`, `cod`, `non-gk`, also `COD`, `PREPAID`; `payment_class` is the cleaned form.
   */
  order_type?: null | string;
  /**
   * Payment method as GoKwik writes it, e.g. `upi`, `card`, `card | credit`, `netbanking`, `wallet`, `cod`, `ppcod`, `consumer_finance-snapmint`, `Gokwik UPI`, `Gokwik PPCOD`.
   */
  payment_method?: null | string;
  /**
   * State of the payment, raw.
   */
  payment_status?: null | string;
  /**
   * What the shopper pays for the order, in rupees.
   */
  total?: null | number;
  /**
   * Value of the items before shipping, tax and discounts, in rupees.
   */
  subtotal?: null | number;
  /**
   * Tax on the order in rupees.
   */
  total_tax?: null | number;
  /**
   * Shipping charged to the shopper in rupees.
   */
  total_shipping?: null | number;
  /**
   * All discounts on the order in rupees.
   */
  total_discount?: null | number;
  /**
   * Extra fee for cash on delivery in rupees.
   */
  cod_charges?: null | number;
  /**
   * Coupon used on the order.
   */
  promo_code?: null | string;
  /**
   * GoKwik's RTO risk class of the order; known values: `High Risk`, `Medium Risk`, `Low Risk`, `Control`.
   */
  rto_risk_flag?: null | string;
  /**
   * GoKwik's RTO risk score, from 0 to 1.
   */
  rto_score?: null | number;
  /**
   * Why GoKwik rated the order so, in free words.
   */
  rto_remark?: null | string;
  /**
   * Last known delivery state of the order, raw.
   */
  shipment_status?: null | string;
  /**
   * Air waybill: the courier's tracking number; joins `shipments.awb`.
   */
  awb_number?: null | string;
  /**
   * GoKwik's class of the shopper, such as new or repeat; wording varies.
   */
  customer_type?: null | string;
  /**
   * UTM source of the visit; `NA` becomes null.
   */
  utm_source?: null | string;
  /**
   * UTM medium of the visit; `NA` becomes null.
   */
  utm_medium?: null | string;
  /**
   * UTM campaign of the visit; `NA` becomes null.
   */
  utm_campaign?: null | string;
  /**
   * UTM term of the visit; `NA` becomes null.
   */
  utm_term?: null | string;
  /**
   * UTM content of the visit; `NA` becomes null.
   */
  utm_content?: null | string;
  /**
   * Page of the shop on which the visit began.
   */
  landing_page?: null | string;
  /**
   * IP address the order was placed from.
   */
  customer_ip?: null | string;
  /**
   * The shopper's phone number, in any spelling; exports may hold two joined by a pipe.
   */
  phone?: null | string;
  /**
   * The shopper's e-mail address.
   */
  email?: null | string;
  /**
   * Billing address as the shopper gave it at checkout.
   */
  billing_address?: null | {
    /**
     * First name of the addressee.
     */
    first_name?: null | string;
    /**
     * Last name of the addressee; `.` is padding for none.
     */
    last_name?: null | string;
    /**
     * First address line: house, building, street.
     */
    address_1?: null | string;
    /**
     * Second address line: area, landmark.
     */
    address_2?: null | string;
    /**
     * City or town.
     */
    city?: null | string;
    /**
     * State or union territory.
     */
    state?: null | string;
    /**
     * Indian PIN code, six digits.
     */
    postcode?: null | string;
    /**
     * Country name or code.
     */
    country?: null | string;
    /**
     * E-mail address given with this address.
     */
    email?: null | string;
    /**
     * Phone number given with this address, in any spelling (`+91…`, `91…`, ten digits, masked).
     */
    phone?: null | string;
    [k: string]: unknown;
  };
  /**
   * Delivery address as the shopper gave it at checkout.
   */
  shipping_address?: null | {
    /**
     * First name of the addressee.
     */
    first_name?: null | string;
    /**
     * Last name of the addressee; `.` is padding for none.
     */
    last_name?: null | string;
    /**
     * First address line: house, building, street.
     */
    address_1?: null | string;
    /**
     * Second address line: area, landmark.
     */
    address_2?: null | string;
    /**
     * City or town.
     */
    city?: null | string;
    /**
     * State or union territory.
     */
    state?: null | string;
    /**
     * Indian PIN code, six digits.
     */
    postcode?: null | string;
    /**
     * Country name or code.
     */
    country?: null | string;
    /**
     * E-mail address given with this address.
     */
    email?: null | string;
    /**
     * Phone number given with this address, in any spelling (`+91…`, `91…`, ten digits, masked).
     */
    phone?: null | string;
    [k: string]: unknown;
  };
  /**
   * Items of the order, as they came; `order_items` has them one a row.
   */
  line_items?:
    | null
    | (null | {
        /**
         * The shop platform's product id.
         */
        product_id?: null | string;
        /**
         * The shop platform's id of this line of the order.
         */
        line_item_id?: null | string;
        /**
         * The shop platform's variant id (size, colour, pack).
         */
        variant_id?: null | string;
        /**
         * Product name as shown to the shopper.
         */
        name?: null | string;
        /**
         * The merchant's stock-keeping unit.
         */
        sku?: null | string;
        /**
         * Price of one unit in rupees.
         */
        price?: null | number;
        /**
         * Units ordered.
         */
        quantity?: null | number;
        /**
         * Line amount before tax and discounts, in rupees.
         */
        subtotal?: null | number;
        /**
         * Line amount charged, in rupees.
         */
        total?: null | number;
        /**
         * Tax on the line in rupees.
         */
        tax?: null | number;
        [k: string]: unknown;
      })[];
  /**
   * When the order was placed, UTC.
   */
  created_at?: null | string;
  /**
   * Cursor: when the order last changed, UTC; `created_at` where GoKwik sends no later stamp.
   */
  updated_at?: null | string;
  /**
   * Made by the connector, since GoKwik has no single field for it: `cod`, `prepaid`, `partial_cod` (part paid now, the rest in cash) or `unknown`.
   */
  payment_class?: null | string;
  /**
   * Number of the order in the orders export, in its column `Order Number`.
   */
  order_number?: null | string;
  /**
   * The shop's name of the order as shoppers see it, e.g. `#1547544`; from the orders export.
   */
  shopify_order_name?: null | string;
  /**
   * When the order was paid, UTC; from the orders export.
   */
  payment_at?: null | string;
  /**
   * Value of the items at their list price (MRP), in rupees; from the orders export.
   */
  mrp_total?: null | number;
  /**
   * The shopper's name; from the orders export.
   */
  customer_name?: null | string;
  /**
   * Whether the shop knew the shopper; from the orders export, where `customer_type` is whether GoKwik did.
   */
  customer_type_merchant?: null | string;
  /**
   * Names of the items; from the orders export.
   */
  product_name?: null | string;
  /**
   * When the webhook's payload was received, UTC, where the capture says so.
   */
  received_at?: null | string;
  /**
   * Where the row came from: `api`, or the name of a file and the row in it, as `orders.csv:17`. There when the stream has `files`.
   */
  _source?: null | string;
  [k: string]: unknown;
}

/**
 * Payment attempts, successful or not. Field names follow GoKwik's payment webhook; the list endpoint is assumed.
 */
export interface Payments {
  /**
   * Primary key, made by the connector: `payment_id` (or `paymentId`), else `id`.
   */
  record_key: string;
  /**
   * GoKwik's id of the payment; joins `settlements.payment_id`.
   */
  payment_id?: null | string;
  /**
   * The merchant's reference for the payment.
   */
  merchant_reference_id?: null | string;
  /**
   * GoKwik's id of the order paid for.
   */
  gokwik_oid?: null | string;
  /**
   * Merchant order id of the order paid for.
   */
  moid?: null | string;
  /**
   * The payment provider's id of the transaction.
   */
  transaction_id?: null | string;
  /**
   * Payment method, raw, e.g. `upi`, `card`, `netbanking`, `wallet`.
   */
  method?: null | string;
  /**
   * Payment provider that processed it.
   */
  provider?: null | string;
  /**
   * State of the payment, raw.
   */
  status?: null | string;
  /**
   * Amount of the payment in rupees.
   */
  amount?: null | number;
  /**
   * ISO 4217 code of the amount, `INR`.
   */
  currency?: null | string;
  /**
   * The provider's code of a failure.
   */
  error_code?: null | string;
  /**
   * The provider's words on a failure.
   */
  error_message?: null | string;
  /**
   * When the payment was begun, UTC.
   */
  created_at?: null | string;
  /**
   * Cursor: when the payment last changed, UTC; `created_at` where GoKwik sends no later stamp.
   */
  updated_at?: null | string;
  /**
   * The webhook's event, e.g. `transaction.success`; from webhook captures.
   */
  event?: null | string;
  /**
   * When the webhook's payload was received, UTC, where the capture says so.
   */
  received_at?: null | string;
  /**
   * Where the row came from: `api`, or the name of a file and the row in it, as `orders.csv:17`. There when the stream has `files`.
   */
  _source?: null | string;
  [k: string]: unknown;
}

/**
 * Refunds, asked for order by order, of orders that are not plain cash on delivery. The endpoint was seen live; few of its fields are known, and the rest pass through as they come.
 */
export interface Refunds {
  /**
   * Primary key, made by the connector: `refund_id` (or `refundId`, `id`); without one, a SHA-256 of the order id, payment id, amount and creation time.
   */
  record_key: string;
  /**
   * GoKwik's id of the refund.
   */
  refund_id?: null | string;
  /**
   * Id of the payment that is given back; joins `payments.payment_id`.
   */
  payment_id?: null | string;
  /**
   * Amount given back in rupees.
   */
  amount?: null | number;
  /**
   * State of the refund, raw; `Completed` has been seen.
   */
  status?: null | string;
  /**
   * ISO 4217 code of the amount, `INR`.
   */
  currency?: null | string;
  /**
   * When the refund was begun, UTC.
   */
  created_at?: null | string;
  /**
   * Cursor: the moment of the order, since refunds are found through it (its `updated_at`, else `created_at`), UTC.
   */
  updated_at?: null | string;
  /**
   * When the refund itself last changed, UTC, where GoKwik says so; kept apart since `updated_at` is the order's.
   */
  refund_updated_at?: null | string;
  /**
   * The order's `platform_order_id`, added by the connector.
   */
  platform_order_id?: null | string;
  /**
   * The order's `gokwik_oid`, added by the connector.
   */
  gokwik_oid?: null | string;
  /**
   * The order's `moid`, added by the connector.
   */
  moid?: null | string;
  /**
   * The webhook's event, e.g. `transaction.success`; from webhook captures.
   */
  event?: null | string;
  /**
   * When the webhook's payload was received, UTC, where the capture says so.
   */
  received_at?: null | string;
  /**
   * Where the row came from: `api`, or the name of a file and the row in it, as `orders.csv:17`. There when the stream has `files`.
   */
  _source?: null | string;
  [k: string]: unknown;
}

/**
 * Return and exchange requests of Return Prime, a sister product with a token of its own; without the token the stream is absent. The list filters on creation only, so later states are seen by re-reading within the lookback.
 */
export interface Returns {
  /**
   * Primary key, made by the connector: `id`.
   */
  record_key: string;
  /**
   * Return Prime's id of the request.
   */
  id?: null | string;
  /**
   * Number of the request as the shopper sees it, e.g. `RET123`.
   */
  request_number?: null | string;
  /**
   * What is asked for; known values: `return`, `exchange`.
   */
  request_type?: null | string;
  /**
   * State of the request; seen: `pending`, `approved`, `received`, `inspected`, `refunded`, `rejected`, `archived`.
   */
  status?: null | string;
  /**
   * Cursor: when the request was made, UTC.
   */
  created_at?: null | string;
  /**
   * Channel through which the request came, as Return Prime codes it.
   */
  channel?: null | string;
  /**
   * The order that the items came from.
   */
  order?: null | {
    /**
     * The order's id on the shop platform; joins `orders.platform_order_id`.
     */
    id?: null | string;
    /**
     * Order name in the shop, e.g. `#25916`.
     */
    name?: null | string;
    /**
     * When the order was placed, UTC.
     */
    created_at?: null | string;
    [k: string]: unknown;
  };
  /**
   * The shopper who asked.
   */
  customer?: null | {
    /**
     * The shop platform's id of the customer.
     */
    id?: null | string;
    /**
     * Full name.
     */
    name?: null | string;
    /**
     * E-mail address.
     */
    email?: null | string;
    /**
     * Phone number, in any spelling.
     */
    phone?: null | string;
    /**
     * Pick-up address.
     */
    address?: null | {
      /**
       * First name at the address.
       */
      first_name?: null | string;
      /**
       * Last name at the address.
       */
      last_name?: null | string;
      /**
       * First address line: house, building, street.
       */
      address_line_1?: null | string;
      /**
       * Second address line: area, landmark.
       */
      address_line_2?: null | string;
      /**
       * City or town.
       */
      city?: null | string;
      /**
       * State or union territory.
       */
      province?: null | string;
      /**
       * Code of the state or union territory.
       */
      province_code?: null | string;
      /**
       * Indian PIN code, six digits.
       */
      postal_code?: null | string;
      /**
       * Country name.
       */
      country?: null | string;
      /**
       * Two-letter country code.
       */
      country_code?: null | string;
      [k: string]: unknown;
    };
    /**
     * Account that the refund goes to; sensitive.
     */
    bank?: null | {
      /**
       * Name on the account.
       */
      account_holder_name?: null | string;
      /**
       * Account number.
       */
      account_number?: null | string;
      /**
       * Indian Financial System Code of the branch.
       */
      ifsc_code?: null | string;
      [k: string]: unknown;
    };
    [k: string]: unknown;
  };
  /**
   * Whether and when the request was approved.
   */
  approved?: null | {
    /**
     * True once the request was approved.
     */
    status?: null | boolean;
    /**
     * When the request was approved, UTC.
     */
    created_at?: null | string;
    /**
     * Remark of whoever did it.
     */
    comment?: null | string;
    [k: string]: unknown;
  };
  /**
   * Whether and when the request was received.
   */
  received?: null | {
    /**
     * True once the request was received.
     */
    status?: null | boolean;
    /**
     * When the request was received, UTC.
     */
    created_at?: null | string;
    /**
     * Remark of whoever did it.
     */
    comment?: null | string;
    [k: string]: unknown;
  };
  /**
   * Whether and when the request was inspected.
   */
  inspected?: null | {
    /**
     * True once the request was inspected.
     */
    status?: null | boolean;
    /**
     * When the request was inspected, UTC.
     */
    created_at?: null | string;
    /**
     * Remark of whoever did it.
     */
    comment?: null | string;
    [k: string]: unknown;
  };
  /**
   * Whether and when the request was rejected.
   */
  rejected?: null | {
    /**
     * True once the request was rejected.
     */
    status?: null | boolean;
    /**
     * When the request was rejected, UTC.
     */
    created_at?: null | string;
    /**
     * Remark of whoever did it.
     */
    comment?: null | string;
    [k: string]: unknown;
  };
  /**
   * Whether and when the request was archived.
   */
  archived?: null | {
    /**
     * True once the request was archived.
     */
    status?: null | boolean;
    /**
     * When the request was archived, UTC.
     */
    created_at?: null | string;
    /**
     * Remark of whoever did it.
     */
    comment?: null | string;
    [k: string]: unknown;
  };
  /**
   * Items that the shopper sends back.
   */
  line_items?:
    | null
    | (null | {
        /**
         * The shop platform's id of the order line.
         */
        id?: null | string;
        /**
         * Units sent back.
         */
        quantity?: null | number;
        /**
         * Why it is sent back, picked or in free words.
         */
        reason?: null | string;
        /**
         * Further words on the reason.
         */
        reason_detail?: null | string;
        /**
         * The shopper's comment on the item.
         */
        customer_comment?: null | string;
        /**
         * What inspection found.
         */
        inspection_notes?: null | string;
        /**
         * The item that is sent back.
         */
        original_product?: null | {
          /**
           * The shop platform's product id.
           */
          product_id?: null | string;
          /**
           * The shop platform's variant id.
           */
          variant_id?: null | string;
          /**
           * Product name.
           */
          title?: null | string;
          /**
           * Variant name, such as size or colour.
           */
          variant_title?: null | string;
          /**
           * The merchant's stock-keeping unit.
           */
          sku?: null | string;
          /**
           * Price of one unit in rupees.
           */
          price?: null | number;
          [k: string]: unknown;
        };
        /**
         * The item that goes out in exchange.
         */
        exchange_product?: null | {
          /**
           * The shop platform's product id.
           */
          product_id?: null | string;
          /**
           * The shop platform's variant id.
           */
          variant_id?: null | string;
          /**
           * Product name.
           */
          title?: null | string;
          /**
           * Variant name, such as size or colour.
           */
          variant_title?: null | string;
          /**
           * The merchant's stock-keeping unit.
           */
          sku?: null | string;
          /**
           * Price of one unit in rupees.
           */
          price?: null | number;
          [k: string]: unknown;
        };
        /**
         * What the shopper had paid for the item.
         */
        shop_price?: null | {
          /**
           * Amount paid in rupees.
           */
          actual_amount?: null | number;
          /**
           * Tax in the amount, in rupees.
           */
          total_tax?: null | number;
          /**
           * Discount taken off, in rupees.
           */
          total_discount?: null | number;
          /**
           * Shipping paid in rupees.
           */
          shipping_amount?: null | number;
          /**
           * Units the amounts are for.
           */
          return_quantity?: null | number;
          /**
           * ISO 4217 code of the amounts.
           */
          currency?: null | string;
          [k: string]: unknown;
        };
        /**
         * The refund of the item.
         */
        refund?: null | {
          /**
           * State of the refund, raw; `refunded` once it was made.
           */
          status?: null | string;
          /**
           * How the shopper asked to be refunded, such as bank transfer or store credit.
           */
          requested_mode?: null | string;
          /**
           * How the refund was made.
           */
          actual_mode?: null | string;
          /**
           * Free words where the mode is none of the listed.
           */
          refund_others_text?: null | string;
          /**
           * What was refunded.
           */
          refunded_amount?: null | {
            /**
             * The amount in the shop's currency.
             */
            shop_money?: null | {
              /**
               * Amount in rupees, unless `currency_code` says otherwise.
               */
              amount?: null | number;
              /**
               * ISO 4217 code of the amount.
               */
              currency_code?: null | string;
              [k: string]: unknown;
            };
            /**
             * The amount in the shopper's currency.
             */
            presentment_money?: null | {
              /**
               * Amount in rupees, unless `currency_code` says otherwise.
               */
              amount?: null | number;
              /**
               * ISO 4217 code of the amount.
               */
              currency_code?: null | string;
              [k: string]: unknown;
            };
            [k: string]: unknown;
          };
          /**
           * When it was refunded, UTC.
           */
          refunded_at?: null | string;
          /**
           * Remark of whoever refunded it.
           */
          comment?: null | string;
          [k: string]: unknown;
        };
        /**
         * Parcels in which the item travels back.
         */
        shipping?:
          | null
          | (null | {
              /**
               * Air waybill: the courier's tracking number.
               */
              awb?: null | string;
              /**
               * Courier that carries it.
               */
              shipping_company?: null | string;
              /**
               * The courier's tracking page.
               */
              tracking_url?: null | string;
              [k: string]: unknown;
            })[];
        [k: string]: unknown;
      })[];
  /**
   * The merchant's notes on the request; seen in third-party code only.
   */
  notes?: null | string;
  /**
   * The shopper's comment on the request; seen in third-party code only.
   */
  customer_comment?: null | string;
  /**
   * What inspection found; seen in third-party code only.
   */
  inspection_notes?: null | string;
  [k: string]: unknown;
}

/**
 * GoKwik's prediction that an order returns to origin (RTO), and what became of it. The flags are GoKwik's; the list endpoint is assumed, so are `action` and `outcome`.
 */
export interface RtoPredictions {
  /**
   * Primary key, made by the connector: `request_id`.
   */
  record_key: string;
  /**
   * GoKwik's id (UUID) of the checkout that was rated.
   */
  request_id?: null | string;
  /**
   * GoKwik's id of the order that was rated.
   */
  gokwik_oid?: null | string;
  /**
   * Merchant order id of the order that was rated.
   */
  moid?: null | string;
  /**
   * RTO risk class; known values: `High Risk`, `Medium Risk`, `Low Risk`, `Control` (`Control`: rated, but nothing was done about it).
   */
  risk_flag?: null | string;
  /**
   * RTO risk score, from 0 to 1.
   */
  score?: null | number;
  /**
   * Why the order was rated so, in free words.
   */
  reason?: null | string;
  /**
   * What was done about the risk, such as withholding cash on delivery (assumed field).
   */
  action?: null | string;
  /**
   * What became of the order; expected values: `delivered`, `rto`, `in_transit`, `cancelled` (assumed field). GoKwik's own figures settle after about 15 days.
   */
  outcome?: null | string;
  /**
   * When the outcome was known, UTC (assumed field).
   */
  outcome_at?: null | string;
  /**
   * When the prediction was made, UTC.
   */
  created_at?: null | string;
  /**
   * Cursor: when the prediction or its outcome last changed, UTC; `created_at` where GoKwik sends no later stamp.
   */
  updated_at?: null | string;
  [k: string]: unknown;
}

/**
 * Lines of GoKwik's settlement report: what was paid out to the merchant, and the fees kept. The columns are those of the report; the list endpoint is assumed.
 */
export interface Settlements {
  /**
   * Primary key, made by the connector: `settlement_utr`, `payment_id`, `transaction_type` and `serial_no` together.
   */
  record_key: string;
  /**
   * Number of the line in the report (`S. No.`).
   */
  serial_no?: null | string;
  /**
   * Kind of line; known values: `Payment`, `Sale`, `Refund`; others occur.
   */
  transaction_type?: null | string;
  /**
   * GoKwik's id of the payment; joins `payments.payment_id`.
   */
  payment_id?: null | string;
  /**
   * GoKwik's id of the order.
   */
  order_id?: null | string;
  /**
   * Gross amount of the line in rupees.
   */
  amount?: null | number;
  /**
   * ISO 4217 code of the amounts, `INR`.
   */
  currency?: null | string;
  /**
   * Tax on the fee in rupees.
   */
  tax?: null | number;
  /**
   * Payment fee in rupees.
   */
  fee?: null | number;
  /**
   * Further fees in rupees.
   */
  additional_fees?: null | number;
  /**
   * Tax on the further fees in rupees.
   */
  additional_tax?: null | number;
  /**
   * What GoKwik kept from the line, in rupees.
   */
  gokwik_deduction?: null | number;
  /**
   * Taken from the merchant by this line, in rupees; refunds are rows with a debit.
   */
  debit?: null | number;
  /**
   * Paid out to the merchant by this line, net, in rupees.
   */
  credit?: null | number;
  /**
   * Payment method, raw.
   */
  payment_method?: null | string;
  /**
   * When the shopper paid, UTC; the report gives India time, and a bare date is midnight there.
   */
  transaction_date?: null | string;
  /**
   * The bank's retrieval reference number of the payment.
   */
  transaction_rrn?: null | string;
  /**
   * Order name in the shop, e.g. `#25916`.
   */
  merchant_order_id?: null | string;
  /**
   * The order's id on the shop platform (Shopify's numeric id), kept as a string because it passes 2^31.
   */
  platform_order_id?: null | string;
  /**
   * Shopify's id of the transaction.
   */
  shopify_transaction_id?: null | string;
  /**
   * Unique transaction reference of the bank transfer; all lines of one payout share it.
   */
  settlement_utr?: null | string;
  /**
   * Cursor: when the payout was made, UTC; the report gives India time, and a bare date is midnight there.
   */
  settlement_date?: null | string;
  /**
   * Company that made the payout.
   */
  settled_by?: null | string;
  /**
   * Sub-type of the payment method; often blank in the report, then null.
   */
  payment_mode?: null | string;
  /**
   * Code of the payer's bank, not an account.
   */
  bank_code?: null | string;
  /**
   * Card network, such as Visa, Mastercard or RuPay.
   */
  card_network?: null | string;
  /**
   * Made by the connector: 2 for the second of lines of a report that are equal in all that makes the key, 3 for the third; null for the first.
   */
  occurrence?: null | number;
  /**
   * Cursor where the stream has `files`, made by the connector: the settlement's date for the API's rows, just before it for a report's, later for a younger report.
   */
  updated_at?: null | string;
  /**
   * Where the row came from: `api`, or the name of a file and the row in it, as `orders.csv:17`. There when the stream has `files`.
   */
  _source?: null | string;
  [k: string]: unknown;
}

/**
 * Shipments of KwikShip with their last known state, RTO included. The list filters on creation only, so later states are seen by re-reading within the lookback.
 */
export interface Shipments {
  /**
   * Primary key, made by the connector: `awb`.
   */
  record_key: string;
  /**
   * Air waybill: the courier's tracking number.
   */
  awb?: null | string;
  /**
   * The merchant's order id of the shipment.
   */
  order_id?: null | string;
  /**
   * Last known state; known values: `pickup_completed`, `in_transit`, `out_for_delivery`, `undelivered`, `ndr_attempt_N`, `delivered`, `rto_initiated`, `rto_in_transit`, `rto_delivered`, `return_*`, `lost`, `damaged`, `destroyed`.
   */
  status?: null | string;
  /**
   * Cash on delivery or prepaid, as booked with the courier.
   */
  payment_mode?: null | string;
  /**
   * Courier that carries it.
   */
  courier_name?: null | string;
  /**
   * Value of the shipment in rupees; the amount to collect when it is cash on delivery.
   */
  total_amount?: null | number;
  /**
   * Weight as booked; KwikShip does not document the unit.
   */
  weight?: null | number;
  /**
   * Name of the addressee.
   */
  customer_name?: null | string;
  /**
   * Phone number of the addressee, in any spelling.
   */
  customer_phone?: null | string;
  /**
   * Cursor: when the shipment was booked, UTC; upstream writes India time.
   */
  creation_datetime?: null | string;
  /**
   * Promised delivery, UTC; upstream writes India time, and a bare date is midnight there.
   */
  estimated_delivery_date?: null | string;
  /**
   * Cursor where the stream has `files`, made by the connector: when a webhook was received; the API's rows have their creation.
   */
  updated_at?: null | string;
  /**
   * When the webhook's payload was received, UTC, where the capture says so.
   */
  received_at?: null | string;
  /**
   * Where the row came from: `api`, or the name of a file and the row in it, as `shipments.jsonl:17`. There when the stream has `files`.
   */
  _source?: null | string;
  [k: string]: unknown;
}
