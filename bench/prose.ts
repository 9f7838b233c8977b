/** What was tried to make it faster, so that nobody has to try it again. */
export const TRIED = `- Kept: the search for 16 digits in a row, which guards large ids, looks at every 16th byte
  first; the pattern alone took a quarter of the time of \`JSON.parse\`.
- Kept: \`isUtf8\` and \`toString\` in place of a fatal \`TextDecoder\` (0.1 against 0.4 ms a page with a
  rupee sign in it).
- Kept: bodies that are not compressed are gathered without a stream pipeline.
- Kept: a pace 2 % below the limit that makes up for late timers within the second, and keeps a
  request away from one that came late a second before; after a 429 it returns by halves. With 8 ms
  of lateness, 10/s went from 1.15 of the ideal and 0.8 % refused to 1.05 and none (\`bench/pace.ts\`).
- Dropped: a bundle in parts, of which \`spec\` reads 30 KB instead of 600: 1.25 instead of 1.4 of
  \`node -e 0\` in processor time. One file is what recipes copy, and it meets the target.
- Kept: schemas compiled by ajv when the bundle is built: \`discover\` from 2.1 to 1.9.
- Kept: axios without what a GET over \`node:http\` never reaches (other adapters, form data, proxies,
  redirects, \`http2\`), a third of the bundle.
- Dropped: axios without its look at \`FormData\`, which loads Node's whole \`fetch\` and takes 35 ms of
  \`check\` and \`read\`: it would have to be cut out of axios' own text.
- Kept: \`--max-semi-space-size=4\` in the image: 40 MiB less at the peak, no more processor time. With
  8 it is some 13 MiB more than with 4.
- Kept: ajv without its optimiser, inlining and meta-schema, since each schema is used once:
  \`discover\` with an \`api_profile\` fell from 1.2 to 0.5 s on a busy machine.
- Kept: axios is loaded with the first request; \`discover\`, which makes none, is a quarter faster.
- Kept: HMACs by two one-shot hashes (\`crypto.hash\`): 1.5 instead of 2.8 µs. \`@noble/hashes\` with a
  cloned state takes 3.1, \`hash-wasm\` 4.3, copied hash objects 5.
- Kept: in the search for personal data, texts that come again are looked at once, remembered in maps
  of 200. With 20,000 the look-ups cost more than they saved (cache misses): 85 instead of 37 µs a row.
- Dropped: other numbers of windows at once (1, 2, 4) on a server without latency: no difference.
- Dropped: shorter names in the bundle (\`keepNames: false\`): no difference in start-up.
- Not tried: a thread for parsing. On two cores the other one is the reader's, and a second heap takes
  30 to 40 MiB. It would be the way to 0.8 of the raw loop in wall time: parsing and printing alone
  take as long as all of the raw loop, since the rows are a third longer.
- Dropped: \`latin1Slice\` for ASCII bodies: \`JSON.parse\` of the result is not faster.
- Dropped: larger young generations, \`--single-threaded-gc\`, \`--no-parallel-scavenge\`: within the noise.
- Dropped: batches of 64 and 256 KiB, batches as buffers: within 5 % of what is there.
- Not tried: a serialiser of our own per stream. \`JSON.stringify\` of a row takes 6 µs, and its strings
  would have to be searched for what must be escaped.`;
