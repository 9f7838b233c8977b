/**
 * What was tried to make it faster, so that nobody has to try it again. Without figures: the tables
 * beside it are measured anew with every run, these comparisons are not.
 */
export const TRIED = `- Kept: pages are scanned for where their values are, and rows copied from there into the text of
  their records; an object is made only of what must change. The largest gain of all.
- Kept: a page is scanned in one loop. A call for each value takes as long as reading it.
- Kept: a row is copied as bytes, in stretches as long as nothing in them changes, into a buffer that
  is used again; before, a text was put together of pieces and encoded.
- Kept: what becomes of a field's values is data, not a closure for each field: V8 puts none of those
  into the loop that calls them.
- Dropped: printing the fields in the schema's order: copying their names one by one took as long as
  all else of a row.
- Kept: names of members are compared by bytes with those of the row before; \`startsWith\` and look-ups
  of strings each took as long as the scan.
- Kept: fields that only tell a key where the first is missing, or that children take, are read then.
- Dropped: memory for the places of values that is used again. It is as quick as new memory, within
  the noise, and a mistake would print another page's values instead of failing.
- Dropped: printing rows with hidden data as they came, after one search over all of a row's texts.
  It took less time, but as much code again as the search has, in the most delicate place.
- Kept: amounts in quotes are copied without them; a number made of them has to be spelled again.
- Kept: axios' adapter is called as such. What axios puts around it (merged configs, interceptors,
  transforms) takes longer than the adapter.
- Kept: files are read in small pieces. The rows of a large one live long enough to be copied by the
  collector, which took a quarter of the time.
- Kept: rows of sheets are mapped from their cells, without an object in between.
- Dropped: printing rows of files as those of the API, by parts added up, by parts joined, or byte by
  byte into a buffer: each took as long as \`JSON.stringify\` of the row.
- Kept: a page's bytes and places are given back when its rows are printed. Node 24 left them to the
  collector until they were half of all memory.
- Kept: \`MALLOC_ARENA_MAX=1\` in the image: compiling takes memory on other threads, which glibc
  otherwise keeps for each of them.
- Kept: after a 429 the limit is asked about once in some hundred requests. To notice a limit that rose
  sooner, more than one request in a hundred would have to be refused while it has not.
- Dropped: remembering hashes and spellings by kind: most are one row's alone, and filling the memory
  takes longer than what it saves.
- Kept: the search for 16 digits in a row, which guards large ids, looks at every 16th byte
  first; the pattern alone took a good part of the time of \`JSON.parse\`.
- Kept: \`isUtf8\` and \`toString\` in place of a fatal \`TextDecoder\`, which is slow as soon as a page has
  a rupee sign in it.
- Kept: bodies that are not compressed are gathered by events, without a stream pipeline or an
  iterator.
- Kept: a pace a little below the limit that makes up for late timers within the second, and keeps a
  request away from one that came late a second before; after a 429 it returns by halves. Without it
  a busy machine was both slower and refused more often (\`bench/pace.ts\`).
- Dropped: a bundle in parts, of which \`spec\` reads the smallest: faster still, but one file is what
  recipes copy, and it meets the target.
- Kept: what Node 24 compiled of the connector is in the image (\`NODE_COMPILE_CACHE\`).
- Kept: \`node:util\` is taken in without a look at its properties, for each of which Node 24 loads more.
- Kept: \`node:crypto\`, \`node:net\` and \`node:dns\` are loaded with the first call; \`discover\` makes none.
- Kept: what hides personal data is loaded where \`pii_mode\` asks for it.
- Kept: the bundle is ASCII. A single sign beyond Latin-1 makes V8 hold, decode and compile all of it
  in two bytes a sign.
- Dropped: numbers with names written where the names stand, which esbuild does not do for code that
  is loaded later: quicker in a loop of its own, no difference in a sync.
- Dropped: the same of all of Node's modules: the names of what is in them make the bundle longer than
  it saves.
- Kept: schemas compiled by ajv when the bundle is built; \`discover\` gains the most.
- Kept: axios without what a GET over \`node:http\` never reaches (other adapters, form data, proxies,
  redirects, \`http2\`), a third of the bundle.
- Dropped: axios without its look at \`FormData\`, which loads Node's whole \`fetch\`: it would have to be
  cut out of axios' own text.
- Kept: \`--max-semi-space-size=4\` in the image: a lower peak for no more processor time. 8 keeps less
  of the gain.
- Kept: ajv without its optimiser, inlining and meta-schema in tests and scripts, since each schema is
  used once.
- Kept: axios is loaded with the first request; \`discover\` makes none.
- Kept: HMACs by two one-shot hashes (\`crypto.hash\`). \`@noble/hashes\` with a cloned state, \`hash-wasm\`
  and copied hash objects were all slower than Node's own.
- Kept: in the search for personal data, texts that come again are looked at once, remembered in small
  maps. Large maps cost more in look-ups than they saved.
- Dropped: other numbers of windows at once on a server without latency: no difference.
- Dropped: shorter names in the bundle (\`keepNames: false\`): no difference in start-up.
- Not tried: a thread for parsing. On two cores the other one is the reader's, and a second heap takes
  memory of its own.
- Dropped: larger young generations, \`--single-threaded-gc\`, \`--no-parallel-scavenge\`: within the noise.
- Dropped: batches of 48 KiB and more: no better than 32 KB.`;
