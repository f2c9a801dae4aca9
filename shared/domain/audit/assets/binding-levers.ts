import { projectOf } from '../../chain/account.ts';
import { parseMembers } from '../../iam/member.ts';
import {
  BIND_TAG,
  OPEN_ACCOUNT,
  OPEN_FILE,
  OPEN_SECRET,
  RESTORE_ACCOUNT,
  RESTORE_ROLE,
  UPDATE_POOL,
  UPDATE_ROLE,
  UPDATE_WORKFORCE_POOL,
} from '../../iam/permissions.ts';
import type { Binding } from '../../iam/policy.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from './asset.ts';
import { leverOf, routesOn } from './asset-routes.ts';

/** Something outside a binding that decides what the binding gives, and the permissions to change it. */
export type Lever = Pick<Asset, 'is' | 'name' | 'resource' | 'permissions' | 'routes'>;

/** @param asset one of the assets that the binding is about */
export function leversOf(binding: Binding, asset: Asset, snapshot: Snapshot): Lever[] {
  const role = roleLever(binding, snapshot);
  // A custom role is a lever also if it opens nothing now. Then so is everything that decides who has the role.
  if (!role && !mayOpen(binding, snapshot)) return [];
  return [
    ...(role ? [role] : []),
    ...poolLevers(binding, asset, snapshot),
    ...deletedAccounts(binding),
    ...kubernetesLevers(binding),
    ...agentLevers(binding, snapshot),
    ...tagLever(binding, asset),
  ];
}

function mayOpen({ role }: Binding, snapshot: Snapshot): boolean {
  const permissions = snapshot.roles.get(role)?.permissions;
  return (
    !permissions || [...OPEN_ACCOUNT, ...OPEN_SECRET, ...OPEN_FILE].some((p) => permissions.has(p))
  );
}

/** An update can give a disabled role, or one without any effect, every permission. A deleted role must be restored first. */
function roleLever({ role }: Binding, snapshot: Snapshot): Lever | undefined {
  const [, container] =
    /^((?:projects|organizations)\/(?:[a-z0-9.-]+:)?[\w-]+)\/roles\//.exec(role) ?? [];
  if (container === undefined) return undefined;
  const state = snapshot.roles.get(role)?.state;
  const permissions =
    state === 'deleted' ? RESTORE_ROLE : state ? UPDATE_ROLE : [...UPDATE_ROLE, ...RESTORE_ROLE];
  return { is: 'role', name: role, resource: container, permissions };
}

/** A workforce pool belongs to an organization, and its name does not say which. It is taken for the one above the asset. */
function poolLevers({ members }: Binding, { above }: Asset, snapshot: Snapshot): Lever[] {
  return parseMembers(members).flatMap((member): Lever[] => {
    // Google manages the pools of clusters.
    if (member.is !== 'federated' || clusterProject(member.pool) !== undefined) return [];
    const [, number] = /^(projects\/[\w-]+)\//.exec(member.pool) ?? [];
    if (number !== undefined) {
      const resource = projectByNumber(number, snapshot);
      return [{ is: 'pool', name: member.pool, resource, permissions: UPDATE_POOL }];
    }
    const organization = above.find((name) => name.startsWith('organizations/'));
    return organization === undefined
      ? []
      : [
          {
            is: 'pool',
            name: member.pool,
            resource: organization,
            permissions: UPDATE_WORKFORCE_POOL,
          },
        ];
  });
}

/** `acme-data` for the pool `acme-data.svc.id.goog` of the clusters of a project. */
const clusterProject = (pool: string): string | undefined =>
  /(?:^|\/)([a-z][a-z0-9.:-]*)\.svc\.id\.goog$/.exec(pool)?.[1];

/** Somebody who starts pods in a cluster of the project, or gets tokens there, becomes the Kubernetes account that the binding names. */
function kubernetesLevers({ members }: Binding): Lever[] {
  const projects = parseMembers(members).flatMap((member, i) => {
    if (member.is === 'federated') return clusterProject(member.pool) ?? [];
    const [, project] =
      /^serviceAccount:([a-z][a-z0-9.:-]*)\.svc\.id\.goog\[/.exec(members[i] ?? '') ?? [];
    return project ?? [];
  });
  return [...new Set(projects)].map((project) =>
    leverOf(
      'kubernetes',
      `the Kubernetes accounts of projects/${project}`,
      `projects/${project}`,
      routesOn('kubernetes-account'),
    ),
  );
}

/** An account of Google that works for everyone who may start a build, or a deployment, in its project. */
function agentLevers({ members }: Binding, snapshot: Snapshot): Lever[] {
  return [...new Set(members)].flatMap((member): Lever[] => {
    const [, number, agent] =
      /^serviceAccount:(\d+)@(cloudbuild|cloudservices)\.gserviceaccount\.com$/.exec(member) ?? [];
    if (number === undefined) return [];
    const routes = routesOn('agent').filter((route) => route.agent === agent);
    const project = projectByNumber(`projects/${number}`, snapshot);
    return [leverOf('agent', member.replace('serviceAccount:', ''), project, routes)];
  });
}

/** A pool names its project by number. Policies are stored by project ID. */
const projectByNumber = (number: string, snapshot: Snapshot): string =>
  [...snapshot.containers.values()].find((container) => container.number === number)?.name ??
  number;

/** A restored account has its access again. */
const deletedAccounts = ({ members }: Binding): Lever[] =>
  members.flatMap((text): Lever[] => {
    const [, email = ''] = /^deleted:serviceAccount:([^?]+)\?uid=\d+$/.exec(text) ?? [];
    const project = projectOf({ email });
    if (project === undefined) return [];
    const name = text.replace('deleted:serviceAccount:', '');
    const resource = `projects/${project}`;
    return [{ is: 'deleted-account', name, resource, permissions: RESTORE_ACCOUNT }];
  });

/** These functions of a condition read tags. */
const TAG_FUNCTION = /\bresource\s*\.\s*(?:matchTag|matchTagId|hasTagKey|hasTagKeyId)\b/;

export const readsTags = ({ condition }: Binding): boolean =>
  condition !== undefined && TAG_FUNCTION.test(condition.expression);

/** A binding whose condition reads tags gives access to everyone who may bind them. */
const tagLever = (binding: Binding, { above }: Asset): Lever[] => {
  const [resource] = above;
  if (resource === undefined || !readsTags(binding)) return [];
  return [{ is: 'tags', name: `the tags of ${resource}`, resource, permissions: BIND_TAG }];
};
