-- One row a day and payment class. A class nobody has heard of stands for itself.
with daily as (
  select
    merchant, india_date, payment_class,
    count(*) as orders,
    count(case when is_placed then 1 end) as placed_orders,
    count(case when outcome = 'failed' then 1 end) as failed_orders,
    count(case when outcome = 'pending' then 1 end) as pending_orders,
    count(case when is_placed and is_cancelled then 1 end) as cancelled_orders,
    sum(placed_rupees) as placed_rupees,
    sum(net_rupees) as net_rupees,
    sum(delivered_rupees) as delivered_rupees,
    sum(case when is_placed then coalesce(cod_charges_rupees, 0) else 0 end) as cod_charges_rupees,
    count(case when is_placed and coalesce(cod_charges_rupees, 0) > 0 then 1 end) as orders_with_cod_charges,
    count(case when is_placed and payment_class = 'prepaid' and cod_chosen_at is not null then 1 end) as cod_to_prepaid,
    count(case when is_placed and payment_class = 'cod' and prepaid_chosen_at is not null then 1 end) as prepaid_to_cod
  from {{ ref('gokwik__orders') }}
  group by merchant, india_date, payment_class
),
answer as (
  select
    daily.*,
    sum(placed_orders) over (partition by merchant, india_date) as placed_orders_of_day,
    {{ gokwik_rate('placed_orders', 'sum(placed_orders) over (partition by merchant, india_date)') }} as share_of_orders,
    {{ gokwik_rate('placed_rupees', 'sum(placed_rupees) over (partition by merchant, india_date)') }} as share_of_rupees
  from daily
)
{{ gokwik_agreed('answer') }}
