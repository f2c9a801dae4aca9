import { authorize } from '../../authorization/authorize.ts';
import { requireService } from '../../authorization/service-usage.ts';
import type { Audited } from '../../core/audited.ts';
import { auditedResource } from '../../core/audited.ts';
import type { Call } from '../../core/call.ts';
import { projectIdOf } from '../../core/projects.ts';
import type { State } from '../../state/state.ts';

export const KINDS = ['projects', 'folders', 'organizations'] as const;
export type ContainerKind = (typeof KINDS)[number];

export const API = 'privilegedaccessmanager';

/** `projects/P/locations/global`, with the project's ID */
export function locationOf(state: State, kind: ContainerKind, { params }: Call): string {
  const { id: named = '', location = '' } = params;
  const id = kind === 'projects' ? projectIdOf(state, named) : named;
  return `${kind}/${id}/locations/${location}`;
}

export const containerOf = (name: string): string => name.split('/').slice(0, 2).join('/');

/** @throws {ApiError} 403, also if the project does not use the API */
export function authorizeOn(state: State, call: Call, permission: string, name: string): void {
  const container = containerOf(name);
  authorize(state, call.caller, `${API}.${permission}`, container);
  requireService(state, container, `${API}.googleapis.com`);
}

/** @see https://cloud.google.com/iam/docs/audit-logging/audit-logging-pam */
export const auditOf = (kind: ContainerKind, rpc: string): Audited => {
  const methodName = `google.cloud.privilegedaccessmanager.v1.PrivilegedAccessManager.${rpc}`;
  return {
    methodName,
    target(state, call) {
      const { entitlement, grant } = call.params;
      const id = entitlement ?? call.query.get('entitlementId') ?? '';
      const name = `${locationOf(state, kind, call)}/entitlements/${id}`;
      const container = containerOf(name);
      return {
        container,
        resourceName: grant === undefined ? name : `${name}/grants/${grant}`,
        resource: auditedResource(container, `${API}.googleapis.com`, methodName),
      };
    },
  };
};
