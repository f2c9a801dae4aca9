import { isLoopbackUrl } from '../../domain/basics/loopback.ts';
import { ReaderError } from '../error.ts';

/** Base URLs, without a final slash. */
export type Hosts = {
  readonly secretmanager: string;
  readonly oauth2: string;
  readonly www: string;
};

/**
 * Google's own hosts, or the local cloud that `HOPMINT_CLOUD` names.
 *
 * @throws {ReaderError} `misconfigured` if `HOPMINT_CLOUD` is not a loopback address, or if it is set on Cloud Run
 */
export function hostsIn(env: Readonly<Record<string, string | undefined>>): Hosts {
  const { HOPMINT_CLOUD: cloud, K_SERVICE: service } = env;
  if (!cloud) {
    return {
      secretmanager: 'https://secretmanager.googleapis.com',
      oauth2: 'https://oauth2.googleapis.com',
      www: 'https://www.googleapis.com',
    };
  }
  if (service) {
    throw new ReaderError(
      'misconfigured',
      'HOPMINT_CLOUD is for your own machine: unset it on Cloud Run',
    );
  }
  if (!isLoopbackUrl(cloud)) {
    throw new ReaderError(
      'misconfigured',
      'HOPMINT_CLOUD: write a loopback address, such as http://127.0.0.1:8787',
    );
  }
  const base = cloud.replace(/\/+$/, '');
  return { secretmanager: base, oauth2: base, www: base };
}
