import type { SimulatorOptions } from '../../../simulator/src/index.ts';

/*
 * The merchant of the acceptance inputs: made up, small, and the same at every run, so that what a
 * read of it gives can be written down.
 */

const DAY = 86_400_000;
/** The midnight in India that begins 2026-09-01. */
const START = Date.parse('2026-09-01T00:00:00+05:30');

export const START_DATE = '2026-09-01';
/** Inclusive; all that the merchant's sessions lead to lies before the simulated present. */
export const END_DATE = '2026-10-31';

/** Given, and not drawn from the seed, so that a config file can be written before it runs. */
export const CREDENTIALS = {
  appId: 'acceptance-app-id-7f3a',
  appSecret: 'acceptance-app-secret-c91e55d0',
  merchantId: 'acceptmid001',
  returnPrimeToken: 'acceptance-return-prime-4b2f',
};

export const MERCHANT: SimulatorOptions = {
  seed: 2026,
  orders: 40,
  startMs: START,
  endMs: START + 20 * DAY,
  nowMs: START + 75 * DAY,
  credentials: CREDENTIALS,
};

/** The connector's config for this merchant at `baseUrl`. */
export const acceptanceConfig = (baseUrl: string): Record<string, unknown> => ({
  base_url: baseUrl,
  app_id: CREDENTIALS.appId,
  app_secret: CREDENTIALS.appSecret,
  merchant_id: CREDENTIALS.merchantId,
  return_prime_token: CREDENTIALS.returnPrimeToken,
  start_date: START_DATE,
  end_date: END_DATE,
  requests_per_second: 1000,
});
