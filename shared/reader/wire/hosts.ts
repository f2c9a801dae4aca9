import { isLoopbackUrl } from '../../domain/basics/loopback.ts';
import { ReaderError } from '../error.ts';

/** Base URLs, without a final slash. */
export type Hosts = {
  readonly secretmanager: string;
  readonly oauth2: string;
  readonly www: string;
};

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Google's own hosts, or the local cloud that `HOPMINT_CLOUD` names.
 *
 * @throws {ReaderError} `misconfigured` if `HOPMINT_CLOUD` is not a loopback address, if it is set on Cloud Run, or if a proxy would get
 * its requests
 */
export function hostsIn(env: Env): Hosts {
  const { HOPMINT_CLOUD: cloud, K_SERVICE: service } = env;
  requireCertificates(env);
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
  if (env.NODE_USE_ENV_PROXY && isProxied(new URL(cloud).hostname, env)) {
    throw new ReaderError(
      'misconfigured',
      'HOPMINT_CLOUD: a proxy would get the credentials: add 127.0.0.1,localhost,::1 to NO_PROXY',
    );
  }
  const base = cloud.replace(/\/+$/, '');
  return { secretmanager: base, oauth2: base, www: base };
}

/** @throws {ReaderError} `misconfigured` if any server that says it is Google would get credentials */
export function requireCertificates({ NODE_TLS_REJECT_UNAUTHORIZED: check }: Env): void {
  if (check !== '0') return;
  throw new ReaderError(
    'misconfigured',
    'NODE_TLS_REJECT_UNAUTHORIZED=0 sends credentials to any server that says it is Google: unset it',
  );
}

/** Whether Node sends http for this host to a proxy. @see https://nodejs.org/api/http.html#built-in-proxy-support */
function isProxied(host: string, env: Env): boolean {
  if (!(env.http_proxy || env.HTTP_PROXY)) return false;
  const exempt = `${env.NO_PROXY ?? ''},${env.no_proxy ?? ''}`.split(',').map((one) => one.trim());
  return !exempt.some((one) => one === '*' || one === host || `[${one}]` === host);
}
