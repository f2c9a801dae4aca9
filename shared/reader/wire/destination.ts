import type { Agent } from 'node:http';
import { isGoogleOrLocal } from '../../domain/basics/destination.ts';
import { isLoopbackHost } from '../../domain/basics/loopback.ts';
import { ReaderError } from '../error.ts';
import type { Kind } from '../version/payload.ts';

/** The hosts of the option `hosts` as `URL.host` writes them. @throws {ReaderError} `misconfigured` */
export function parseHosts(hosts: readonly string[]): readonly string[] {
  return hosts.map((host) => {
    const address = `https://${host}/`;
    const parsed = URL.canParse(address) ? new URL(address).host : undefined;
    if (parsed !== undefined && [parsed, `${parsed}:443`].includes(host.toLowerCase()))
      return parsed;
    throw new ReaderError(
      'misconfigured',
      'hosts: write each as host or host:port, without https://',
    );
  });
}

/**
 * Lets a credential go to Google's APIs over https, to this machine, and to `hosts` over https. Without `hosts`, a credential that is no access
 * token may go anywhere over https, because it is made for a host that only the workload knows.
 *
 * @param address where a request with the credential goes
 * @throws {ReaderError} `wrong-host`; the message has the origin of the address, and nothing else of it
 */
export function requireAllowed(
  address: URL,
  kind: Kind,
  hosts: readonly string[] | undefined,
): void {
  const { protocol, host } = address;
  // gRPC uses https with the local cloud too.
  if (isGoogleOrLocal(address) || isLoopbackHost(host)) return;
  const isNamed = hosts ? hosts.includes(host) : kind !== 'access-token';
  if (protocol === 'https:' && isNamed) return;
  const place = protocol === 'https:' ? host : `${protocol}//${host}`;
  throw new ReaderError(
    'wrong-host',
    `the credential does not go to ${place}: it goes over https to Google's APIs and to the hosts of the option "hosts"`,
  );
}

let agent: Agent | undefined;

/**
 * For http, which goes to this machine only. Without it, a proxy of the environment would read the credential. The module loads at the first
 * use: it takes 10 ms, and a workload on Google Cloud seldom needs it.
 */
async function noProxy(): Promise<Agent> {
  const { Agent } = await import('node:http');
  agent ??= new Agent();
  return agent;
}

/** @throws {Error} unless an address is Google's over https, or this machine's */
export function requireGoogle(address: URL): void {
  if (isGoogleOrLocal(address)) return;
  throw new Error(`the identity that reads sends nothing to ${address.origin}`);
}

/** The options with which a request follows no redirect to another host and sends nothing of http to a proxy. */
export const directly = async ({ protocol }: URL) =>
  ({ redirect: 'manual', ...(protocol === 'http:' && { agent: await noProxy() }) }) as const;
