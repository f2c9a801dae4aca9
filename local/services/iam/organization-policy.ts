import { isEnforced } from '../../authorization/org-policy.ts';
import { ApiError } from '../../core/api-error.ts';
import type { State } from '../../state/state.ts';

/** @throws {ApiError} 400 as Google sends it, when a boolean constraint is enforced on the project */
export function refuseIf(
  state: State,
  projectId: string,
  constraint: string,
  message: string,
): void {
  if (!isEnforced(state, `projects/${projectId}`, constraint)) return;
  throw new ApiError('FAILED_PRECONDITION', message, [
    {
      '@type': 'type.googleapis.com/google.rpc.PreconditionFailure',
      violations: [
        {
          type: `constraints/${constraint}`,
          subject: `projects/${projectId}`,
          description: message,
        },
      ],
    },
  ]);
}
