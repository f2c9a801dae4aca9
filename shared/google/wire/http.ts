import type { AuthClient } from 'google-auth-library';
import { requireGoogle } from './destination.ts';
import { within } from './timeout.ts';
import { WIRE, type Wire } from './wire.ts';

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
> & {
  /** Pub/Sub is Google's emulator, which gets no credential. */
  readonly pubsubIsEmulator: boolean;
};

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
    pubsubIsEmulator: pubsubEmulatorHost !== undefined,
  };
}

/** `status` 0: no answer, for a reset, a timeout, or an abort. */
export type HttpAnswer = {
  readonly status: number;
  /** The JSON of the body; undefined where it is none. */
  readonly body: unknown;
  readonly text: string;
};

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

/** Why a call had no answer; told apart by callers only as status 0. */
const NO_ANSWER: HttpAnswer = { status: 0, body: undefined, text: '' };

/** HTTP with `identity`, over Node's own fetch. */
export function httpOf(identity: Identity, wire: Wire = WIRE): Http {
  return async ({ method, url, body, form, anonymous, signal }) => {
    const client = anonymous ? undefined : await identity().catch(() => undefined);
    if (!anonymous && !client) return { ...NO_ANSWER, status: 401 };
    try {
      requireGoogle(url);
      const headers = client ? await client.getRequestHeaders(url) : new Headers();
      if (body) headers.set('content-type', 'application/json');
      if (form) headers.set('content-type', 'application/x-www-form-urlencoded');
      return await within(wire.callTimeoutMs, signal, async (ends) => {
        const response = await wire.fetch(url, {
          method,
          headers,
          signal: ends,
          redirect: 'error', // a bearer token goes to the host it was meant for
          ...(body && { body: JSON.stringify(body) }),
          ...(form && { body: new URLSearchParams(form).toString() }),
        });
        // The token is kept by the client until it expires; one that Google no longer takes is given up.
        if (response.status === 401) client?.setCredentials({});
        const text = await response.text();
        return { status: response.status, body: parse(text), text };
      });
    } catch {
      return NO_ANSWER;
    }
  };
}

/** What is not JSON is nothing that we could read: a proxy's page, say. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
