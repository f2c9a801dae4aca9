import type { AuthClient } from 'google-auth-library';
import { requireGoogle } from './destination.ts';
import type { Take } from './fetch.ts';
import { withTimeout } from './timeout.ts';
import { WIRE, type Wire } from './wire.ts';

/** Base URLs of Google's APIs, without a final slash. */
export type Hosts = Readonly<
  Record<
    | 'iamcredentials'
    | 'iam'
    | 'cloudidentity'
    | 'cloudresourcemanager'
    | 'cloudfunctions'
    | 'cloudscheduler'
    | 'compute'
    | 'container'
    | 'logging'
    | 'monitoring'
    | 'orgpolicy'
    | 'privilegedaccessmanager'
    | 'run'
    | 'secretmanager'
    | 'serviceusage'
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
 * The base URLs of Google's own hosts, or of one local cloud for all APIs.
 *
 * @param pubsubEmulatorHost the value of `PUBSUB_EMULATOR_HOST`, the variable of Google's own emulator
 */
export function hostsOf(cloudUrl: string | undefined, pubsubEmulatorHost?: string): Hosts {
  const base = cloudUrl?.replace(/\/+$/, '');
  const host = (name: string) => base ?? `https://${name}.googleapis.com`;
  return {
    iamcredentials: host('iamcredentials'),
    iam: host('iam'),
    cloudidentity: host('cloudidentity'),
    cloudresourcemanager: host('cloudresourcemanager'),
    cloudfunctions: host('cloudfunctions'),
    cloudscheduler: host('cloudscheduler'),
    compute: host('compute'),
    container: host('container'),
    logging: host('logging'),
    monitoring: host('monitoring'),
    orgpolicy: host('orgpolicy'),
    privilegedaccessmanager: host('privilegedaccessmanager'),
    run: host('run'),
    secretmanager: host('secretmanager'),
    serviceusage: host('serviceusage'),
    pubsub: pubsubEmulatorHost ? `http://${pubsubEmulatorHost}` : host('pubsub'),
    storage: host('storage'),
    oauth2: host('oauth2'),
    www: host('www'),
    pubsubIsEmulator: pubsubEmulatorHost !== undefined,
  };
}

/** Status 0 means no answer: a reset, a timeout or an abort. */
export type HttpResponse = {
  readonly status: number;
  /** The parsed JSON of the body, or `undefined` if the body is not JSON. */
  readonly body: unknown;
  readonly text: string;
  /** The Date header: the time of the server, to the second. */
  readonly date?: string;
};

/**
 * Makes one HTTP call as the current identity, without retries. It never throws: a refusal or a lost connection is a response too.
 *
 * @param call.form sends `application/x-www-form-urlencoded` in place of JSON
 * @param call.content sends this text in place of JSON
 * @param call.anonymous sends no Authorization header
 * @param call.take gets the bytes of a response with status 200 as they arrive: the response then has neither text nor body
 */
export type Http = (call: {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly body?: object;
  readonly form?: Readonly<Record<string, string>>;
  readonly content?: { readonly type: string; readonly text: string };
  readonly anonymous?: boolean;
  readonly take?: Take;
  readonly signal: AbortSignal;
}) => Promise<HttpResponse>;

/** Gives the client of the current identity: the same client each time, because the client caches its token. */
export type Identity = () => Promise<AuthClient>;

/** The response of a call that had no answer, for any cause. */
const NO_ANSWER: HttpResponse = { status: 0, body: undefined, text: '' };

/** Sees the response of each call as the current identity. It must not throw. */
export type Observe = (
  call: { readonly method: string; readonly url: string; readonly body?: unknown },
  response: Pick<HttpResponse, 'status' | 'text'>,
) => void;

/** HTTP calls as `identity`. */
export function httpOf(identity: Identity, wire: Wire = WIRE, observe?: Observe): Http {
  return async ({ method, url, body, form, content, anonymous, take, signal }) => {
    const client = anonymous ? undefined : await identity().catch(() => undefined);
    if (!anonymous && !client) return { ...NO_ANSWER, status: 401 };
    try {
      requireGoogle(url);
      const headers = client ? await client.getRequestHeaders(url) : new Headers();
      if (body) headers.set('content-type', 'application/json');
      if (form) headers.set('content-type', 'application/x-www-form-urlencoded');
      if (content) headers.set('content-type', content.type);
      const timeoutMs = take ? wire.listTimeoutMs : wire.callTimeoutMs;
      return await withTimeout(timeoutMs, signal, async (ended) => {
        const init = {
          method,
          headers,
          signal: ended,
          redirect: 'error', // a bearer token goes to the host it was meant for
          ...(body && { body: JSON.stringify(body) }),
          ...(form && { body: new URLSearchParams(form).toString() }),
          ...(content && { body: content.text }),
        } as const;
        const response = await wire.fetch(url, init, take);
        // The client caches its token until it expires. Discard a token that Google refuses.
        if (response.status === 401) client?.setCredentials({});
        const text = await response.text();
        if (!anonymous)
          observe?.({ method, url, body: init.body }, { status: response.status, text });
        const date = response.headers?.get('date');
        return { status: response.status, body: parse(text), text, ...(date && { date }) };
      });
    } catch {
      return NO_ANSWER;
    }
  };
}

/** Gives `undefined` for text that is not JSON, such as the page of a proxy. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
