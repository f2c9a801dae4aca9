import { ApiError, type CanonicalCode, HTTP_STATUS } from '../core/api-error.ts';
import type { Fault } from '../state/emulator/fault.ts';
import type { State } from '../state/state.ts';

/**
 * The first fault in the list that strikes this call, and one use of its `times`. A fault never strikes `/_local/`.
 *
 * @param target path and query, not decoded
 */
export function triggerFault(state: State, httpMethod: string, target: string): Fault | undefined {
  if (target.startsWith('/_local/')) return undefined;
  const fault = state.faults.find(
    ({ path, method = httpMethod, times = 1, probability = 1 }) =>
      times > 0 &&
      method === httpMethod &&
      new RegExp(path).test(target) &&
      state.random() < probability,
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

/** The error that Google sends with this HTTP status. */
export function faultError(httpStatus: number): ApiError {
  const codes = Object.keys(HTTP_STATUS) as CanonicalCode[];
  const code =
    codes.find((candidate) => HTTP_STATUS[candidate] === httpStatus) ??
    (httpStatus < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return new ApiError(code, MESSAGES[code] ?? 'A requested fault.', [], httpStatus);
}
