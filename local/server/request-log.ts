import type { LoggedRequest } from '../state/emulator/request-log.ts';
import type { State } from '../state/state.ts';

/** The log has the newest calls only. The counts include every call. */
const MAX_LOGGED = 100_000;

export function logRequest(state: State, request: LoggedRequest): void {
  state.requests.push(request);
  if (state.requests.length > 1.1 * MAX_LOGGED) {
    state.requests.splice(0, state.requests.length - MAX_LOGGED);
  }
  const api = request.api ?? 'unknown';
  state.requestCounts.set(api, (state.requestCounts.get(api) ?? 0) + 1);
}
