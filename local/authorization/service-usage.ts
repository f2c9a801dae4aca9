import { ApiError } from '../core/api-error.ts';
import type { State } from '../state/state.ts';

/**
 * @param container as in `projects/P`. Folders and organizations use every API
 * @throws {ApiError} 403 if the project does not use the API
 * @see https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto `SERVICE_DISABLED`
 */
export function requireService(state: State, container: string, service: string): void {
  const project = state.projects.get(container.replace('projects/', ''));
  if (!project?.services || project.services.includes(service)) return;
  const { projectNumber: number } = project;
  const url = `https://console.developers.google.com/apis/api/${service}/overview?project=${number}`;
  throw new ApiError(
    'PERMISSION_DENIED',
    `${service} has not been used in project ${number} before or it is disabled. Enable it by visiting ${url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
    [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'SERVICE_DISABLED',
        domain: 'googleapis.com',
        metadata: { service, consumer: `projects/${number}`, activationUrl: url },
      },
    ],
  );
}
