import { isLoopbackUrl } from '../../domain/basics/loopback.ts';

/**
 * Lets a request with a credential go to a host of Google's APIs over https, or to the local cloud on this machine, and nowhere else.
 * Every request with a credential passes here: those of `httpOf`, and the address of each generated client.
 *
 * @throws {Error} names the refused address
 */
export function requireGoogle(address: string): void {
  const url = URL.parse(address);
  const isGoogle =
    url?.protocol === 'https:' && /^[a-z0-9.-]+\.googleapis\.com$/.test(url.hostname) && !url.port;
  if (isGoogle || isLoopbackUrl(address)) return;
  throw new Error(`a credential goes to Google only, and not to ${url?.origin ?? 'no address'}`);
}
