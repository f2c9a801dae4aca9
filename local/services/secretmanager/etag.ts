import { ApiError } from '../../core/api-error.ts';
import type { State } from '../../state/state.ts';

/** @param requested the etag in the request; without one, the request applies to any etag */
export function checkEtag(requested: string | null | undefined, current: string): void {
  if (requested && requested !== current)
    throw new ApiError(
      'FAILED_PRECONDITION',
      `The provided etag [${requested}] does not match the current etag [${current}].`,
    );
}

/** An etag greater than `previous`, even when the local clock has not moved. */
export function nextEtag(state: State, previous = '"0"'): string {
  const microseconds = state.now().getTime() * 1000;
  return `"${Math.max(microseconds, Number.parseInt(previous.slice(1), 16) + 1).toString(16)}"`;
}
