import { request as requestHttp } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import ipaddr from 'ipaddr.js';
import { PROXY } from './outcome.ts';

/** The variables of the environment, as main hands them over. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A proxy that takes longer than this to reach the target gives no connection. */
const CONNECT_TIMEOUT_MS = 30_000;

/** The proxy that the environment names for an address, if any. Throws a coded error for a bad one. */
export function proxyFor(target: URL, env: Env): URL | undefined {
  const read = (name: string) => env[name] || env[name.toUpperCase()];
  const text = read(target.protocol === 'https:' ? 'https_proxy' : 'http_proxy');
  if (!text || isDirect(target, read('no_proxy') ?? '')) return undefined;
  const written = text.includes('://') ? text : `http://${text}`;
  const proxy = URL.canParse(written) ? new URL(written) : undefined;
  if (!proxy || !/^https?:$/.test(proxy.protocol)) throw failWith('ADDRESS');
  return proxy;
}

/** Loopback is this machine's own, which no proxy reaches. */
const LOOPBACK = /^(?:localhost|127\..*|\[::1\])$/;

/** `NO_PROXY`: names with all their subdomains, addresses and ranges, each with a port or without. */
function isDirect({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const usedPort = port || (protocol === 'https:' ? '443' : '80');
  const host = hostname.replace(/^\[|\]$/g, '');
  return (
    LOOPBACK.test(hostname) ||
    noProxy
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean)
      .some((entry) => {
        if (entry === '*') return true;
        if (ipaddr.isValidCIDR(entry)) return isInRange(host, entry);
        const [, name = '', wanted] = /^\[?(.+?)\]?(?::(\d+))?$/.exec(entry) ?? [];
        if (ipaddr.isValid(entry)) return host === entry;
        if (wanted !== undefined && wanted !== usedPort) return false;
        const suffix = name.replace(/^\*?\.?/, '');
        return host === suffix || host.endsWith(`.${suffix}`);
      })
  );
}

function isInRange(host: string, range: string): boolean {
  if (!ipaddr.isValid(host)) return false;
  const address = ipaddr.parse(host);
  const [network, bits] = ipaddr.parseCIDR(range);
  return address.kind() === network.kind() && address.match([network, bits]);
}

/**
 * An agent whose connections go through the proxy by CONNECT, so that TLS is the target's, from end
 * to end, and the proxy's credentials stay between it and us. Axios brings a tunnel of its own, but
 * one that keeps no connection, and that hands out the proxy's refusals as the target's answers.
 */
export function createTunnel(proxy: URL, options: AgentOptions): HttpsAgent {
  const isSafe = proxy.protocol === 'https:';
  const agent = new HttpsAgent(options);
  agent.createConnection = (target, callback = () => {}) => {
    // The type wants a stream beside an error too.
    const refuse = (error: Error): void => callback(error, new Socket());
    const { host, port } = target;
    const authority = `${host?.includes(':') ? `[${host}]` : host}:${port}`;
    const ask = (isSafe ? requestHttps : requestHttp)({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (isSafe ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: { Host: authority, ...authorization(proxy) },
      agent: false,
      timeout: CONNECT_TIMEOUT_MS,
    });
    // Who asked for it may have gone: a connection that nobody waits for must not keep the process.
    ask.once('socket', (socket) => socket.unref());
    ask.once('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode !== 200) {
        socket.destroy();
        refuse(failWith(String(statusCode)));
        return;
      }
      socket.setTimeout(0);
      socket.ref();
      callback(
        null,
        connectTls({ ...options, socket, host: host ?? '', servername: target.servername }),
      );
    });
    ask.once('timeout', () => ask.destroy(failWith('TIMEOUT')));
    ask.once('error', (error: NodeJS.ErrnoException) => {
      refuse(error.code?.startsWith(PROXY) ? error : failWith(error.code ?? 'LOST'));
    });
    ask.end();
    return undefined;
  };
  return agent;
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

const failWith = (why: string): Error =>
  Object.assign(new Error('the proxy gave no connection'), { code: PROXY + why });
