import type { LoggedRequest } from '../state/request-log.ts';
import type { State } from '../state/state.ts';

/** How many calls are kept; the counts know of all. */
const KEPT = 100_000;

/** Notes one call, in the list and in the count of its API. */
export function logRequest(state: State, request: LoggedRequest): void {
  state.requests.push(request);
  if (state.requests.length > 1.1 * KEPT) state.requests.splice(0, state.requests.length - KEPT);
  const api = request.api ?? 'unknown';
  state.requestCounts.set(api, (state.requestCounts.get(api) ?? 0) + 1);
}
