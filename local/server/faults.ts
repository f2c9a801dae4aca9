import { ApiError, type CanonicalCode, HTTP_STATUS } from '../core/api-error.ts';
import type { Fault } from '../state/fault.ts';
import type { State } from '../state/state.ts';

/**
 * The fault that strikes a call, and is used up by it: the first that matches, by its order in the list.
 *
 * @param target path and query as they came
 */
export function triggerFault(state: State, method: string, target: string): Fault | undefined {
  if (target.startsWith('/_local/')) return undefined;
  const fault = state.faults.find(
    ({ path, method: only = method, times = 1, probability = 1 }) =>
      times > 0 && only === method && new RegExp(path).test(target) && state.random() < probability,
  );
  if (fault?.times !== undefined) fault.times--;
  return fault;
}

const MESSAGES: Partial<Record<CanonicalCode, string>> = {
  UNAVAILABLE: 'The service is currently unavailable.',
  INTERNAL: 'Internal error encountered.',
  DEADLINE_EXCEEDED: 'Deadline expired before operation could complete.',
  RESOURCE_EXHAUSTED: 'Resource has been exhausted (e.g. check quota).',
};

/** An error with that HTTP status as Google answers it. */
export function faultError(http: number): ApiError {
  const same = (Object.keys(HTTP_STATUS) as CanonicalCode[]).find(
    (code) => HTTP_STATUS[code] === http,
  );
  const code = same ?? (http < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return new ApiError(code, MESSAGES[code] ?? 'A fault that was asked for.', [], http);
}
