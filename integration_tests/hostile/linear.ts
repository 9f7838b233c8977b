/** No input takes for ever: what is eight times as long takes about eight times as long. */
import t from 'tap';
import { printJson } from '../../src/cdk/mend.ts';
import { createLog } from '../../src/cdk/messages.ts';
import type { Json, JsonObject } from '../../src/cdk/protocol.ts';
import { createRedactor } from '../../src/cdk/redact.ts';
import { plainText, trimText } from '../../src/cdk/text.ts';
import { bodyMessage, emptyHint, wordsOfFailure } from '../../src/gokwik/lists/failure.ts';
import { readSigns } from '../../src/gokwik/lists/signs.ts';
import { weaknessOf } from '../../src/gokwik/pii/key.ts';
import { createPii } from '../../src/gokwik/pii/pii.ts';
import { parseInstant } from '../../src/gokwik/records/time.ts';
import { parseAmount, parseEmbedded } from '../../src/gokwik/records/values.ts';
import { parseJson, tryJson } from '../../src/http/json.ts';

t.setTimeout(170_000);

const CHARS = 3_000;
const TIMES = 8;
/** Of a linear reader, with room for a busy machine: a square one takes 64 times as long. */
const MOST_TIMES = 28;
/** What is quicker is not measured. */
const QUICK_MS = 10;

const ATOMS = [
  ...[
    'a',
    ' ',
    '\n',
    '1',
    '98765 43210 ',
    '9876543210',
    '1-',
    '(',
    '((1',
    '+91 ',
    '@',
    'a@',
    'a.',
    '.',
  ],
  ...[
    '=',
    'phone=',
    '&',
    '%',
    '%2',
    '%25',
    '%E0%A4%85',
    '://',
    'http://',
    'www.',
    'a.in/',
    '/',
    '/pay/',
  ],
  ...[
    ':',
    '::',
    'a:',
    'phone: ',
    'name:',
    ';',
    ',',
    '|',
    '"',
    '\\',
    '\\"',
    "'",
    '{',
    '[',
    '{"a":',
    '[[',
    '<',
  ],
  ...[
    'mr ',
    'dear ',
    'Dear A',
    'flat ',
    '12, road, ',
    'h no ',
    'h.',
    'dob ',
    'dob 1/1/',
    'a/c ',
    'acc no ',
  ],
  ...[
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6 ',
    '12.345678,',
    '1.1.1.',
    'ab:',
    '\0',
    '\ud83d',
    '“',
    '”',
  ],
  ...[
    'क',
    '९',
    '１',
    'é',
    '\u200b',
    '\u202e',
    '\u2028',
    '\u0085',
    '-',
    '_',
    '#',
    '*',
    'x',
    'xx',
    'S3cret',
  ],
  ...[
    'mozilla/',
    'fb.1.1234567890.',
    'ga1.1.',
    '2345+',
    'sbin0',
    '[removed]',
    'a b ',
    'Asha ',
    'e',
    'E+',
  ],
];

const grow = (atoms: readonly string[], chars: number): string =>
  atoms
    .map((atom) => atom.repeat(Math.ceil(chars / atoms.length / atom.length)))
    .join('')
    .concat('!');

/** Each atom alone, and behind many of another. */
const SHAPES: (readonly string[])[] = [
  ...ATOMS.map((atom) => [atom]),
  ...ATOMS.map((atom, at) => [atom, ATOMS[(at * 7 + 3) % ATOMS.length] ?? '', '1']),
  ...ATOMS.map((atom, at) => [`${atom}${ATOMS[(at * 11 + 5) % ATOMS.length]}`]),
];

function millisOf(work: () => unknown): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

/** The best of three: a neighbour only ever adds. */
const bestOf = (work: () => unknown): number => Math.min(...[1, 2, 3].map(() => millisOf(work)));

const redactor = createRedactor();
redactor.add(['S3cret value', 'ab**', '1-1-1-1-1-1-1']);
const log = createLog({ write: (message) => printJson(message, () => {}), redactor, debug: false });
const pii = createPii({ mode: 'drop' });
const known = {
  customer_name: 'Asha Verma',
  phone: '9876543210',
  email: 'a@a.in',
  address: 'a a a a a',
};
const schema = { properties: { note: { type: 'string' }, city: { type: 'string' } } };
const hide = pii?.compile(schema, new Set());
const hideRow = (row: JsonObject): unknown => hide?.({ ...known, ...row }, undefined);

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  'an undeclared field': (text) => hideRow({ said: text }),
  'a field that is called a phone': (text) => hideRow({ alt_phone: text }),
  'declared fields': (text) => hideRow({ note: text, city: text }),
  'a name of a field': (text) => hideRow({ [text]: 1 }),
  'what is printed': (text) => printJson({ [text]: text }, () => {}),
  'a line of the log': (text) => log.warn(text),
  'what was typed': (text) => trimText(text),
  'what is shown': (text) => plainText(text),
  'JSON in a text': (text) => parseEmbedded(`[${text}`),
  'an amount, a stamp': (text) => [parseAmount(text), parseInstant(text, 'Z')],
  'a key for hashes': (text) => weaknessOf(text),
  'words of a server': (message) => [
    bodyMessage({ message }),
    emptyHint(404, { message }, true),
    wordsOfFailure({ message, data: [] }, false),
  ],
  'what stands around rows': (text) =>
    readSigns({
      status: 200,
      headers: { 'x-page': `{${text}`, link: text },
      body: { [text]: text },
    }),
  'a body that is no JSON': (text) => tryJson(Buffer.from(`[NaN,"${text}`)),
  'a body': (text) => {
    try {
      return parseJson(Buffer.from(JSON.stringify([text, text as Json])));
    } catch {
      return undefined;
    }
  },
};

for (const [name, read] of Object.entries(READERS)) {
  t.test(name, async (t) => {
    const slow: string[] = [];
    for (const shape of SHAPES) {
      const long = grow(shape, CHARS * TIMES);
      if (millisOf(() => read(long)) < QUICK_MS) continue;
      const short = grow(shape, CHARS);
      for (let warm = 0; warm < 3; warm++) read(short);
      const [few, many] = [bestOf(() => read(short)), bestOf(() => read(long))];
      if (many > QUICK_MS && many > few * MOST_TIMES) {
        slow.push(`${JSON.stringify(shape)}: ${few.toFixed(1)} ms, then ${many.toFixed(1)} ms`);
      }
    }
    t.same(slow, []);
  });
}

/** Objects of many members, by their number. */
const OBJECTS: Readonly<Record<string, (count: number) => unknown>> = {
  'names that are hidden alike': (count) =>
    hideRow({ said: Object.fromEntries(numbers(count).map((at) => [`9${at}`, 1])) }),
  'names that are mended alike': (count) =>
    printJson(Object.fromEntries(numbers(count).map((at) => [halves(at), 1])), () => {}),
  'fields of a row': (count) =>
    hideRow(Object.fromEntries(numbers(count).map((at) => [`9${at}`, 1]))),
  'people of a row': (count) =>
    hideRow({ said: numbers(count).map((at) => ({ name: `Asha${at} Verma`, phone: `9${at}` })) }),
};

const numbers = (count: number): number[] =>
  Array.from({ length: count }, (_, at) => 800_000_000 + at);
const halves = (at: number): string =>
  String.fromCharCode(0xd800 + (at & 0x3ff), 0xd800 + ((at >> 10) & 0x3ff));

for (const [name, read] of Object.entries(OBJECTS)) {
  t.test(name, async (t) => {
    read(100);
    const [few, many] = [bestOf(() => read(1_000)), bestOf(() => read(1_000 * TIMES))];
    t.ok(many < few * MOST_TIMES, `${few.toFixed(1)} ms, then ${many.toFixed(1)} ms`);
  });
}

t.test('a text with hundreds of thousands of personal values', async (t) => {
  for (const part of [
    '9876543210 ',
    'a@b.in ',
    'phone: 1;',
    '?phone=1',
    'dear Asha, ',
    'Asha Verma ',
  ]) {
    const said = part.repeat(200_000);
    t.ok(hideRow({ said, note: said }), part);
  }
});
