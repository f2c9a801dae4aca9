import { requireGoogle } from './destination.ts';
import { nodeFetch } from './fetch.ts';

/**
 * The `fetch` of Google's libraries. A request with a body or an Authorization header goes to Google or to the local cloud only.
 *
 * A request without both may go to any host, such as the metadata servers of Google and AWS. They answer with a credential, and get none of
 * ours.
 *
 * @param source the address of the `credential_source` of a workload identity federation. It gets the headers that its file names. In a
 * GitHub workflow, for example, they authorize the job to GitHub
 */
export const fetchForLibrary =
  (source: () => string | undefined = () => undefined): typeof fetch =>
  async (url, init = {}) => {
    const request = url instanceof Request ? url : undefined;
    const address = request?.url ?? String(url);
    const given = init.headers ?? request?.headers;
    const headers = given instanceof Headers ? given : new Headers(given);
    const hasBody = (init.body ?? request?.body ?? null) !== null;
    const isSource = () => !hasBody && URL.parse(address)?.href === URL.parse(source() ?? '')?.href;
    if (hasBody || (headers.has('authorization') && !isSource())) requireGoogle(address);
    return nodeFetch(url, init);
  };
