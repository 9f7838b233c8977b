/** Which of two versions of a row is the newer one, where a file does not say when it last changed. */
import { formatInstant } from '../records/time.ts';

/** The `updated_at` of a row by the latest stamp that it has (epoch ms). */
export type Age = (latestMs: number) => string;

/**
 * A file says when an order was made and paid, not when it last changed. Its rows stand one second
 * before the latest stamp that they have, so that the API's row of the same order, which cannot have
 * changed earlier, is always the newer one; the digits behind that second put files in the order in
 * which they were written, so that an old one never takes the place of a newer one.
 *
 * @param asOfMs when the file was written, as far as it says.
 */
export function createAge(asOfMs: number | undefined): Age {
  const rank = ageRank(asOfMs);
  return (latestMs) => {
    const before = formatInstant(Math.floor(latestMs / 1000) * 1000 - 1000);
    return `${before.slice(0, -1)}.${rank}Z`;
  };
}

const EPOCH_MS = Date.UTC(2020, 0, 1);
/** Six digits count steps of this length (ms), which last until the year 2051. */
const STEP_MS = 1_000_000;

function ageRank(asOfMs: number | undefined): string {
  const steps = Math.floor(((asOfMs ?? EPOCH_MS) - EPOCH_MS) / STEP_MS);
  return String(Math.max(1, Math.min(999_999, steps))).padStart(6, '0');
}
