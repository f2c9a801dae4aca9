import { commandLine } from '../basics/text/shell-line.ts';

/** The narrowest of Google's predefined roles that has a permission, for the permissions that our requests need. */
const ROLE_OF: Readonly<Record<string, string>> = {
  'secretmanager.secrets.get': 'roles/secretmanager.viewer',
  'secretmanager.secrets.list': 'roles/secretmanager.viewer',
  'secretmanager.secrets.getIamPolicy': 'roles/secretmanager.viewer',
  'secretmanager.versions.get': 'roles/secretmanager.viewer',
  'secretmanager.versions.list': 'roles/secretmanager.viewer',
  'secretmanager.versions.access': 'roles/secretmanager.secretAccessor',
  'secretmanager.versions.add': 'roles/secretmanager.secretVersionAdder',
  'secretmanager.versions.destroy': 'roles/secretmanager.secretVersionManager',
  'secretmanager.secrets.create': 'roles/secretmanager.admin',
  'secretmanager.secrets.update': 'roles/secretmanager.admin',
  'secretmanager.secrets.setIamPolicy': 'roles/secretmanager.admin',
  'iam.serviceAccounts.getAccessToken': 'roles/iam.serviceAccountTokenCreator',
  'iam.serviceAccounts.getOpenIdToken': 'roles/iam.serviceAccountTokenCreator',
  'iam.serviceAccounts.signJwt': 'roles/iam.serviceAccountTokenCreator',
  'iam.serviceAccounts.signBlob': 'roles/iam.serviceAccountTokenCreator',
  'iam.serviceAccounts.implicitDelegation': 'roles/iam.serviceAccountTokenCreator',
  'iam.serviceAccounts.get': 'roles/iam.serviceAccountViewer',
  'iam.serviceAccounts.list': 'roles/iam.serviceAccountViewer',
  'iam.serviceAccounts.getIamPolicy': 'roles/iam.serviceAccountViewer',
  'iam.serviceAccountKeys.list': 'roles/iam.serviceAccountViewer',
  'iam.serviceAccounts.setIamPolicy': 'roles/iam.serviceAccountAdmin',
  'iam.roles.get': 'roles/iam.roleViewer',
  'iam.roles.create': 'roles/iam.roleAdmin',
  'iam.roles.update': 'roles/iam.roleAdmin',
  'iam.denypolicies.get': 'roles/iam.denyReviewer',
  'iam.denypolicies.list': 'roles/iam.denyReviewer',
  'resourcemanager.projects.get': 'roles/browser',
  'resourcemanager.projects.list': 'roles/browser',
  'resourcemanager.projects.getIamPolicy': 'roles/browser',
  'resourcemanager.folders.get': 'roles/browser',
  'resourcemanager.folders.list': 'roles/browser',
  'resourcemanager.folders.getIamPolicy': 'roles/iam.securityReviewer',
  'resourcemanager.organizations.getIamPolicy': 'roles/iam.securityReviewer',
  'orgpolicy.policy.get': 'roles/orgpolicy.policyViewer',
  'privilegedaccessmanager.entitlements.list': 'roles/privilegedaccessmanager.viewer',
  'privilegedaccessmanager.grants.list': 'roles/privilegedaccessmanager.viewer',
  'cloudfunctions.functions.list': 'roles/cloudfunctions.viewer',
  'run.services.list': 'roles/run.viewer',
  'run.jobs.list': 'roles/run.viewer',
  'compute.instances.list': 'roles/compute.viewer',
  'container.clusters.list': 'roles/container.clusterViewer',
  'pubsub.topics.publish': 'roles/pubsub.publisher',
  'storage.buckets.get': 'roles/storage.bucketViewer',
  'storage.buckets.getIamPolicy': 'roles/iam.securityReviewer',
  'storage.objects.get': 'roles/storage.objectViewer',
  'storage.objects.list': 'roles/storage.objectViewer',
  'storage.objects.create': 'roles/storage.objectUser',
  'storage.objects.delete': 'roles/storage.objectUser',
};

/** The permissions for which `grantRight` knows a role. */
export const GRANTABLE: Readonly<Record<string, string>> = ROLE_OF;

/** Roles that Google accepts on a project and above only. */
const ON_PROJECT =
  /^roles\/(browser|iam\.roleViewer|iam\.roleAdmin|iam\.securityReviewer|orgpolicy|privilegedaccessmanager)/;

/**
 * The command with which an administrator grants a missing permission. None if no predefined role has it, or the resource is unknown.
 *
 * @param member who gets the role, such as `user:ada@acme.com`
 */
export function grantRight(
  permission: string,
  resource: string,
  member: string,
): string | undefined {
  const role = ROLE_OF[permission];
  const target = role === undefined ? undefined : targetOf(resource, role);
  if (role === undefined || !target) return undefined;
  const [command, args, flags] = target;
  return commandLine(`gcloud ${command} add-iam-policy-binding`, [
    ...args,
    `--member=${member}`,
    `--role=${role}`,
    ...flags,
  ]);
}

type Target = readonly [command: string, args: readonly string[], flags: readonly string[]];

/** The gcloud command group for a resource. gcloud asks about a condition if the policy has one, unless a flag says that there is none. */
function targetOf(resource: string, role: string): Target | undefined {
  const [kind = '', id = '', ...rest] = resource.split('/');
  const none = ['--condition=None'];
  if (kind === 'buckets')
    return role === 'roles/iam.securityReviewer'
      ? undefined
      : ['storage buckets', [`gs://${id}`], []];
  if (kind === 'folders') return ['resource-manager folders', [id], none];
  if (kind === 'organizations') return ['organizations', [id], none];
  if (kind !== 'projects') return undefined;
  const onProject: Target | undefined = id === '-' ? undefined : ['projects', [id], none];
  const collection = rest.at(-2);
  const name = rest.at(-1) ?? '';
  if (rest.length === 0 || ON_PROJECT.test(role)) return onProject;
  const project = id === '-' ? [] : [`--project=${id}`];
  switch (collection) {
    case 'secrets': {
      const location = rest[0] === 'locations' ? [`--location=${rest[1]}`] : [];
      return ['secrets', [name], [...location, ...none, ...project]];
    }
    case 'serviceAccounts':
      return ['iam service-accounts', [name], [...none, ...project]];
    case 'topics':
      return ['pubsub topics', [name], project];
    default:
      return onProject;
  }
}
