import pLimit from 'p-limit';
import type { Administration } from '../../../shared/cloud/administration.ts';
import type { Obstacle } from '../../../shared/domain/apply/obstacle.ts';
import type { Plan } from '../../../shared/domain/apply/plan.ts';
import type { Step } from '../../../shared/domain/apply/step.ts';
import { projectOfResource } from '../../../shared/domain/apply/wanted.ts';

const AT_ONCE = 20;

/** The permissions that a step needs, and the resource. For a resource that does not exist yet, the resource is its project. */
function needsOf(step: Step, created: ReadonlySet<string>): [resource: string, needs: string[]] {
  const project = `projects/${projectOfResource(step.resource)}`;
  switch (step.do) {
    case 'create-role':
      return [project, ['iam.roles.create']];
    case 'add-permissions':
      return [project, ['iam.roles.get', 'iam.roles.update']];
    case 'create-secret':
      return [project, ['secretmanager.secrets.create']];
    case 'label-secret':
      return [step.resource, ['secretmanager.secrets.get', 'secretmanager.secrets.update']];
    case 'add-member': {
      const service = step.resource.includes('/secrets/')
        ? 'secretmanager.secrets'
        : 'iam.serviceAccounts';
      return [
        created.has(step.resource) ? project : step.resource,
        [`${service}.getIamPolicy`, `${service}.setIamPolicy`],
      ];
    }
  }
}

/** The predefined role for administrators that includes a permission. */
const roleFor = (permission: string): string => {
  if (permission.startsWith('iam.roles.')) return 'roles/iam.roleAdmin';
  return permission.startsWith('secretmanager.')
    ? 'roles/secretmanager.admin'
    : 'roles/iam.serviceAccountAdmin';
};

/** The permissions for a plan that the operator lacks, for each resource. Asks IAM before anything is written. */
export async function missingRights(
  { steps }: Plan,
  administration: Administration,
  signal: AbortSignal,
): Promise<Obstacle[]> {
  const created = new Set(
    steps.filter((step) => step.do === 'create-secret').map(({ resource }) => resource),
  );
  const needs = new Map<string, { permissions: Set<string>; chains: Set<string> }>();
  for (const step of steps) {
    const [resource, permissions] = needsOf(step, created);
    const known = needs.get(resource) ?? { permissions: new Set(), chains: new Set() };
    for (const permission of permissions) known.permissions.add(permission);
    for (const { chain } of step.serves) known.chains.add(chain);
    needs.set(resource, known);
  }
  const limit = pLimit(AT_ONCE);
  const obstacles = await limit.map(needs, async ([resource, { permissions, chains }]) => {
    const answer = await administration.permissionsOn(resource, [...permissions], signal);
    const common = { resource, chains: [...chains] };
    if (!answer.ok) {
      const { detail, api } = answer.error;
      const text = api ? `the API ${api.service} is not enabled` : detail;
      return {
        kind: 'unread' as const,
        ...common,
        text: `your permissions here are not known: ${text}`,
      };
    }
    const missing = [...permissions].filter((permission) => !answer.value.has(permission));
    if (missing.length === 0) return undefined;
    const roles = [...new Set(missing.map(roleFor))].join(' and ');
    const text = `you need ${missing.join(', ')} here: ask for ${roles}, or ask a member with this role to apply the plan`;
    return { kind: 'permission-missing' as const, ...common, text };
  });
  return obstacles.filter((obstacle) => obstacle !== undefined);
}
