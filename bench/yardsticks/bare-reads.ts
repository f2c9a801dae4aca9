import { GoogleAuth } from 'google-auth-library';
import pLimit from 'p-limit';

/** A request that an audit made. */
export type BareRead = { readonly method: string; readonly url: string };

/** Sends the reads of an audit, with the same concurrency, parses the responses, and does nothing else with them. */
export function readerOf(): (reads: readonly BareRead[], atOnce: number) => Promise<void> {
  const auth = new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
  return async (reads, atOnce) => {
    const client = await auth.getClient();
    const limit = pLimit(atOnce);
    await limit.map(reads, async ({ method, url }) => {
      const response = await fetch(url, { method, headers: await client.getRequestHeaders() });
      if (!response.ok && response.status !== 404) {
        throw new Error(`${url}: ${response.status}`);
      }
      await response.json();
    });
  };
}
