import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { writePolicy } from '../../../authorization/iam-policy.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import type { Principal } from '../../../core/principal.ts';
import { newProjectNumber } from '../../../core/projects.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import type { Project } from '../../../state/container.ts';
import type { State } from '../../../state/state.ts';
import { newProjectAudit } from '../audit.ts';
import { toContainer, toProjectV1 } from '../container-resource.ts';
import { newOperationId, startOperation } from '../operation.ts';

const labels = z.record(z.string(), z.string()).exactOptional();
const BodyV1 = message({
  projectId: z.string().default(''),
  name: z.string().exactOptional(),
  parent: message({ type: z.enum(['folder', 'organization']), id: z.string() }).exactOptional(),
  labels,
});
const Body = message({
  projectId: z.string().default(''),
  displayName: z.string().exactOptional(),
  parent: z.string().exactOptional(),
  labels,
});
const TYPE = 'type.googleapis.com/google.cloudresourcemanager.v1';

/** gcloud uses it. @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/create */
export const createProjectV1: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'projects.create',
  httpMethod: 'POST',
  path: '/v1/projects',
  audit: newProjectAudit('CreateProject'),
  run(state, { body, caller }) {
    const { name: displayName, parent, ...fields } = parseMessage(BodyV1, body);
    const project = create(state, caller, {
      ...fields,
      ...(displayName !== undefined && { displayName }),
      ...(parent && { parent: `${parent.type}s/${parent.id}` }),
    });
    const name = `operations/cp.${newOperationId(state)}`;
    state.operations.set(name, {
      name,
      metadata: { '@type': `${TYPE}.ProjectCreationStatus`, gettable: true, ready: true },
      done: true,
      response: { '@type': `${TYPE}.Project`, ...toProjectV1(state, project) },
    });
    return { name };
  },
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/create */
export const createProject: ApiMethod = {
  ...createProjectV1,
  path: '/v3/projects',
  audit: newProjectAudit('google.cloud.resourcemanager.v3.Projects.CreateProject'),
  run(state, { body, caller }) {
    const project = create(state, caller, parseMessage(Body, body));
    return startOperation(state, 'CreateProject', 'Project', () => toContainer(state, project));
  },
};

type NewProject = Pick<Project, 'projectId' | 'displayName' | 'labels' | 'parent'>;

/** The caller owns the new project. Without an organization, no permission is needed. */
function create(state: State, caller: Principal | undefined, fields: NewProject): Project {
  const { projectId, parent } = fields;
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(projectId)) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      'field [project_id] has issue [project_id contains invalid characters]',
    );
  }
  if (parent !== undefined) authorize(state, caller, 'resourcemanager.projects.create', parent);
  if (state.projects.has(projectId)) {
    throw new ApiError('ALREADY_EXISTS', 'Requested entity already exists');
  }
  const project: Project = {
    ...fields,
    name: `projects/${projectId}`,
    projectNumber: newProjectNumber(state),
    createTime: state.now().toISOString(),
  };
  state.projects.set(projectId, project);
  if (caller) {
    const owner = { role: 'roles/owner', members: [caller.member] };
    writePolicy(state, project.name, { version: 1, bindings: [owner] });
  }
  return project;
}
