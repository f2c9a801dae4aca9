import { ancestryOf } from '../../authorization/ancestry.ts';
import { watchPolicy } from '../../authorization/policy-delta.ts';
import { type Audited, auditedResource, bodyText, containerLabels } from '../../core/audited.ts';
import type { Call } from '../../core/call.ts';
import type { State } from '../../state/state.ts';
import { type ContainerKind, containerName } from './containers.ts';
import { resourceNamed } from './tags/tag-resource.ts';

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
  `google.cloud.resourcemanager.v3.${serviceOf(kind)}.SetIamPolicy`;

const serviceOf = (kind: ContainerKind): string => `${kind[0]?.toUpperCase()}${kind.slice(1)}`;

/** @see https://cloud.google.com/resource-manager/docs/audit-logging */
export const moveAudit: Audited = containerAudit(
  'projects',
  'google.cloud.resourcemanager.v3.Projects.MoveProject',
);

/** @param rpc as in `DeleteProject` */
export const lifecycleAudit = (
  kind: ContainerKind,
  rpc: string,
  version: 'v1' | 'v3' = 'v3',
): Audited =>
  containerAudit(
    kind,
    version === 'v1' ? rpc : `google.cloud.resourcemanager.v3.${serviceOf(kind)}.${rpc}`,
  );

/** The log of the new project gets the entry. */
export const newProjectAudit = (methodName: string): Audited => ({
  methodName,
  target(state, call) {
    const id = bodyText(call, 'projectId');
    if (!state.projects.has(id)) return undefined;
    const container = `projects/${id}`;
    const resource = { type: 'project', labels: containerLabels(container) };
    return { container, resourceName: container, resource };
  },
});

/** The log of the parent gets the entry. */
export const newFolderAudit: Audited = {
  methodName: 'google.cloud.resourcemanager.v3.Folders.CreateFolder',
  target(_, call) {
    const container = bodyText(call, 'parent');
    const labels = containerLabels(container);
    return { container, resourceName: container, resource: { type: 'folder', labels } };
  },
};

export const updateProjectAudit: Audited = containerAudit('projects', 'UpdateProject');

/**
 * The log of the container gets the entry: of the tag, or of the resource that the tag is bound to.
 *
 * @param rpc as in `TagBindings.CreateTagBinding`
 * @see https://cloud.google.com/resource-manager/docs/audit-logging
 */
export function tagAudit(rpc: string): Audited {
  const methodName = `google.cloud.resourcemanager.v3.${rpc}`;
  return {
    methodName,
    target(state, call) {
      const tag = /\bTagKey/.test(rpc) ? 'tagKeys' : 'tagValues';
      const parent =
        call.params.resource ??
        (call.params.id ? `${tag}/${call.params.id}` : bodyText(call, 'parent'));
      const container = containerOf(state, parent);
      if (container === undefined) return undefined;
      const resource = auditedResource(
        container,
        'cloudresourcemanager.googleapis.com',
        methodName,
      );
      return { container, resourceName: parent, resource };
    },
  };
}

/** @param name the full name of a resource, or a tag key, or a container */
function containerOf(state: State, name: string): string | undefined {
  try {
    const resource = /^(\/\/|%2F)/.test(name) ? resourceNamed(state, name) : name;
    return ancestryOf(state, resource).find((one) =>
      /^(projects|folders|organizations)\/[^/]+$/.test(one),
    );
  } catch {
    return undefined; // the resource does not exist
  }
}

export const orgPolicyAudit: Audited = containerAudit('projects', 'SetOrgPolicy');
