/**
 * A large shop in DuckDB, made by SQL, since the simulator takes hours for as many; its shares are
 * the simulator's. `shop.ts <file> <checkouts>`, a process of its own: what it needs in memory is not
 * what the models need.
 */
import { DuckDBInstance } from '@duckdb/node-api';

const [file = '', count = ''] = process.argv.slice(2);
const checkouts = Number(count);

const H = (salt: number) => `(hash(i * 64 + ${salt}) % 1000 / 1000.0)`;
const ID = `cast(md5(cast(i as varchar)) as uuid)::varchar`;
const MOMENT = `(timestamptz '2026-11-22 00:00:00+00' - to_seconds(cast(i * (365 * 86400.0 / ${checkouts}) as bigint)))`;
const LATER = `${MOMENT} + interval 9 days`;
const READ = `timestamptz '2026-11-22 06:00:00+00' as _airbyte_extracted_at`;
const RANGE = (share: number) => `from range(cast(${checkouts} * ${share} as bigint)) as r(i)`;

/** How far a checkout gets, and the events it leaves on the way. */
const EVENTS = [
  ['checkout-ready', 0],
  ['user-login-initiated', 0.1],
  ['user-login-successful', 0.15],
  ['address-add', 0.26],
  ['navigation_payment_options', 0.26],
  ['payment-method-selected', 0.36],
  ['create-order', 0.39],
  ['order-complete', 0.4],
] as const;

/** Orders are the checkouts below 0.6 of the range, so that ids join without a table of ids. */
const TABLES: Record<string, string> = {
  checkouts: `select ${ID} as record_key, ${ID} as request_id, 's' || i as session_id,
    ${MOMENT} as created_at, ${LATER} as updated_at,
    case when i < ${checkouts} * 0.6 then 'completed' else 'abandoned' end as status,
    case when i < ${checkouts} * 0.6 then cast(i as varchar) end as moid,
    case when ${H(1)} < 0.8 then 'mobile' else 'desktop' end as device_type,
    case when ${H(2)} < 0.3 then 'returning' else 'new' end as customer_type,
    ['google', 'facebook', 'instagram', 'whatsapp', null][cast(1 + hash(i) % 5 as int)] as mkt_source,
    cast(500 + hash(i) % 4000 as double) as total_price, ${READ} ${RANGE(1)}`,
  // A checkout's events stand together, as they leave the connector with their checkout.
  checkout_events: `select ${ID} || ':' || position as record_key, ${ID} as request_id, position,
    name, ${MOMENT} + to_seconds(position * 9 + cast(hash(i + position) % 60 as bigint)) as occurred_at,
    '{"payment_method":"upi"}'::json as properties, ${LATER} as updated_at, ${READ}
    from (select i, unnest(range(${EVENTS.length})) as position ${RANGE(1)}) as steps
    join (values ${EVENTS.map(([name, lost], at) => `(${at}, '${name}', ${lost})`).join(', ')})
      as step(number, name, lost) on number = position and i < ${checkouts} * (1 - lost)`,
  orders: `select 'KWIK' || i as record_key, 'KWIK' || i as gokwik_oid, ${ID} as request_id,
    cast(i as varchar) as moid, cast(5600000000000 + i as varchar) as platform_order_id,
    case when ${H(3)} < 0.02 then 'Failed' when ${H(3)} < 0.07 then 'Cancelled' else 'Shipped' end as order_status,
    case when ${H(4)} < 0.5 then 'cod' when ${H(4)} < 0.9 then 'prepaid' else 'partial_cod' end as payment_class,
    'upi' as payment_method, cast(500 + hash(i) % 4000 as double) as total, 'TEN' as promo_code, 'sale' as utm_campaign, 19.0 as cod_charges,
    'google' as utm_source, 'new' as customer_type, cast(31000000000000 + i as varchar) as awb_number,
    ('{"postcode":"' || (110001 + hash(i) % 20000) || '","city":"Pune","state":"Maharashtra"}')::json as shipping_address,
    ${MOMENT} as created_at, ${LATER} as updated_at, ${READ} ${RANGE(0.6)}`,
  order_items: `select 'KWIK' || i || ':' || position as record_key, 'KWIK' || i as gokwik_oid, ${ID} as request_id,
    position, 'Product ' || (hash(i + position) % 200) as name, 'SKU-' || (hash(i + position) % 600) as sku,
    cast(200 + hash(i + position) % 2000 as double) as price, 1 as quantity,
    cast(200 + hash(i + position) % 2000 as double) as total, ${LATER} as updated_at, ${READ}
    from (select i, unnest(range(1 + i % 2)) as position ${RANGE(0.6)}) as lines`,
  rto_predictions: `select ${ID} as record_key, ${ID} as request_id,
    ['High Risk', 'Medium Risk', 'Low Risk', 'Control'][cast(1 + hash(i) % 4 as int)] as risk_flag, ${H(5)} as score,
    'none' as action, case when ${H(6)} < 0.2 then 'rto' else 'delivered' end as outcome,
    ${LATER} as outcome_at, ${MOMENT} as created_at, ${LATER} as updated_at, ${READ} ${RANGE(0.6)}`,
  shipments: `select cast(31000000000000 + i as varchar) as record_key, cast(31000000000000 + i as varchar) as awb,
    cast(i as varchar) as order_id, case when ${H(6)} < 0.2 then 'rto_delivered' else 'delivered' end as status,
    ['Ekart', 'Delhivery', 'Blue Dart'][cast(1 + hash(i) % 3 as int)] as courier_name, ${MOMENT} as creation_datetime, ${READ} ${RANGE(0.56)}`,
  address_prefills: `select ${ID} as record_key, ${ID} as request_id, ${H(7)} < 0.72 as prefill_shown,
    ['gokwik_network', 'merchant', 'partner'][cast(1 + hash(i) % 3 as int)] as prefill_source,
    ['accepted', 'accepted', 'edited', 'replaced'][cast(1 + hash(i) % 4 as int)] as outcome, cast(hash(i) % 90 as double) as seconds_on_address_page,
    cast(110001 + hash(i) % 20000 as varchar) as pincode, 'Pune' as city, 'Maharashtra' as state,
    ${MOMENT} as created_at, ${LATER} as updated_at, ${READ} ${RANGE(0.85)}`,
  abandoned_checkouts: `select ${ID} as record_key, ${ID} as request_id, 'Payment Page' as drop_stage,
    case when i % 60 = 7 then '["Just browsing","Shipping is too high"]' end::json as drop_off_reasons,
    true as is_abandoned, cast(500 + hash(i) % 4000 as double) as total_price, 'google' as mkt_source,
    case when ${H(8)} < 0.2 then ${LATER} end as recovered_at, cast(i as varchar) as recovered_moid,
    ${MOMENT} as created_at, ${LATER} as updated_at, ${READ}
    from range(cast(${checkouts} * 0.8 as bigint), ${checkouts}) as r(i)`,
  payments: `select 'pay_' || i as record_key, 'pay_' || i as payment_id, cast(i as varchar) as moid,
    'captured' as status, cast(500 + hash(i) % 4000 as double) as amount, ${MOMENT} as created_at,
    ${LATER} as updated_at, ${READ} ${RANGE(0.3)}`,
  settlements: `select 'utr:' || i as record_key, 'pay_' || i as payment_id, 'Payment' as transaction_type,
    cast(500 + hash(i) % 4000 as double) as amount, cast(480 + hash(i) % 4000 as double) as credit,
    'UTR' || (i // 5000) as settlement_utr, ${LATER} as settlement_date, ${READ} ${RANGE(0.29)}`,
  refunds: `select 'rfnd_' || i as record_key, 'pay_' || i as payment_id, 100.0 as amount, 'Completed' as status,
    cast(5600000000000 + i as varchar) as platform_order_id, ${MOMENT} as created_at, ${LATER} as updated_at, ${READ} ${RANGE(0.03)}`,
};

const instance = await DuckDBInstance.create(file, { preserve_insertion_order: 'false' });
const connection = await instance.connect();
for (const [name, sql] of Object.entries(TABLES)) {
  await connection.run(`create table "${name}" as ${sql}`);
}
await connection.run('checkpoint');
connection.closeSync();
instance.closeSync();
