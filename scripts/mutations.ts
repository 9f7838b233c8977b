/** Not a file: the soak of `npm run test:chaos`. */
export const SOAK = 'soak';

/** A deliberate defect of an invariant or a promise. */
interface Defect {
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Must fail then; by default the file's own test. */
  readonly test?: string;
}

/** A page, and behind it the marks that cover it. */
const MARKS_BEHIND = `      if (page.length > 0) yield page;
      const isFile = part.key === one.key;
      // One value alone is read or it is not: that is said of it at its end.
      const known = isFile && opening.isWhole ? undefined : { ...mark, ...(isFile && version) };
      for (const stream of known ? group.streams : []) {
        books.get(stream)?.marks.set(part.key, known ?? {});
      }`;

/** By file, and by what goes wrong. What begins with a version is what that one did (`npm run mutate -- 0.2.0`). */
export const DEFECTS: Readonly<Record<string, Readonly<Record<string, Defect>>>> = {
  'src/cdk/engine.ts': {
    'I1: a STATE speaks of a window before its rows are printed': {
      find: 'let rows = 0;',
      replace:
        'let rows = 0; for (const name of streams) task.members.get(name)?.progress.finish(window);',
      test: 'test/property/engine.ts',
    },
    'I2: a window that was given up to be cut counts as read': {
      find: 'if (isCut) return;',
      replace: '',
      test: 'test/property/engine.ts',
    },
    'I6: a broken file ends the windows of its stream': {
      find: 'task.fileFailure = failureOf(member.descriptor.name);',
      replace: 'task.failure = failureOf(member.descriptor.name);',
      test: 'test/cdk/files.ts',
    },
  },
  'src/cdk/output.ts': {
    'I8: something is kept of every record': {
      find: 'member.records += count;',
      replace:
        'member.records += count; ((member as { kept?: unknown[] }).kept ??= []).push(...some.map((row) => row.record_key));',
      test: SOAK,
    },
  },
  'src/cdk/writer.ts': {
    'I1: a STATE overtakes the records that wait to be written': {
      find: 'pending += `${account.statePrefix}${print(state, stream.name)}},${counted}}}\\n`;',
      replace:
        'pending = `${account.statePrefix}${print(state, stream.name)}},${counted}}}\\n${pending}`;',
      test: 'test/property/engine.ts',
    },
  },
  'src/gokwik/files/folder.ts': {
    '0.2.0: a file of the desktop fails every stream': {
      find: '} else if (error instanceof Stranger && !isNamed(source.location, one)) {',
      replace: '} else if (error instanceof Stranger && isNamed(source.location, one)) {',
    },
    'I1: a file is marked as read before its rows are printed': {
      find: MARKS_BEHIND,
      replace: `${MARKS_BEHIND.split('\n').slice(1).join('\n')}\n${MARKS_BEHIND.split('\n')[0]}`,
    },
  },
  'src/cdk/cursor.ts': {
    'I2: the watermark jumps to the newest finished window': {
      find: 'holding(done, tailMs)?.toMs ?? tailMs;',
      replace: 'done.at(-1)?.toMs ?? tailMs;',
      test: 'test/property/history.ts',
    },
    'I2: the watermark ends where the run will, whatever is finished': {
      find: 'Math.min(watermark(), run.toMs, ceilingMs)',
      replace: 'Math.min(run.toMs, ceilingMs)',
      test: 'test/property/history.ts',
    },
    'I3: the lookback is applied to what is saved': {
      find: 'const cursorMs = Math.max(base.cursorMs, Math.min(watermark(), run.toMs, ceilingMs));',
      replace: 'const cursorMs = Math.min(watermark(), run.toMs, ceilingMs);',
      test: 'test/property/history.ts',
    },
    'I3: the lookback is not read': {
      find: 'Math.max(lookbackMs, overlapMs)',
      replace: 'overlapMs',
      test: 'test/property/history.ts',
    },
    'I3: a lookback that is read once a day begins at the cursor, which moved on since': {
      find: 'Math.min(cursorMs, deep?.toMs ?? cursorMs)',
      replace: 'cursorMs',
      test: 'test/property/history.ts',
    },
    'I3: an earlier start date fetches nothing': {
      find: '{ fromMs: startMs, toMs: Math.min(base.fromMs, toMs) },',
      replace: '',
      test: 'test/property/history.ts',
    },
    'I4: a resumed run forgets what it finished': {
      find: 'let done = unite(before?.done ?? []);',
      replace: 'let done = unite([]);',
      test: 'test/property/history.ts',
    },
    'I4: a resumed run claims windows that were read before it as read now': {
      find: 'before ? Math.min(before.toMs, toMs) : toMs',
      replace: 'toMs',
      test: 'test/property/history.ts',
    },
    'I5: a finished run is called read up to our clock, not to the server’s': {
      find: 'cursorMs: Math.max(base.cursorMs, Math.min(run.toMs, ceilingMs)),',
      replace: 'cursorMs: Math.max(base.cursorMs, run.toMs),',
      test: 'test/property/history.ts',
    },
  },
  'src/cdk/plan.ts': {
    'I2: a moment is dropped between two windows': {
      find: 'endMs < toMs ? { fromMs: endMs, toMs, streams }',
      replace: 'endMs < toMs ? { fromMs: endMs + 1, toMs, streams }',
      test: 'test/property/windows.ts',
    },
    'I4: what is up to date is read before what is unfinished': {
      find: '...all.filter(isUnfinished).sort((a, b) => remainingMs(b) - remainingMs(a)),\n    ...all.filter((task) => !isUnfinished(task)),',
      replace: '...all,',
    },
    'I5: the newest window is closed like the others': {
      find: 'open: toMs === horizonMs',
      replace: 'open: false',
      test: 'test/property/windows.ts',
    },
    'I11: a full refresh that another job finished is complete for this one': {
      find: "'complete' in state && syncId !== undefined && state.syncId === syncId",
      replace: "'complete' in state",
      test: 'test/cdk/engine.ts',
    },
    'a changed key begins to write under other keys': {
      find: 'usable.key !== undefined && key !== usable.key',
      replace: 'usable.key !== undefined && key === ""',
      test: 'test/cdk/engine.ts',
    },
  },
  'src/gokwik/records/fields.ts': {
    'I7: a value that cannot be read becomes null in silence': {
      find: 'if (!isBlank(value)) count(phrase);',
      replace: '',
      test: 'test/gokwik/records/mapper.ts',
    },
    'Infinity is the id of many rows': {
      find: "typeof value === 'number' && !Number.isFinite(value)",
      replace: "value === ''",
      test: 'test/gokwik/records/mapper.ts',
    },
  },
  'src/cdk/redact.ts': {
    'I9: a secret is known only as it stands in the config': {
      find: '    ...percent,\n',
      replace: '',
    },
    'I9: the signature of an address of files is printed': {
      find: "return [query, isName ? '' : user, password, ...values]",
      replace: 'return [user, password]',
    },
    'I9: a secret in other letters than its own is printed': {
      find: 'const lower = lowerCased(text);',
      replace: 'const lower = text;',
    },
    'I9: a secret that was encoded twice is printed': {
      find: '    ...twice,\n',
      replace: '',
    },
  },
  'src/http/abort.ts': {
    'I10: every request leaves a listener behind': {
      find: "    clearTimeout(timer);\n    root.removeEventListener('abort', abort);",
      replace: '    clearTimeout(timer);',
      test: SOAK,
    },
  },
  'src/gokwik/lists/envelope.ts': {
    'I11: errors beside rows pass for a whole answer': {
      find: 'if (!failure) return partOf(asked, answer);',
      replace: 'if (!failure) return undefined;',
    },
    'I11: words of failure beside an empty list are a good answer': {
      find: 'return words === undefined || hasRows(profile, body) ? undefined : words;',
      replace: 'return undefined;',
    },
  },
  'src/gokwik/lists/signs.ts': {
    'I11: a flag of the last page is read as one of more': {
      find: 'if (flag === undefined || !tellsEnd(path)) return flag;',
      replace: 'return flag;',
      test: 'test/gokwik/lists/paginate.ts',
    },
    'I11: a text that tells of more rows is not heard': {
      find: 'hint: isPromise ? hint : undefined,',
      replace: 'hint: undefined,',
      test: 'test/gokwik/lists/paginate.ts',
    },
  },
  'src/gokwik/lists/lists.ts': {
    'I11: `{}` in the middle of a list ends it silently': {
      find: 'if (isHollow(body) && isFirst)',
      replace: 'if (isHollow(body))',
      test: 'test/gokwik/lists/paginate.ts',
    },
    'a row that nests for ever comes in': {
      find: 'rows.some((row) => isDeeper(row, MOST_LEVELS, endless))',
      replace: 'rows.length < 0',
    },
    'I11: a list of texts is a list without rows': {
      find: 'if (rows.length === 0 && list.some((entry) => entry !== null))',
      replace: 'if (rows.length < 0)',
    },
  },
  'src/gokwik/lists/paginate.ts': {
    'I7: rows that share their cursor are torn apart in silence': {
      find: 'if (hasTies && asked',
      replace: 'if (asked === null && asked',
    },
    'I11: rows that leave a numbered list take others with them': {
      find: 'if (last && !at.isBeyond && hasFallen(last, facts))',
      replace: 'if (false)',
    },
    'I11: a repeated cursor is followed for ever': {
      find: 'if (cursors.has(text)) throw',
      replace: 'if (false) throw',
    },
    'I11: what the last answer says is not held against what came': {
      find: 'if (!next) checkEnd(facts, rows);',
      replace: '',
    },
    'I11: a short page is taken for the last one': {
      find: 'if (rows.length === 0 || (facts.saysEnd',
      replace: 'if (rows.length < (limit ?? 1) || (facts.saysEnd',
    },
    'I11: a page that is full in silence is taken for all': {
      find: 'if (isOwn) return numbering.askForLess(rows, () => endInSilence(rows));',
      replace: 'if (isOwn || !isOwn) return undefined;',
    },
    'I11: pages begin at 1 wherever nobody says it': {
      find: 'const next = nextOf(facts, rows) ?? numbering.page0(facts, rows);',
      replace: 'const next = nextOf(facts, rows);',
    },
  },
  'src/gokwik/lists/numbering.ts': {
    'I11: a number of pages that is none ends a list at a full page': {
      find: 'if (!isLarge || rows.length <= (learned.endsWhereTold ?? 0)) return undefined;',
      replace: 'return undefined;',
      test: 'test/gokwik/lists/paginate.ts',
    },
    'I11: an offset that counts pages passes over rows': {
      find: 'if (answer && countSeen(rows, first) === 0) {',
      replace: 'if (false) {',
      test: 'test/gokwik/lists/paginate.ts',
    },
    'I11: a list that may be a part is taken for all': {
      find: 'at.doubt = { error, ...(!isFull(first) && { told: WHOLE }) };',
      replace: '',
      test: 'test/gokwik/lists/paginate.ts',
    },
  },
  'src/gokwik/lists/unkeyed.ts': {
    'rows without their key come with digests': {
      find: 'keyed * 10 > rows.length) return;',
      replace: 'keyed * 10 >= 0) return;',
    },
  },
  'src/gokwik/streams/table.ts': {
    'I11: a page in place of a table is a table without rows': {
      find: 'if (isKnown || paths.length === 0) return;',
      replace: 'return;',
    },
  },
  'src/gokwik/streams/read.ts': {
    'ranges of days have the rows of their seams twice': {
      find: 'if (isBeside(mapped, tools.settings, moreMs))',
      replace: 'if (false)',
    },
    'I11: a list that may be a part is not asked for in less time': {
      find: 'if (coverage.mayBePart(page)) return;',
      replace: '',
    },
  },
  'src/gokwik/streams/coverage.ts': {
    'I11: a range that is answered for a part of it is taken for all': {
      find: 'else if (await hasRows(hole)) throw',
      replace: 'else if (false) throw',
    },
    'I11: an endpoint that heeds no time is not told': {
      find: 'return !hasOwn || !last.hasOwn;',
      replace: 'return false;',
    },
    'I11: rows that came twice in place of others are no failure': {
      find: 'if (keys.size < most && distinct >= most && isSteady)',
      replace: 'if (false)',
    },
  },
  'src/cdk/once.ts': {
    'I12: a row that comes again is printed again': {
      find: '=== sum) return false;',
      replace: '=== sum) return true;',
    },
  },
  'src/gokwik/profile.ts': {
    'I9: a profile sends a secret to another host': {
      find: 'secret && !secret.mayGoTo(target)',
      replace: 'false',
    },
  },
  'src/gokwik/request.ts': {
    'windows do not overlap on the wire': {
      find: 'window.fromMs - OVERLAP_MS',
      replace: 'window.fromMs',
    },
  },
  'src/gokwik/pii/pii.ts': {
    'pii_mode hash leaves personal data as it is': {
      find: "mode === 'plain'",
      replace: "mode !== 'drop'",
    },
    'hashes of all kinds share one domain': {
      find: 'hmac(`${domainOf(kind, text)}\\0${spell(kind, text)}`)',
      replace: 'hmac(domainOf(kind, text) && spell(kind, text))',
    },
    'a key that can be guessed is taken': {
      find: 'if (weakness === undefined) return;',
      replace: 'if (weakness !== undefined) return;',
    },
    'a digest in place of an id gives away what was dropped': {
      find: "digestsHidden: mode === 'drop'",
      replace: 'digestsHidden: false',
      test: 'test/gokwik/records/mapper.ts',
    },
  },
  'src/cdk/mend.ts': {
    'half of a character pair is printed': {
      find: 'text.includes(HALF) || ',
      replace: '',
    },
    'NUL is printed': {
      find: ".replaceAll('\\0', '');",
      replace: ';',
    },
    'names that are hidden alike cost the square of their number': {
      find: '      copies.set(name, copy + 1);\n',
      replace: '',
      test: 'integration_tests/hostile/linear.ts',
    },
  },
  'src/gokwik/records/values.ts': {
    'I7: hostile numbers beyond JSON become null in silence': {
      find: 'if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) endless();',
      replace: '',
      test: 'test/gokwik/lists/lists.ts',
    },
  },
  'src/gokwik/files/webhooks.ts': {
    '0.2.0: what is wrapped is not seen': {
      find: 'if (wrapper === undefined || depth >= MOST_DEEP) {',
      replace: "if (wrapper !== 'carts') {",
    },
    '0.2.0: a refund gives itself back': {
      find: 'row.payment_id = row.transaction_payment_id ?? null;',
      replace: 'row.payment_id ??= row.transaction_payment_id ?? null;',
    },
    '0.2.0: a payment has no status': {
      find: 'row.status ??= event?.',
      replace: 'row.told ??= event?.',
    },
    'a stamp from the future of its file is a version': {
      find: 'ownMs !== undefined && ownMs <= youngestMs',
      replace: 'ownMs !== undefined',
      test: 'test/gokwik/files/texts.ts',
    },
    'files: the webhook that came last wins, whatever it tells': {
      find: 'const earlierMs = stepsLeft * LATE_MS;',
      replace: 'const earlierMs = stepsLeft * 0;',
    },
    'files: a last word stands before its receipt': {
      find: 'formatInstant(receivedMs - earlierMs)',
      replace: 'formatInstant(receivedMs - earlierMs - LATE_MS)',
    },
  },
  'src/cdk/messages.ts': {
    'unseen characters reach a message': {
      find: 'redact(plainText(redactor.redact(text)))',
      replace: 'redact(text)',
    },
  },
  'src/gokwik/records/payment.ts': {
    'an unknown payment method is named': {
      find: "count('`payment_method` is of no known class",
      replace: "count(paymentMethod + '`payment_method` is of no known class",
      test: 'test/gokwik/records/values.ts',
    },
  },
  'src/gokwik/lists/failure.ts': {
    'I9: advice repeats what a server said': {
      find: 'wordsOfNothing(text) ?? firstWords(text)',
      replace: 'text.toLowerCase()',
      test: 'test/gokwik/lists/envelope.ts',
    },
  },
  'src/gokwik/pii/detect.ts': {
    'masked phones and cards stay': {
      find: 'if (isMaskedNumber(match[0])) yield',
      replace: "if (match[0] === '') yield",
      test: 'test/gokwik/pii/corpus.ts',
    },
    'phones in fields that nobody declared stay': {
      find: 'yield* readPhones(lower, isThing);',
      replace: '',
      test: 'test/gokwik/pii/corpus.ts',
    },
  },
  'src/gokwik/pii/kinds.ts': {
    'names of fields are not read': {
      find: 'RULES.find(([, holds]) => holds(read))?.[0];',
      replace: 'RULES.find(([, holds]) => holds(read))?.[0] && undefined;',
      test: 'test/gokwik/pii/corpus.ts',
    },
  },
  'src/http/json.ts': {
    'an id beyond 2^53 is rounded': {
      find: 'LONG.test(text) ? JSON.parse(quoteBigIntegers(text)) : value',
      replace: 'value',
    },
  },
  'src/gokwik/files/cells.ts': {
    '0.2.0: words for nothing are an id': {
      find: 'NO_ID.test(bare.toLowerCase()',
      replace: 'NO_ID.test(bare.toUpperCase()',
    },
    '0.2.0: thousands separators make another id': {
      find: "bare.replaceAll(',', '')",
      replace: 'bare',
    },
    '0.2.0: dates whose month comes first are read day first': {
      find: "const [day, month] = order === 'day-first' ? [first, second] : [second, first];",
      replace: 'const [day, month] = [first, second];',
    },
    'files: an id that a spreadsheet rounded is an id': {
      find: 'if (text.charCodeAt(0) <= EQUALS && IS_LOST.test(text)) return LOST;',
      replace: '',
    },
  },
  'src/gokwik/files/tables.ts': {
    '0.2.0: a second header is a row': {
      find: 'if (!isLike(cells[0]) && !isLike(cells[1])) return undefined;',
      replace: 'return undefined;',
      test: 'test/gokwik/files/texts.ts',
    },
    '0.2.0: a title hides the header': {
      find: 'lines <= MOST_TITLES',
      replace: 'lines <= 1',
      test: 'test/gokwik/files/texts.ts',
    },
    'files: dates that contradict each other are read': {
      find: 'if (firstDay !== undefined && firstMonth !== undefined) {',
      replace: 'if (firstDay === -1) {',
      test: 'test/gokwik/files/texts.ts',
    },
    'files: dates of which a spreadsheet turned half are read': {
      find: 'if (half) {',
      replace: 'if (half && all.length === 0) {',
      test: 'test/gokwik/files/texts.ts',
    },
    'files: half a row at the end is a row': {
      find: 'if (isOpen && cells.length < width()) throw new FileProblem(CUT_ROW);',
      replace: '',
      test: 'test/gokwik/files/texts.ts',
    },
  },
  'src/gokwik/files/captures.ts': {
    '0.2.0: of payloads one behind another none is read': {
      find: 'return isBlank(rest) && !read.includes(undefined) ? read : undefined;',
      replace: 'return undefined;',
      test: 'test/gokwik/files/captures.ts',
    },
    'files: half a line of JSON at the end is left out in silence': {
      find: 'else if (isTail) {',
      replace: 'else if (number < 0) {',
      test: 'test/gokwik/files/texts.ts',
    },
    'files: a payload that nests for ever comes in': {
      find: 'if (isDeeper(row, MOST_LEVELS, endless)) {',
      replace: 'if (taken < 0) {',
      test: 'test/gokwik/files/texts.ts',
    },
  },
  'src/gokwik/files/grid.ts': {
    'files: a total is an order': {
      find: 'if (isNote || (filled === 1 && targets.length > 3)) {',
      replace: 'if (filled < 0) {',
    },
    'files: a header in the middle is no header': {
      find: 'if (stamps.size === 0 && isHeader(cells)) {',
      replace: 'if (filled < 0) {',
    },
    'files: equal lines of a settlement are one': {
      find: 'if (nth > 1) row.occurrence = nth;',
      replace: '',
    },
    'files: rows whose id is a word are one': {
      find: '!isOwn && WORD.test(cell)',
      replace: 'isOwn && WORD.test(cell)',
    },
  },
  'src/gokwik/files/texts.ts': {
    '0.2.0: UTF-16 is no text': {
      find: 'const ends = utf16Of(head);',
      replace: 'const ends = head.length < 0 ? utf16Of(head) : undefined;',
    },
  },
  'src/gokwik/files/csv.ts': {
    '0.2.0: a cell that begins with a quoted word swallows rows': {
      find: 'if (!mend) break;',
      replace: 'break;',
    },
  },
  'src/gokwik/files/sheet.ts': {
    '0.2.0: no workbook is read from 1904': {
      find: 'firstDay = DAYS_TO_1904;',
      replace: 'firstDay = 0;',
    },
  },
  'src/gokwik/files/shapes.ts': {
    '0.2.0: a unit makes another column': {
      find: ".replace(UNIT, '')",
      replace: '',
    },
  },
  'src/gokwik/files/marks.ts': {
    'files: what finds no room fills the state': {
      find: 'if (left < 0) break;',
      replace: '',
    },
    'files: a broken file that keeps no mark is one of a range': {
      find: '!book.open.has(digest),',
      replace: 'true,',
    },
  },
  'src/gokwik/files/content.ts': {
    'files: a zip has files without end': {
      find: 'if (unpacked.members > MOST_MEMBERS)',
      replace: 'if (unpacked.members < 0)',
    },
    'files: a zip of another checksum is read': {
      find: 'if (sum === entry.crc32) return;',
      replace: 'if (sum >= 0) return;',
    },
  },
  'src/gokwik/files/objects.ts': {
    'files: rows of a report have names without end': {
      find: 'if (names.size > MOST_COLUMNS)',
      replace: 'if (names.size < 0)',
      test: 'test/gokwik/files/texts.ts',
    },
  },
  'src/gokwik/files/stores/disk.ts': {
    'files: a link leads into the system': {
      find: 'if (isOfSystem(real)) refuseSystem();',
      replace: 'if (real === "") refuseSystem();',
    },
  },
  'src/gokwik/files/seal.ts': {
    'stores: a file that changed before its tail counts as grown': {
      find: 'return running.end() === part.md5;',
      replace: 'return running.end() !== "";',
    },
  },
  'src/gokwik/files/stores/bucket.ts': {
    'stores: a key leads out of the folder': {
      find: "part === '.' || part === '..'",
      replace: "part === '.'",
      test: 'test/gokwik/files/stores/s3.ts',
    },
  },
  'src/gokwik/files/fetch.ts': {
    'stores: what was written anew is taken for the rest': {
      find: 'if (content?.tag !== tag) throw',
      replace: 'if (tag === "") throw',
    },
  },
  'src/gokwik/files/listing.ts': {
    'files: a folder keeps the name of a buyer': {
      find: 'shortenName(hideName(basename(dirname(path))))',
      replace: 'shortenName(basename(dirname(path)))',
      test: 'test/gokwik/files/folder.ts',
    },
  },
  'analytics/models/marts/gokwik__settlement_batches.sql': {
    'two lines of one payment in a batch are two payments': {
      find: 'count(distinct line.payment_id)',
      replace: 'count(line.payment_id)',
      test: 'analytics/report/test/models.ts',
    },
  },
};
