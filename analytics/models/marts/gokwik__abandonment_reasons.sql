-- One row a reason, as often as shoppers gave it: a cart with two reasons counts under both.
with mentions as (
  select cart_key, {{ gokwik_given('said') }} as reason
  from (
    select cart.record_key as cart_key, word as said
    from (
      select record_key, drop_off_reasons
      from {{ ref('stg_gokwik__abandoned_checkouts') }}
      where {{ gokwik_json_item('drop_off_reasons', 0) }} is not null
    ) as cart
    {{ gokwik_each_word('cart.drop_off_reasons') }}
    union all
    select cart_key, 'not given'
    from {{ ref('gokwik__abandoned_carts') }}
    where reason = 'not given'
  ) as told
  group by cart_key, {{ gokwik_given('said') }}
),
answer as (
  select
    mentions.reason as reason,
    count(*) as carts,
    {{ gokwik_rate('count(*)', 'max(total.carts)') }} as share_of_carts,
    sum(coalesce(cart.value_rupees, 0)) as value_rupees,
    count(case when cart.is_recovered then 1 end) as recovered_carts,
    case when max(known.orders) > 0 then {{ gokwik_rate('count(case when cart.is_recovered then 1 end)', 'count(*)') }} end as recovery_rate_to_date
  from mentions
  join {{ ref('gokwik__abandoned_carts') }} as cart on cart.cart_key = mentions.cart_key
  cross join (select count(*) as carts from {{ ref('gokwik__abandoned_carts') }}) as total
  cross join (select count(*) as orders from {{ ref('gokwik__orders') }}) as known
  group by mentions.reason
)
{{ gokwik_agreed('answer') }}
