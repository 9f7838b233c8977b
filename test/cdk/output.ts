import fc from 'fast-check';
import t from 'tap';
import { createOutput } from '../../src/cdk/output.ts';
import type { Member } from '../../src/cdk/tasks.ts';
import { createWriter } from '../../src/cdk/writer.ts';
import { collectingSink } from './helpers/sink.ts';

/* Whatever sizes pages have and however many windows print at once: each row once, and a STATE after
 * 10,000 rows at most. */
t.test('each row once, and never too many without a STATE', async (t) => {
  const pages = fc.array(fc.integer({ min: 0, max: 23_000 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(pages, fc.boolean(), async (sizes, atOnce) => {
      const { sink, text } = collectingSink();
      const writer = createWriter(sink, { onGone() {} });
      const { emit, save } = createOutput({ writer, now: () => 0, ceilingMs: () => 0 });
      const state = () => ({ fromMs: 0, cursorMs: 0 });
      const member: Member = {
        descriptor: { name: 'rows' },
        fullRefresh: false,
        finished: false,
        unfinished: true,
        progress: {
          pending: [],
          horizonMs: undefined,
          future: false,
          finish() {},
          state,
          complete: state,
        },
        savedFiles: undefined,
        fileRun: undefined,
        records: 0,
        unsaved: 0,
        lastOutputMs: 0,
      };
      let next = 0;
      const jobs = sizes.map((size) => Array.from({ length: size }, () => ({ id: next++ })));
      if (atOnce) await Promise.all(jobs.map((rows) => emit(member, rows)));
      else for (const rows of jobs) await emit(member, rows);
      await save(member);
      await writer.flush();
      const ids: number[] = [];
      let since = 0;
      let most = 0;
      for (const line of text().split('\n')) {
        const id = /"data":\{"id":(\d+)\}/.exec(line)?.[1];
        if (id !== undefined) ids.push(Number(id));
        since = id === undefined ? 0 : since + 1;
        most = Math.max(most, since);
      }
      t.equal(ids.length, next, 'as many rows as there were');
      t.equal(new Set(ids).size, next, 'each once');
      t.ok(most <= 10_000, `${most} rows without a STATE`);
    }),
    { numRuns: 25 },
  );
});
