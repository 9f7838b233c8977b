import schema from '../../../schemas/payments.json' with { type: 'json' };
import type { Payments } from '../../generated/streams.ts';
import { MERCHANT_LIST, stream } from './stream.ts';

export const payments = stream<Payments>(schema, {
  ...MERCHANT_LIST,
  evidence: 'field names DOC, endpoint ASSUMED',
  path: '/v1/payment/list',
  records: ['data', 'data.payments'],
  key: ['payment_id', 'id'],
  fields: {
    payment_id: { from: ['payment_id', 'paymentId'] },
    merchant_reference_id: { from: ['merchant_reference_id', 'merchantReferenceId'] },
    transaction_id: { from: ['transaction_id', 'transactionId'] },
  },
});
