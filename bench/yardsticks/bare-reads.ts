import { GoogleAuth } from 'google-auth-library';
import pLimit from 'p-limit';

/** What is read, as an audit was seen to read it. */
export type BareRead = { readonly method: string; readonly url: string };

/** The reads of an audit and nothing else: each is sent, answered and parsed, so many at once. Nothing is made of the answers. */
export function readerOf(): (reads: readonly BareRead[], atOnce: number) => Promise<void> {
  const auth = new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
  return async (reads, atOnce) => {
    const client = await auth.getClient();
    const limit = pLimit(atOnce);
    await limit.map(reads, async ({ method, url }) => {
      const answer = await fetch(url, { method, headers: await client.getRequestHeaders() });
      if (!answer.ok && answer.status !== 404) throw new Error(`${url}: ${answer.status}`);
      await answer.json();
    });
  };
}
