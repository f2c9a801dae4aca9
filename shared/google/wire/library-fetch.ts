import { isGoogleOrLocal } from '../../domain/basics/destination.ts';
import { requireGoogle } from './destination.ts';
import { nodeFetch } from './fetch.ts';
import { type OnRefused, reportRefusal } from './refusals.ts';

/**
 * The `fetch` of Google's libraries. A request with a body or an Authorization header goes to Google or to the local cloud only.
 *
 * A request without both may go to any host, such as the metadata servers of Google and AWS. They answer with a credential, and get none of
 * ours.
 *
 * @param source the address of the `credential_source` of a workload identity federation. It gets the headers that its file names. In a
 * GitHub workflow, for example, they authorize the job to GitHub
 * @param onRefused gets the requests that Google refuses
 */
export const fetchForLibrary =
  (source: () => string | undefined = () => undefined, onRefused?: OnRefused): typeof fetch =>
  async (url, init = {}) => {
    const request = url instanceof Request ? url : undefined;
    const address = request?.url ?? String(url);
    const given = init.headers ?? request?.headers;
    const headers = given instanceof Headers ? given : new Headers(given);
    const hasBody = (init.body ?? request?.body ?? null) !== null;
    const isSource = () => !hasBody && URL.parse(address)?.href === URL.parse(source() ?? '')?.href;
    if (hasBody || (headers.has('authorization') && !isSource())) requireGoogle(address);
    const response = await nodeFetch(url, init);
    if (onRefused && isGoogleOrLocal(new URL(address))) {
      const text =
        response.status === 401 || response.status === 403 ? await response.clone().text() : '';
      const method = init.method ?? request?.method ?? 'GET';
      reportRefusal(
        onRefused,
        { method, url: address, body: init.body },
        { status: response.status, text },
      );
    }
    return response;
  };
