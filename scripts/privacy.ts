/**
 * Measures what `pii_mode` finds in undeclared fields, and writes `docs/PRIVACY.md`; with `--check` it
 * fails where the page says something else.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Figures, measure, readCorpus } from '../test/gokwik/pii/helpers/corpus.ts';
import { table } from './page.ts';

const TITLES: Readonly<Record<string, string>> = {
  phone: 'Phones',
  mail: 'E-mail addresses',
  upi: 'UPI ids',
  identity: 'Aadhaar, PAN, GSTIN and other papers',
  card: 'Cards',
  bank: 'Bank accounts and IFSC',
  ip: 'IP addresses',
  name: 'Names of people, in fields or announced',
  address: 'Address lines',
  place: 'Coordinates and map links',
  device: 'Devices, sessions, advertising ids, browsers',
  birth: 'Births and anniversaries',
  link: 'Links that open a cart, a payment, an invoice',
};

/** What was hidden, of how many, of personal and of harmless fields, before the rules knew of them. */
const FIRST_TRIES = [
  [128, 137, 6, 65],
  [145, 181, 7, 188],
  [222, 240, 6, 216],
  [110, 142, 25, 112],
  [111, 128, 3, 100],
  [93, 100, 6, 105],
  [56, 60, 5, 50],
] as const;

const triesOf = (tries: typeof FIRST_TRIES): string[][] =>
  tries.map(([right, all, wrong, harmless], at) => [
    `time ${at + 1}`,
    share({ right, all, wrong: [] }),
    share({ right: wrong, all: harmless, wrong: [] }),
  ]);

const share = ({ right, all }: Figures['seen']): string =>
  `${right} of ${all} (${Math.floor((right * 1000) / all) / 10} %)`;

const rowsOf = (figures: readonly Figures[]): string[][] =>
  Object.entries(TITLES).flatMap(([kind, title]) => {
    const one = figures.find((some) => some.kind === kind);
    return one ? [[title, share(one.seen), share(one.heldBack)]] : [];
  });

const examples = readCorpus();
const figures = measure(examples);
const harmless = figures.find(({ kind }) => kind === 'harmless');
const wrong = (one: Figures['seen'] | undefined): string =>
  one ? `${one.all - one.right} of ${one.all}` : 'none';
const missed = figures
  .flatMap(({ seen }) => seen.wrong)
  .map(({ name, kind }) => `\`${name}\` (${kind})`)
  .join(', ');

const page = `# What \`pii_mode\` hides, and what it does not

Written by \`npm run privacy\` from ${examples.length} made-up examples in \`test/gokwik/pii/corpus/\`: names and
spellings of fields as GoKwik, shops, couriers, payment providers and trackers have them.

## What it promises

- **Declared fields** whose schema says that they are personal are hidden always, whatever they hold.
- **What a row says of a person in one field** is found in its other fields: in notes, addresses of
  pages, names of fields, JSON inside text, and in rows that hang on it (items, events, refunds).
- **Undeclared fields** are judged by their name and by what they hold, wherever they stand. How well:

${table(['kind', 'hidden: first half', 'hidden: other half'], rowsOf(figures))}

Of harmless fields, ${wrong(harmless?.seen)} and ${wrong(harmless?.heldBack)} were hidden or changed. The halves are parted by a hash
of the name; the rules were written with the misses of the first half in sight, and those of the other half were
not looked at one by one. Both halves come from the same hands: another merchant's fields may fare worse.

Fields of other systems (\`# seen\`) were written down after the rules, each time anew, and tried once before a rule was
changed for them: that is nearer to what a merchant may expect. They belong to the first half now.

${table(['fields nobody had seen when the rules were written', 'personal: hidden', 'harmless: hidden too'], triesOf(FIRST_TRIES))}

Not as it should be in the first half: ${missed}.

## What it does not promise

- **A name alone in free text** ("Asha called twice") is not found, unless the row says elsewhere that it is
  someone's name, or a word announces it ("Mr.", "name:", "c/o", "call").
- **What looks like nothing personal**: an address without a number and a word such as "road" or "flat" in a field
  of another name, ten digits in a field that is called after an order, a product, a shipment or an amount,
  a phone without its country's code outside of India, words that are spelled out ("nine eight seven…").
- **Pictures, files and what links lead to.** A link that opens a cart goes; other links stay.
- **Ids.** \`customer_id\`, order and payment ids stay: who has the shop's database finds the person by them.
- **Place and pattern.** City, state and PIN code stay, and so do times, amounts and products. Of few orders
  to one PIN code, that may tell who it was.
- **A hash is a pseudonym, not anonymity.** Equal people have equal hashes: that is what it is for. Whoever has
  \`pii_hash_key\` can try all phone numbers; keep it as a secret, and apart from the data.
- **Rows that were loaded before** keep the form of their time. Refresh the streams after a change.

## How it is spelled

- \`hash\`: HMAC-SHA-256 in hex under \`pii_hash_key\`, with a domain for each kind: equal texts of two kinds have two
  hashes, one phone in any spelling has one. Inside a text the hash stands where the value stood.
- **Masked numbers** (\`98XXXXXX10\`, \`4111 **** **** 1111\`, \`a/c XX1234\`) go like whole ones: with a PIN code, what a
  mask leaves is often one person. Four digits without a mask stay, unless a name or a word before them says what they are.
- \`drop\`: null, and \`[removed]\` inside a text or a name.
- **A row without an id** has a digest for a key: with the secret in \`hash\`, and in \`drop\` of what is left of the
  row. Rows that differ only in what was dropped are one row then.
- \`pii_undeclared: drop\` is the strict choice: only fields pass that the schema declares or \`api_profile\` names.
- A \`pii_hash_key\` that can be guessed is refused. \`openssl rand -hex 32\` makes one that cannot.
`;
const file = new URL('../docs/PRIVACY.md', import.meta.url);
if (!process.argv.includes('--check')) writeFileSync(file, page);
else if (readFileSync(file, 'utf8') !== page) {
  console.error('docs/PRIVACY.md says something else than was measured: run `npm run privacy`.');
  process.exitCode = 1;
}
