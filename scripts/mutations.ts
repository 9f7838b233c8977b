/** One deliberate defect: `find` stands exactly once in `file`, and `test` must fail with `replace`. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly test: string;
}

/** Not a file: the soak of `npm run test:chaos`. */
export const SOAK = 'soak';

const DEADLINE = 'src/http/deadline.ts';
const CURSOR = 'src/cdk/cursor.ts';
const ENGINE = 'src/cdk/engine.ts';
const WINDOWS = 'src/cdk/windows.ts';
const TASKS = 'src/cdk/tasks.ts';
const PAGINATE = 'src/gokwik/paginate.ts';
const REQUEST = 'src/gokwik/request.ts';
const HISTORY = 'test/property/history.ts';
const PRINTER = 'test/gokwik/records/printer.ts';
const ODD = 'test/analytics/odd.ts';
const ANY_ORDER = 'test/property/engine.ts';
const COVER = 'test/property/windows.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'I2: the watermark jumps to the newest finished window',
    file: CURSOR,
    find: 'holding(done, tailMs)?.toMs ?? tailMs;',
    replace: 'done.at(-1)?.toMs ?? tailMs;',
    test: HISTORY,
  },
  {
    name: 'I2: the watermark ends where the run will, whatever is finished',
    file: CURSOR,
    find: 'Math.min(watermark(), run.toMs, ceilingMs)',
    replace: 'Math.min(run.toMs, ceilingMs)',
    test: HISTORY,
  },
  {
    name: 'I2: history before the known is claimed as soon as it is begun',
    file: CURSOR,
    find: 'return reached ? Math.max(startMs, reached.fromMs) : base.fromMs;',
    replace: 'return Math.min(startMs, base.fromMs);',
    test: HISTORY,
  },
  {
    name: 'I3: the lookback is taken off the state that a run begins with',
    file: CURSOR,
    find: 'const base = kept ??',
    replace:
      'const base = (kept && { ...kept, cursorMs: Math.max(kept.fromMs, kept.cursorMs - bounds.lookbackMs) }) ??',
    test: HISTORY,
  },
  {
    name: 'I3: the lookback is applied to what is saved',
    file: CURSOR,
    find: 'const cursorMs = Math.max(base.cursorMs, Math.min(watermark(), run.toMs, ceilingMs));',
    replace: 'const cursorMs = Math.min(watermark(), run.toMs, ceilingMs);',
    test: HISTORY,
  },
  {
    name: 'I3: the lookback is not read',
    file: CURSOR,
    find: 'const rereadMs = Math.max(bounds.lookbackMs, bounds.overlapMs);',
    replace: 'const rereadMs = bounds.overlapMs;',
    test: HISTORY,
  },
  {
    name: 'I3: an earlier start date fetches nothing',
    file: CURSOR,
    find: '{ fromMs: startMs, toMs: Math.min(base.fromMs, toMs) },',
    replace: '',
    test: HISTORY,
  },
  {
    name: 'I4: a resumed run forgets what it finished',
    file: CURSOR,
    find: 'let done = unite(before?.done ?? []);',
    replace: 'let done = unite([]);',
    test: HISTORY,
  },
  {
    name: 'I4: a resumed run claims windows that were read before it as read now',
    file: CURSOR,
    find: 'before ? Math.min(before.toMs, toMs) : toMs',
    replace: 'toMs',
    test: HISTORY,
  },
  {
    name: 'I5: a finished run is called read up to our clock, not to the server’s',
    file: CURSOR,
    find: 'cursorMs: Math.max(base.cursorMs, Math.min(run.toMs, ceilingMs)),',
    replace: 'cursorMs: Math.max(base.cursorMs, run.toMs),',
    test: HISTORY,
  },
  {
    name: 'I5: windows ahead of the server’s clock stay finished in the state',
    file: CURSOR,
    find: 'done: clip(done, Number.NEGATIVE_INFINITY, ceilingMs)',
    replace: 'done',
    test: HISTORY,
  },
  {
    name: 'I1: a STATE speaks of a window before its rows are printed',
    file: ENGINE,
    find: 'let rows = 0;',
    replace:
      'let rows = 0; for (const name of streams) task.members.get(name)?.progress.finish(window);',
    test: ANY_ORDER,
  },
  {
    name: 'I1: a STATE overtakes the records that wait to be written',
    file: 'src/cdk/writer.ts',
    find: 'write(pending, `${account.statePrefix}${JSON.stringify(state)}},${counted}}}\\n`);',
    replace:
      'const earlier = pending; pending = createDraft(); write(pending, `${account.statePrefix}${JSON.stringify(state)}},${counted}}}\\n`); copy(pending, earlier.bytes, 0, earlier.end);',
    test: ANY_ORDER,
  },
  {
    name: 'I2: a window that failed counts as read',
    file: ENGINE,
    find: 'task.failure ??= nameFailure(error, task.reader);',
    replace:
      'task.failure ??= nameFailure(error, task.reader); for (const member of task.members.values()) member.progress.finish(planned.window);',
    test: ANY_ORDER,
  },
  {
    name: 'I2: a stream that failed is called complete',
    file: ENGINE,
    find: 'await (isIncomplete ? save(member) : saveComplete(member));',
    replace: 'await saveComplete(member);',
    test: ANY_ORDER,
  },
  {
    name: 'I2: a window is dropped where one segment ends and the next begins',
    file: WINDOWS,
    find: 'positionMs = segments[index]?.fromMs ?? 0;\n      }',
    replace: 'positionMs = (segments[index]?.fromMs ?? 0) + 1;\n      }',
    test: COVER,
  },
  {
    name: 'I2: a moment is dropped between two windows',
    file: WINDOWS,
    find: 'positionMs = toMs;',
    replace: 'positionMs = toMs + 1;',
    test: COVER,
  },
  {
    name: 'I2: a stretch that one stream needs alone is not read',
    file: WINDOWS,
    find: 'if (streams.size > 0) segments.push',
    replace: 'if (streams.size > 1) segments.push',
    test: COVER,
  },
  {
    name: 'I5: the newest window is closed like the others',
    file: WINDOWS,
    find: 'open: toMs === horizonMs',
    replace: 'open: false',
    test: COVER,
  },
  {
    name: 'I4: what is up to date is read before what is unfinished',
    file: TASKS,
    find: '...tasks.filter(isUnfinished).sort((a, b) => remainingMs(b) - remainingMs(a)),\n    ...tasks.filter((task) => !isUnfinished(task)),',
    replace: '...tasks,',
    test: 'test/cdk/tasks.ts',
  },
  {
    name: 'I4: what is nearly done is read before what lags most',
    file: TASKS,
    find: '.sort((a, b) => remainingMs(b) - remainingMs(a))',
    replace: '',
    test: 'test/cdk/tasks.ts',
  },
  {
    name: 'windows do not overlap on the wire',
    file: REQUEST,
    find: 'window.fromMs - OVERLAP_MS',
    replace: 'window.fromMs',
    test: 'test/gokwik/request.ts',
  },
  {
    name: 'the last day of a window is not asked for',
    file: REQUEST,
    find: ': window.toMs - 1;',
    replace: ': window.toMs - 86_400_000;',
    test: 'test/gokwik/request.ts',
  },
  {
    name: 'a row that the server finds by its creation is left to a window that never has it',
    file: 'src/gokwik/streams/list.ts',
    find: 'const createdMs = parseInstant(row.created_at, time.zone);',
    replace: 'const createdMs = parseInstant(row.updated_at, time.zone);',
    test: 'test/gokwik/list.ts',
  },
  {
    name: '`{}` is believed at once',
    file: 'src/gokwik/streams/fetch.ts',
    find: "if (isHollow(answer.body) && profile.paging.kind !== 'none') answer = await ask();",
    replace: '',
    test: 'test/gokwik/fetch.ts',
  },
  {
    name: '`{}` in the middle of a list ends it silently',
    file: PAGINATE,
    find: 'if (!isFirst && isHollow(body))',
    replace: 'if (false)',
    test: 'test/gokwik/paginate.ts',
  },
  {
    name: 'rows that leave a numbered list take others with them',
    file: PAGINATE,
    find: 'hasFallen && page > 1',
    replace: 'false',
    test: 'test/gokwik/paginate.ts',
  },
  {
    name: 'one row that leaves a numbered list takes another with it',
    file: PAGINATE,
    find: 'const count = createFalling(paging.count);',
    replace: 'const count = createFalling(undefined);',
    test: 'test/gokwik/paginate.ts',
  },
  {
    name: 'pages that take turns are followed for ever',
    file: PAGINATE,
    find: 'times.set(print, before + 1);',
    replace: 'times.clear(); times.set(print, before + 1);',
    test: 'test/gokwik/paginate.ts',
  },
  {
    name: 'a repeated cursor is followed for ever',
    file: PAGINATE,
    find: 'if (seen.has(next)) throw',
    replace: 'if (false) throw',
    test: 'test/gokwik/paginate.ts',
  },
  {
    name: 'a record too deep to be printed is called our defect',
    file: ENGINE,
    find: 'task.failure ??= nameFailure(error, task.reader);',
    replace: 'task.failure ??= error;',
    test: 'test/cdk/engine.ts',
  },
  {
    name: 'I1: a file is marked as read before its rows are printed',
    file: 'src/gokwik/files/files.ts',
    find: '    yield rows.map((raw) => mapper.print(raw, draft, false).text);\n    marks.set(name, mark);',
    replace:
      '    marks.set(name, mark);\n    yield rows.map((raw) => mapper.print(raw, draft, false).text);',
    test: 'test/gokwik/files/files.ts',
  },
  {
    name: 'I1: a file that changed is read on from where the old one ended',
    file: 'src/gokwik/files/text.ts',
    find: 'if (known && digestOf(hash) !== known.hash) break;',
    replace: '',
    test: 'test/gokwik/files/text.ts',
  },
  {
    name: 'I4: a file is read from its beginning by every attempt',
    file: 'src/gokwik/files/text.ts',
    find: 'const known = mark?.offset === undefined ? undefined : mark;',
    replace: 'const known = undefined as Mark | undefined;',
    test: 'test/gokwik/files/text.ts',
  },
  {
    name: 'a column under another name of a field takes the place of the field’s own',
    file: 'src/gokwik/records/cells.ts',
    find: 'const cell = isBlank(row[name]) ? cellOf(cells, at) : undefined;',
    replace: 'const cell = cellOf(cells, at);',
    test: 'test/gokwik/records/cells.ts',
  },
  {
    name: 'I8: the memory of pages is left to the collector',
    file: 'src/gokwik/streams/fetch.ts',
    find: 'releaseRows(page.rows);',
    replace: '',
    test: 'test/gokwik/fetch.ts',
  },
  {
    name: 'a buffer is given back in which others have a part',
    file: 'src/http/release.ts',
    find: 'if (buffer.byteLength === byteLength && buffer instanceof ArrayBuffer)',
    replace: 'if (buffer instanceof ArrayBuffer)',
    test: 'test/gokwik/fetch.ts',
  },
  {
    name: 'I3: a stream with files alone claims the time up to now',
    file: CURSOR,
    find: 'const base = saved ?? { fromMs: bounds.startMs, cursorMs: bounds.startMs };',
    replace: 'const base = saved ?? { fromMs: bounds.startMs, cursorMs: bounds.nowMs };',
    test: 'test/cdk/files.ts',
  },
  {
    name: 'files come beside the windows of their stream',
    file: ENGINE,
    find: 'if (task.failure || task.reading) return undefined;',
    replace: 'if (task.failure) return undefined;',
    test: 'test/cdk/files.ts',
  },
  {
    name: 'I6: a broken file ends the windows of its stream',
    file: ENGINE,
    find: 'task.fileFailure = error;',
    replace: 'task.failure = error;',
    test: 'test/cdk/files.ts',
  },
  {
    name: 'I8: a page of many rows has no STATE in it',
    file: 'src/cdk/output.ts',
    find: 'if (member.unsaved >= MOST_UNSAVED) await save(member);',
    replace: '',
    test: 'test/cdk/output.ts',
  },
  {
    name: 'a blank text is copied as if it said something',
    file: 'src/gokwik/records/tokens.ts',
    find: 'begins.fill(1, SPACE + 1, LAST_ASCII + 1);',
    replace: 'begins.fill(1);',
    test: PRINTER,
  },
  {
    name: 'of a name that stands twice, the first value counts',
    file: 'src/gokwik/records/printer.ts',
    find: "member.kind === 'refused' || member.row === row",
    replace: "member.kind === 'refused'",
    test: PRINTER,
  },
  {
    name: 'pii_mode hash leaves personal data as it is',
    file: 'src/gokwik/pii/pii.ts',
    find: "mode === 'plain'",
    replace: "mode !== 'drop'",
    test: 'test/gokwik/pii/pii.ts',
  },
  {
    name: 'a row without its first key is not looked at for the others',
    file: 'src/gokwik/records/mapper.ts',
    find: 'isParent ? always : isUnkeyed',
    replace: 'isParent ? always : never',
    test: PRINTER,
  },
  {
    name: 'children do not get what their parent has to give',
    file: 'src/gokwik/records/mapper.ts',
    find: 'isParent ? always : isUnkeyed',
    replace: 'isUnkeyed',
    test: PRINTER,
  },
  {
    name: 'what a row lacks is said of one with other fields',
    file: 'src/gokwik/records/printer.ts',
    find: '    size = NOWHERE;',
    replace: '',
    test: PRINTER,
  },
  {
    name: 'a batch is written over while the sink still reads it',
    file: 'src/cdk/writer.ts',
    find: 'isHeld = sink.writableLength > 0;',
    replace: 'isHeld = false;',
    test: 'test/cdk/writer.ts',
  },
  {
    name: 'an id beyond 2^53 is rounded',
    file: 'src/http/scan.ts',
    find: 'return digits > EXACT_DIGITS ? -1 : end;',
    replace: 'return end;',
    test: 'test/http/scan.ts',
  },
  {
    name: 'two lines of one payment in a batch are two payments',
    file: 'analytics/models/marts/gokwik__settlement_batches.sql',
    find: 'count(distinct line.payment_id)',
    replace: 'count(line.payment_id)',
    test: ODD,
  },
  {
    name: 'the moment of an RTO is the order’s, though the prediction knows it',
    file: 'analytics/models/facts/gokwik__orders.sql',
    find: "when rated_outcome = 'rto' and outcome_at is not null then outcome_at",
    replace: '',
    test: ODD,
  },
  {
    name: 'the moment of an RTO is the prediction’s, though that told of another outcome',
    file: 'analytics/models/facts/gokwik__orders.sql',
    find: "when rated_outcome = 'rto' and outcome_at is not null then outcome_at",
    replace: 'when outcome_at is not null then outcome_at',
    test: ODD,
  },
  {
    name: 'I8: something is kept of every record',
    file: 'src/cdk/output.ts',
    find: 'member.records += some.length;',
    replace:
      'member.records += some.length; ((member as { kept?: unknown[] }).kept ??= []).push(...some.map((row) => row.record_key));',
    test: SOAK,
  },
  {
    name: 'I10: every request leaves a listener behind',
    file: DEADLINE,
    find: "    clearTimeout(timer);\n    root.removeEventListener('abort', abort);",
    replace: '    clearTimeout(timer);',
    test: SOAK,
  },
  {
    name: 'I10: every request leaves a timer behind',
    file: DEADLINE,
    find: "    clearTimeout(timer);\n    root.removeEventListener('abort', abort);",
    replace: "    root.removeEventListener('abort', abort);",
    test: SOAK,
  },
  {
    name: 'I10: every wait leaves a listener behind',
    file: DEADLINE,
    find: "    resolve(value) {\n      signal.removeEventListener('abort', abort);",
    replace: '    resolve(value) {',
    test: SOAK,
  },
];
