import type { AuthClient } from 'google-auth-library';

/** Base URLs of Google's APIs, without a slash at the end. */
export type Hosts = Readonly<
  Record<
    | 'iamcredentials'
    | 'iam'
    | 'cloudresourcemanager'
    | 'orgpolicy'
    | 'secretmanager'
    | 'pubsub'
    | 'storage'
    | 'oauth2'
    | 'www',
    string
  >
>;

/**
 * Where Google is: at its own hosts, or all of it at one local cloud. `pubsubEmulatorHost` is the usual variable of Google's emulator.
 */
export function hostsOf(cloudUrl: string | undefined, pubsubEmulatorHost?: string): Hosts {
  const base = cloudUrl?.replace(/\/+$/, '');
  const host = (name: string) => base ?? `https://${name}.googleapis.com`;
  return {
    iamcredentials: host('iamcredentials'),
    iam: host('iam'),
    cloudresourcemanager: host('cloudresourcemanager'),
    orgpolicy: host('orgpolicy'),
    secretmanager: host('secretmanager'),
    pubsub: pubsubEmulatorHost ? `http://${pubsubEmulatorHost}` : host('pubsub'),
    storage: host('storage'),
    oauth2: host('oauth2'),
    www: host('www'),
  };
}

/** `status` 0: no answer, for a reset, a timeout, or an abort. */
export type HttpAnswer = { readonly status: number; readonly body: unknown };

/**
 * One HTTP call with the identity at hand, without any retry. It never throws: what Google refuses and what the network loses is an answer.
 *
 * @param call.form sends `application/x-www-form-urlencoded` in place of JSON
 * @param call.anonymous sends no Authorization header
 */
export type Http = (call: {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly body?: object;
  readonly form?: Readonly<Record<string, string>>;
  readonly anonymous?: boolean;
  readonly signal: AbortSignal;
}) => Promise<HttpAnswer>;

/** The identity at hand. A promise of the same client each time, as it keeps its token. */
export type Identity = () => Promise<AuthClient>;
