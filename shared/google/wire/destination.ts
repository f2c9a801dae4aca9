import { isGoogleOrLocal } from '../../domain/basics/destination.ts';

/**
 * Lets a request with a credential go to a host of Google's APIs over https, or to the local cloud on this machine, and nowhere else.
 * Every request with a credential passes here: those of `httpOf`, and the address of each generated client.
 *
 * @throws {Error} names the refused address
 */
export function requireGoogle(address: string): void {
  const url = URL.parse(address);
  if (url && isGoogleOrLocal(url)) return;
  throw new Error(`a credential goes to Google only, and not to ${url?.origin ?? 'no address'}`);
}
