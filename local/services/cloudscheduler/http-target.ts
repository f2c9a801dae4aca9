import { findAccount } from '../../core/accounts.ts';
import { idTokenFor } from '../../identity/id-token.ts';
import type { HttpTarget } from '../../state/job.ts';
import type { State } from '../../state/state.ts';

/** The numbers of the canonical codes. */
const OK = 0;
const UNKNOWN = 2;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const INTERNAL = 13;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;
const CODES: Readonly<Record<number, number>> = {
  401: UNAUTHENTICATED,
  403: PERMISSION_DENIED,
  404: NOT_FOUND,
  500: INTERNAL,
  503: UNAVAILABLE,
};

/** The local cloud sends its tokens to this machine only. */
const isLoopback = (uri: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(URL.parse(uri)?.hostname ?? '');

/** One request of a job, with an ID token if the target has one. @returns the number of a canonical code, 0 for success */
export async function sendRequest(state: State, target: HttpTarget): Promise<number> {
  const { uri, httpMethod, headers = {}, body, oidcToken } = target;
  if (!isLoopback(uri)) return UNAVAILABLE;
  const account = oidcToken && findAccount(state, oidcToken.serviceAccountEmail);
  if (oidcToken && !account) return UNAUTHENTICATED;
  const token =
    account &&
    (await idTokenFor(state, account, {
      audience: oidcToken?.audience ?? uri,
      includeEmail: true,
      clock: 'machine',
    }));
  try {
    const response = await fetch(uri, {
      method: httpMethod,
      headers: {
        'user-agent': 'Google-Cloud-Scheduler',
        ...headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: Buffer.from(body, 'base64') }),
      redirect: 'error',
    });
    await response.arrayBuffer();
    return response.ok ? OK : (CODES[response.status] ?? UNKNOWN);
  } catch {
    return UNAVAILABLE;
  }
}
