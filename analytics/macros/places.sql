{# How large a place is, as the government sorts cities for its rent allowance (X, Y and the rest), by the
   sorting district: the first three digits of the pincode. A district holds the towns around its city too. #}
{% macro gokwik_pincode_tier(pincode) %}case
    when length({{ pincode }}) <> 6 then 'not given'
    when substr({{ pincode }}, 1, 3) in ('110', '380', '400', '411', '500', '560', '600', '700') then 'tier 1'
    when substr({{ pincode }}, 1, 3) in (
      '121', '122', '141', '143', '144', '160', '171', '180', '190', '201', '202', '208', '211', '221', '226',
      '243', '244', '247', '248', '250', '251', '273', '282', '283', '284', '302', '305', '324', '334', '342',
      '360', '361', '364', '390', '395', '401', '413', '416', '421', '422', '423', '425', '431', '440', '444',
      '452', '456', '462', '474', '482', '490', '491', '492', '506', '517', '518', '520', '522', '524', '530',
      '533', '570', '575', '580', '585', '590', '605', '606', '620', '625', '627', '632', '636', '638', '641',
      '670', '673', '676', '680', '682', '691', '695', '713', '734', '751', '753', '769', '781', '800', '826',
      '827', '831', '834'
    ) then 'tier 2'
    else 'tier 3'
  end{% endmacro %}
