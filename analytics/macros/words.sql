{# One spelling for what upstream writes in several: staging folds each word once, and nothing after it
   does. Anything unknown stays as it is. #}

{# Most words have no blank around them: to look costs a tenth of trimming. #}
{% macro gokwik_trim(text) %}case when {{ text }} like ' %' or {{ text }} like '% ' then trim({{ text }}) else {{ text }} end{% endmacro %}

{% macro gokwik_given(column) %}coalesce(nullif({{ gokwik_trim(column) }}, ''), 'not given'){% endmacro %}

{# What people write when there is none. Most ids are longer; and one long list is a join to DuckDB. #}
{% macro gokwik_is_nothing(column) %}length({{ gokwik_trim(column) }}) <= 4 and (
      lower({{ gokwik_trim(column) }}) in ('', '-', '.', '0') or lower({{ gokwik_trim(column) }}) in ('na', 'n/a', 'nan')
      or lower({{ gokwik_trim(column) }}) in ('none', 'null', 'nil')
    ){% endmacro %}

{# An id, or null for what people write when there is none. #}
{% macro gokwik_id(column) %}case
    when {{ gokwik_is_nothing(column) }} then null
    else {{ gokwik_own(gokwik_trim(column)) }}
  end{% endmacro %}

{# An order's id as it is compared: `#25367`, `'25367`, `25367` and a spreadsheet's `25367.0` are one. #}
{% macro gokwik_order_ref(column) %}case
    when {{ gokwik_is_nothing(column) }} then null
    else {{ gokwik_without_point(gokwik_bare(column)) }}
  end{% endmacro %}
{# Most ids hold none of the three: to look costs a tenth of taking them away. #}
{% macro gokwik_bare(column) %}case
    when {{ column }} like '%#%' or {{ column }} like '% %' or {{ column }} like concat('%', {{ gokwik_apostrophe() }}, '%')
      then lower(replace(replace(replace({{ column }}, '#', ''), {{ gokwik_apostrophe() }}, ''), ' ', ''))
    else lower({{ column }})
  end{% endmacro %}
{% macro gokwik_without_point(text) %}case when {{ text }} like '%.0' then substr({{ text }}, 1, length({{ text }}) - 2) else {{ text }} end{% endmacro %}

{# The order that the rows of `refs` with one `key` name, each by an id that is `said`: the merchant's own first
   (another's is none, only whose rows have no label may be anybody's), then by how much the kind of id says. `#1001` is the name that the shop shows; 1001 may be the number of
   another order. `order_ids` is the relation of int_gokwik__order_ids. #}
{% macro gokwik_order_of(refs, key, order_ids) %}select {{ key }}, order_key
  from (
    select
      named.{{ key }}, ids.order_key,
      row_number() over (
        partition by named.{{ key }}
        order by case when ids.merchant = named.merchant then 0 else 1 end,
          case when named.said like '%#%' and ids.place = 5 then 0 else ids.place end, ids.order_key
      ) as choice
    from (select {{ key }}, merchant, said, {{ gokwik_order_ref('said') }} as order_ref from {{ refs }}) as named
    join {{ order_ids }} as ids on ids.order_ref = named.order_ref
    where ids.merchant = named.merchant or ids.merchant = 'not given' or named.merchant = 'not given'
  ) as ranked
  where choice = 1{% endmacro %}

{# Words in lower case with a blank between them and one before the first: `[RTO] Delivered:2` is ` rto delivered 2`.
   What is told apart by `words` takes them as a column of their own: within a case they are made for each line. #}
{% macro gokwik_words(column) %}concat(' ', trim(replace(translate(lower({{ column }}), '_-:;/.,|()[]', '            '), '  ', ' '))){% endmacro %}

{# A word as it is told apart: lower case, `not given` when there is none. #}
{% macro gokwik_word(column) %}coalesce(nullif(lower({{ gokwik_trim(column) }}), ''), 'not given'){% endmacro %}

{# A code such as an action or an outcome: `Prepaid Nudge` is `prepaid_nudge`. #}
{% macro gokwik_code(column) %}coalesce(nullif(replace(replace(lower({{ gokwik_trim(column) }}), ' ', '_'), '-', '_'), ''), 'not given'){% endmacro %}

{# A method of payment: `Gokwik UPI` and `upi` are one, `Cash on Delivery` and `cod` are. #}
{% macro gokwik_method(column) %}case when {{ gokwik_words(column) }} like ' cash on delivery%' then 'cod' else coalesce(nullif(trim(replace(lower({{ column }}), 'gokwik ', '')), ''), 'not given') end{% endmacro %}

{% macro gokwik_flag_word(words, column) %}case
    when coalesce({{ words }}, ' ') = ' ' then 'not given'
    when {{ words }} in (' high risk', ' high') then 'High Risk'
    when {{ words }} in (' medium risk', ' medium', ' moderate risk') then 'Medium Risk'
    when {{ words }} in (' low risk', ' low') then 'Low Risk'
    when {{ words }} in (' control', ' control group') then 'Control'
    else {{ gokwik_trim(column) }}
  end{% endmacro %}

{# A spreadsheet makes `560001.0` of a pincode, people write `560 001`. #}
{% macro gokwik_pincode(column) %}coalesce(nullif(case
    when {{ column }} like '%.0%' or {{ column }} like '% %' or {{ column }} like concat('%', {{ gokwik_apostrophe() }}, '%')
      then replace(replace(replace({{ column }}, '.0', ''), ' ', ''), {{ gokwik_apostrophe() }}, '')
    else {{ column }}
  end, ''), 'not given'){% endmacro %}

{% macro gokwik_shopper(words, column) %}case
    when coalesce({{ words }}, ' ') = ' ' then 'not given'
    when {{ words }} in (' new', ' new customer', ' new user') or {{ words }} in (' first time', ' first time customer') then 'new'
    when {{ words }} in (' returning', ' returning customer') or {{ words }} in (' existing', ' existing customer')
      or {{ words }} in (' repeat', ' repeat customer', ' repeat user') then 'returning'
    else {{ gokwik_trim(column) }}
  end{% endmacro %}

{# The state of an order. The order of the lines matters: `payment pending` has no `paid`. #}
{% macro gokwik_order_state(words, column) %}case
    when coalesce({{ words }}, ' ') = ' ' then 'not given'
    when {{ words }} like '% cancel%' or {{ words }} like '% void%' then 'cancelled'
    when {{ words }} like ' fail%' or {{ words }} like '% payment fail%' or {{ words }} like '% order fail%'
      or {{ words }} like '% declined%' or {{ words }} like '% expired%' then 'failed'
    when {{ words }} like '% rto%' or {{ words }} like '% return%to%origin%' or {{ words }} like '% return%to%seller%' then 'rto'
    when {{ words }} like '% pending%' or {{ words }} like '% awaiting%' or {{ words }} in (' created', ' initiated', ' draft', ' abandoned')
      or {{ words }} in (' unpaid', ' unconfirmed') then 'pending'
    when {{ words }} in (' delivered', ' completed', ' complete') then 'delivered'
    when {{ words }} like '% not shipped%' or {{ words }} like '% not dispatched%' then lower({{ gokwik_trim(column) }})
    when {{ words }} like '% shipped%' or {{ words }} like '% dispatched%' or {{ words }} like '% transit%' or {{ words }} like '% out for delivery%' then 'shipped'
    when {{ words }} like '% confirmed%' then 'confirmed'
    else lower({{ gokwik_trim(column) }})
  end{% endmacro %}

{# Whether a payment brought money: `paid`, `unpaid`, or nothing that is known. A list of more than four words
   is a join to DuckDB, made also where nobody asks for the column. #}
{% macro gokwik_paid_state(words) %}case
    when {{ words }} in (' paid', ' captured', ' success', ' successful')
      or {{ words }} in (' succeeded', ' payment success', ' payment successful', ' completed') or {{ words }} in (' settled', ' charged', ' txn success', ' payment received')
      or {{ words }} like ' partial%' or {{ words }} = ' prepaid' then 'paid'
    when {{ words }} in (' refunded', ' fully refunded', ' auto refunded') then 'refunded'
    when {{ words }} in (' unpaid', ' pending', ' failed', ' failure')
      or {{ words }} in (' initiated', ' created', ' attempted', ' declined') or {{ words }} in (' cancelled', ' canceled', ' voided', ' expired')
      or {{ words }} in (' dropped', ' not paid', ' user dropped', ' payment failed') or {{ words }} in (' payment pending') then 'unpaid'
    else 'not given'
  end{% endmacro %}

{# Whether a refund's money went back: `Refund Processed` is, `Not Processed` and `Will be Credited` are not. #}
{% macro gokwik_is_refund_done(words) %}case
    when {{ words }} like '% not %' or {{ words }} like '% be %' then false
    when {{ words }} like '% complete%' or {{ words }} like '% success%' or {{ words }} like '% succeeded%'
      or {{ words }} like '% processed%' or {{ words }} like '% refunded%' or {{ words }} like '% credited%' or {{ words }} like '% done%' then true
    else false
  end{% endmacro %}

{# What a courier says of a parcel. `return_…` is KwikShip's word for a customer's own return; a parcel
   that returns to where it came from, or that was returned by nobody's wish, is an RTO, however that is spelled. #}
{% macro gokwik_parcel_state(words) %}case
    when coalesce({{ words }}, ' ') = ' ' then 'not given'
    when {{ words }} like ' reverse%' or {{ words }} like '% customer return%' or {{ words }} like '% returned by customer%' then 'return'
    when {{ words }} like '% rto%' or {{ words }} like '% return%to%origin%'
      or {{ words }} like '% return%to%seller%' or {{ words }} like '% return%to%shipper%'
      or {{ words }} like '% return%to%sender%' or {{ words }} like '% return%to%merchant%'
      or {{ words }} like '% return%to%warehouse%' or {{ words }} like '% return%to%client%'
      or {{ words }} like '% return%to%consignor%' or {{ words }} like '% return%to%vendor%'
      or {{ words }} like '% delivered to shipper%' or {{ words }} like '% back at seller%'
      or {{ words }} like '% back to origin%' or {{ words }} like '% returned%' or {{ words }} like '% returning%' or {{ words }} like ' rts%'
      then case
        when {{ words }} like '% delivered%' or {{ words }} like '% returned%'
          or {{ words }} like '% received%' or {{ words }} like '% complete%'
          or {{ words }} like '% closed%' or {{ words }} like '% back at seller%' then 'rto_delivered'
        else 'rto'
      end
    when {{ words }} like ' return%' then 'return'
    when {{ words }} like '% cancel%' then 'cancelled'
    when {{ words }} like '% lost%' or {{ words }} like '% damaged%' or {{ words }} like '% destroyed%'
      or {{ words }} like '% disposed%' or {{ words }} like '% untraceable%' then 'lost'
    when {{ words }} like '% undelivered%' or {{ words }} like '% not %delivered%' or {{ words }} like '% be delivered%'
      or {{ words }} like '% delivery failed%' or {{ words }} like '% failed delivery%' then 'in_transit'
    when {{ words }} like '% delivered%' then 'delivered'
    when {{ words }} like ' booked%' or {{ words }} like ' created%' or {{ words }} like ' manifest%' or {{ words }} like ' label%'
      or {{ words }} like ' shipment booked%' or {{ words }} like ' shipment created%' or {{ words }} like ' awb%' or {{ words }} like ' ready%'
      or {{ words }} like ' packed%' or {{ words }} like '% not picked%' or {{ words }} like '% not shipped%'
      or {{ words }} like '% not dispatched%' or {{ words }} like '% pickup%'
      or {{ words }} in (' unfulfilled', ' pending', ' processing', ' new')
      or {{ words }} in (' confirmed', ' order placed', ' order received')
      then case
        when {{ words }} like '% pickup done%' or {{ words }} like '% pickup complete%' or {{ words }} like '% pickup success%' then 'in_transit'
        else 'booked'
      end
    else 'in_transit'
  end{% endmacro %}

{# `payment_class` of a method that was picked, as the connector has it for orders (test/analytics/words.ts
   holds the two together). A method that nobody has heard of is neither COD nor prepaid. The method
   comes in lower case: made here, an engine makes it of every event, whatever its name. #}
{% macro gokwik_method_class(method) %}case
    when {{ method }} like '%ppcod%' or ({{ method }} like '%partial%' and {{ method }} like '%cod%') then 'partial_cod'
    when {{ method }} in ('cod', 'gokwik cod') or {{ method }} like '%cash%on%delivery%' then 'cod'
    when {{ method }} like '%upi%' or {{ method }} like '%card%' or {{ method }} like '%wallet%'
      or {{ method }} like '%net%banking%' or {{ method }} like '%prepaid%' or {{ method }} like '%pay%'
      or {{ method }} like '%consumer%finance%' or {{ method }} like '%emi%' or {{ method }} like '%credit%'
      or {{ method }} like '%debit%' or {{ method }} like '%phonepe%' or {{ method }} like '%snapmint%'
      or {{ method }} like '%simpl%' or {{ method }} like '%bnpl%' or {{ method }} like '%mobikwik%'
      or {{ method }} like '%freecharge%' or {{ method }} like '%cashfree%' or {{ method }} like '%easebuzz%'
      or {{ method }} like '%zestmoney%' or {{ method }} like '%online%' then 'prepaid'
    else 'unknown'
  end{% endmacro %}
