/** One deliberate defect: `find` stands exactly once in `file`, and `test` must fail with `replace`. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly test: string;
}

const CURSOR = 'src/cdk/cursor.ts';
const HISTORY = 'test/property/history.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'I2: the watermark jumps to the newest finished window',
    file: CURSOR,
    find: 'holding(done, tailMs)?.toMs ?? tailMs;',
    replace: 'done.at(-1)?.toMs ?? tailMs;',
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
];
