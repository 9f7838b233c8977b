import type { ReadContext } from '../../cdk/source.ts';
import type { GetOptions, Http } from '../../http/retry.ts';
import type { Anomalies } from '../anomalies.ts';
import { bodyStatus, inspectEnvelope, readPage } from '../envelope.ts';
import { createPaginator, isHollow, type RawPage } from '../paginate.ts';
import { type Placeholders, prepareRequests } from '../request.ts';
import type { Settings } from '../settings.ts';
import type { StreamProfile } from './stream.ts';

/** What reading any stream needs. */
export interface StreamTools {
  readonly http: Http;
  readonly settings: Settings;
  readonly anomalies: Anomalies;
}

/**
 * The pages of one request sequence. The next page is asked for while the last one is being
 * printed; at most these two are in memory (I8).
 */
export async function* fetchPages(
  stream: string,
  profile: StreamProfile,
  placeholders: Placeholders,
  { http, settings, anomalies }: StreamTools,
  context: ReadContext,
): AsyncGenerator<RawPage> {
  const requestFor = prepareRequests(stream, profile, settings, placeholders);
  const paginator = createPaginator(stream, profile, anomalies);
  const inspect = inspectEnvelope(stream, profile, settings);
  const accept = profile.empty_status ?? [];
  const { signal, onWait } = context;
  const options: GetOptions = {
    signal,
    onWait,
    inspect,
    accept,
  };
  const fetchPage = async (params: Placeholders): Promise<RawPage> => {
    const request = requestFor(params);
    const ask = () => http.get(request, options);
    let answer = await ask();
    // `{}` may be a server's way to say "none" or a slip of it: of a list it is believed when it is
    // said twice. (One request for each of many orders is not worth two.)
    if (isHollow(answer.body) && profile.paging.kind !== 'none') answer = await ask();
    const isEmpty = accept.includes(bodyStatus(answer.body) ?? answer.status);
    if (isEmpty) return { rows: [], next: undefined };
    return readPage(paginator, profile, settings, answer);
  };
  let coming: Promise<RawPage> | undefined = fetchPage(paginator.first);
  while (coming) {
    const page: RawPage = await coming;
    coming = page.next && fetchPage(page.next);
    // Its failure is met at the next turn; until then it must not count as unhandled.
    coming?.catch(() => {});
    yield page;
  }
}
