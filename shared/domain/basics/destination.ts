import { isLoopbackUrl } from './loopback.ts';

/** Whether an address is one of Google's APIs over https, or an http address of this machine, as the local cloud has. */
export function isGoogleOrLocal({ href, protocol, hostname, port }: URL): boolean {
  const isGoogle =
    protocol === 'https:' && /^[a-z0-9.-]+\.googleapis\.com$/.test(hostname) && !port;
  return isGoogle || isLoopbackUrl(href);
}
