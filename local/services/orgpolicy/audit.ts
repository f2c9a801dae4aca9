import { type Audited, auditedResource } from '../../core/audited.ts';
import { type ContainerKind, containerName } from '../cloudresourcemanager/containers.ts';

/** @see https://cloud.google.com/resource-manager/docs/organization-policy/audit-logging */
export function policyAudit(kind: ContainerKind, rpc: string): Audited {
  const methodName = `google.cloud.orgpolicy.v2.OrgPolicy.${rpc}`;
  return {
    methodName,
    target(state, { params }) {
      const container = containerName(state, kind, params.id ?? '');
      return {
        container,
        resourceName: `${container}/policies/${params.constraint ?? ''}`,
        resource: auditedResource(container, 'orgpolicy.googleapis.com', methodName),
      };
    },
  };
}
