-- Every id an order goes by, one row each, so that money can be joined by whichever it carries.
{{ config(materialized='view') }}

select 'moid' as id_kind, moid as id, min(order_key) as order_key
from {{ ref('gokwik__orders') }} where moid is not null group by moid
union all
select 'gokwik_oid', gokwik_oid, min(order_key)
from {{ ref('gokwik__orders') }} where gokwik_oid is not null group by gokwik_oid
union all
select 'platform_order_id', platform_order_id, min(order_key)
from {{ ref('gokwik__orders') }} where platform_order_id is not null group by platform_order_id
