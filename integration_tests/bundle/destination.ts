import t from 'tap';
import { openDestination } from '../destination.ts';

/* The destination of the tests must lose what a crash loses, or it would hide a row that was lost. */

const stream = {
  name: 'orders',
  json_schema: { type: 'object', properties: { record_key: { type: 'string' } } },
  supported_sync_modes: ['incremental' as const],
  source_defined_cursor: true,
  default_cursor_field: ['updated_at'],
  source_defined_primary_key: [['record_key']],
  is_resumable: true,
};

t.test('a crash takes all that no STATE has covered, rows that were staged, too', async (t) => {
  const destination = await openDestination(':memory:', [stream]);
  t.teardown(() => destination.close());
  const give = async (from: number, count: number): Promise<void> => {
    for (let index = from; index < from + count; index += 1) {
      const data = { record_key: `k${index}` };
      await destination.accept({
        type: 'RECORD',
        record: { stream: 'orders', data, emitted_at: 0 },
      });
    }
  };
  const state = { stream: { stream_descriptor: { name: 'orders' } } };
  const kept = () => destination.query('SELECT count(*)::INT AS n FROM orders');
  await give(0, 3);
  await destination.accept({ type: 'STATE', state });
  await give(3, 20_001);
  await destination.discard();
  await destination.accept({ type: 'STATE', state });
  t.same(await kept(), [{ n: 3 }]);
});
