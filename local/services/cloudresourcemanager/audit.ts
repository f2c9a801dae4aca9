import { watchPolicy } from '../../authorization/policy-delta.ts';
import { type Audited, containerLabels } from '../../core/audited.ts';
import type { Call } from '../../core/call.ts';
import type { State } from '../../state/state.ts';
import { type ContainerKind, containerName } from './containers.ts';

const containerAudit = (kind: ContainerKind, methodName: string): Audited => ({
  methodName,
  target(state, { params }) {
    const container = containerName(state, kind, params.id ?? params.project ?? '');
    return {
      container,
      resourceName: container,
      resource: { type: kind.slice(0, -1), labels: containerLabels(container) },
    };
  },
});

/** @see https://cloud.google.com/resource-manager/docs/audit-logging */
export const containerPolicyAudit = (
  kind: ContainerKind,
  version: 'v1' | 'v2' | 'v3',
): Audited => ({
  ...containerAudit(kind, version === 'v3' ? v3Name(kind) : 'SetIamPolicy'),
  watch: watchPolicy((state: State, { params }: Call) =>
    containerName(state, kind, params.id ?? ''),
  ),
});

const v3Name = (kind: ContainerKind): string =>
  `google.cloud.resourcemanager.v3.${kind[0]?.toUpperCase()}${kind.slice(1)}.SetIamPolicy`;

export const orgPolicyAudit: Audited = containerAudit('projects', 'SetOrgPolicy');
