/** Why a list is not whole, with what to write in the profile. Pure. */
import { SystemError } from '../../cdk/errors.ts';
import type { Paging, StreamProfile } from '../streams/stream.ts';
import type { Learned, Promised } from './position.ts';

/** What to write in the profile, and how it is said. */
interface Mend {
  readonly mend?: Paging;
  readonly advice?: string;
  /** More than `paging`. */
  readonly beside?: object;
  readonly after?: string;
}

interface MenderOptions {
  readonly stream: string;
  readonly profile: StreamProfile;
  readonly isOwn: boolean;
  readonly learned: Learned;
}

/** Said of lists that are believed to be whole. */
export const WHOLE =
  'an answer said nothing of further pages and was taken for the whole list; if it is, say so in api_profile with "paging":{"kind":"none"}';
const SAY_WHOLE = 'If one answer has everything, say so in api_profile:';
export const SAY_TIES =
  'Go by a field that no two rows share, or ask for more rows at once than share one, in api_profile, for example';
/** Said of lists of so many rows. */
export const SAY_ROUND =
  "a list came to an end at a multiple of 500 rows, where some servers stop whatever there is; compare their number with the system's own";
/** Said where pages changed before one came again. */
export const SAY_TOTAL =
  'If its last page comes again for every page beyond, ask which field tells the number of pages, and say it in api_profile, for example';
const ASK = 'Ask how this endpoint is paged, and say it in api_profile, for example';
const ASK_PAGE =
  'Ask which parameter asks for another page, and write it in place of `page_number` in api_profile, for example';

export function createMender({ stream, profile, isOwn, learned }: MenderOptions) {
  const { paging, query, json, form } = profile;
  const { limit } = paging;

  function fail(odd: string, options: Mend = {}): SystemError {
    const { mend = paging, advice = ASK, beside = {}, after = '' } = options;
    const fragment = { streams: { [stream]: { ...beside, paging: mend } } };
    return new SystemError(
      'GK_PAGING',
      `Stream ${stream}: ${odd}, so rows would be missing. ${advice} ${JSON.stringify(fragment)}.${after}`,
      { stream },
    );
  }

  /** Of a list of so many rows that is all there is; the answer to a request for more must be shorter. */
  const wholeList = (rows: number): Mend => {
    const more = limit === rows ? 10 * limit : limit;
    return {
      mend: { kind: 'none', ...(more !== undefined && { limit: more }) },
      advice: SAY_WHOLE,
    };
  };

  const failInSilence = (rows: number): SystemError =>
    fail(
      `${rows} rows came, nothing says whether there are more, and neither another page nor less time tells`,
      wholeList(rows),
    );

  /** Of a promise that was not kept. It may be none, which can be said too. */
  function failOf({ odd, path, word }: Promised, what = '', mend: Mend = {}): SystemError {
    const none = { ...wholeList(0).mend, [word]: '-' };
    const write = mend.beside
      ? `and one answer has everything, write ${JSON.stringify({ paging: none })} alone`
      : `write "${word}":"-" into that \`paging\` as well`;
    return fail(odd + what, { ...mend, after: ` If \`${path}\` says something else, ${write}.` });
  }

  /** What would ask for other pages where what was assumed does not. */
  function otherPages(): Mend {
    if (isOwn) return {};
    const mend: Paging = { kind: 'page', ...(limit !== undefined && { limit }) };
    if (learned.firstPage !== undefined) return { mend };
    const { page: _, cursor: __, ...others } = query ?? {};
    return { mend, advice: ASK_PAGE, beside: { query: { ...others, page_number: '{page}' } } };
  }

  /** The parts of the request that hold a placeholder, with another in its place. */
  function inRequest(placeholder: string, other: string): object {
    const parts = Object.entries({ query, json, form }).flatMap(([name, part]) => {
      const text = JSON.stringify(part ?? null);
      return text.includes(placeholder)
        ? [[name, JSON.parse(text.replaceAll(placeholder, other))]]
        : [];
    });
    return Object.fromEntries(parts);
  }

  return { fail, failOf, failInSilence, wholeList, otherPages, inRequest };
}
