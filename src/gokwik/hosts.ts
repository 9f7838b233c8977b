import type { Family } from './streams/stream.ts';

/**
 * The hosts of GoKwik's two environments (OFFICIAL and LIVE), and what follows from a base URL.
 * Paths are appended to a host, never resolved against its root: some hosts carry a prefix.
 */

const PRODUCTION: Record<Family, string> = {
  merchant: 'https://api.gokwik.co',
  gkx: 'https://gkx.gokwik.co',
  kwikship: 'https://api.gokwik.co/kwikship',
  returnprime: 'https://admin.returnprime.com',
};

const SANDBOX: Record<Family, string> = {
  merchant: 'https://sandbox.gokwik.co',
  gkx: 'https://api-gw-v4.dev.gokwik.io/sandbox',
  kwikship: 'https://api-gw-v4.dev.gokwik.io/kwikship',
  returnprime: 'https://admin.returnprime.com',
};

export type Environment = 'production' | 'sandbox' | 'custom';

/** `baseUrl` without trailing slashes. */
export function environmentOf(baseUrl: string): Environment {
  if (baseUrl === PRODUCTION.merchant) return 'production';
  if (baseUrl === SANDBOX.merchant) return 'sandbox';
  return 'custom';
}

/** The host of each family: by environment, or all below a proxy's or a simulator's base. */
export function hostsFor(
  baseUrl: string,
  overrides: Partial<Record<Family, string>>,
): Record<Family, string> {
  const known = {
    production: PRODUCTION,
    sandbox: SANDBOX,
    custom: {
      merchant: baseUrl,
      gkx: baseUrl,
      kwikship: `${baseUrl}/kwikship`,
      returnprime: baseUrl,
    },
  };
  return { ...known[environmentOf(baseUrl)], ...overrides };
}

/** The base URL a merchant of the other environment would need. */
export function otherEnvironment(environment: Environment): string {
  return environment === 'production' ? SANDBOX.merchant : PRODUCTION.merchant;
}

export interface Credentials {
  readonly appId: string;
  readonly appSecret: string;
  readonly returnPrimeToken: string | undefined;
}

/** The headers by which each family knows a merchant. */
export function headersFor(family: Family, credentials: Credentials): Record<string, string> {
  const { appId, appSecret, returnPrimeToken } = credentials;
  switch (family) {
    case 'merchant':
      return { appid: appId, appsecret: appSecret };
    case 'gkx':
    case 'kwikship':
      return { 'gk-app-id': appId, 'gk-app-secret': appSecret };
    case 'returnprime':
      return { 'x-rp-token': returnPrimeToken ?? '' };
  }
}
