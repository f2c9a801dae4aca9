import { IMPERSONATION_PERMISSIONS } from './role.ts';

/** A holder of one of these three permissions can become an account in one more step: by a new grant, a new key, or a workload that runs as the account. */
export const SET_POLICY = 'iam.serviceAccounts.setIamPolicy';
export const CREATE_KEY = 'iam.serviceAccountKeys.create';
export const ACT_AS = 'iam.serviceAccounts.actAs';

/** On a project, a folder or an organization: a grant there applies to everything below. */
export const SET_CONTAINER_POLICY: readonly string[] = [
  'resourcemanager.projects.setIamPolicy',
  'resourcemanager.folders.setIamPolicy',
  'resourcemanager.organizations.setIamPolicy',
];

export const READ_SECRET = 'secretmanager.versions.access';
export const SET_SECRET_POLICY = 'secretmanager.secrets.setIamPolicy';
/** A writer of `latest` decides which credential workloads use. */
export const WRITE_SECRET: readonly string[] = [
  'secretmanager.versions.add',
  'secretmanager.versions.destroy',
  'secretmanager.versions.disable',
  'secretmanager.secrets.update',
  'secretmanager.secrets.delete',
  SET_SECRET_POLICY,
];

export const UPDATE_ROLE: readonly string[] = ['iam.roles.update'];
export const ENABLE_ACCOUNT = 'iam.serviceAccounts.enable';
/** A deleted role keeps its bindings, and has its permissions again once it is restored. */
export const RESTORE_ROLE: readonly string[] = ['iam.roles.undelete'];
/** A deleted account keeps its bindings, too. */
export const RESTORE_ACCOUNT: readonly string[] = ['iam.serviceAccounts.undelete'];
/**
 * A holder can decide which tags a resource has, and conditions may depend on them. It also needs a permission on the tag value.
 *
 * @see https://cloud.google.com/iam/docs/service-accounts-tags
 */
export const BIND_TAG: readonly string[] = [
  'resourcemanager.tagValueBindings.create',
  'resourcemanager.tagValueBindings.delete',
  'resourcemanager.hierarchyNodes.createTagBinding',
  'resourcemanager.hierarchyNodes.deleteTagBinding',
  'iam.serviceAccounts.createTagBinding',
  'iam.serviceAccounts.deleteTagBinding',
];
/** A moved project or folder inherits the policies of its new parent, and leaves the deny policies of the old one. */
export const MOVE_PROJECT: readonly string[] = ['resourcemanager.projects.move'];
export const MOVE_FOLDER: readonly string[] = ['resourcemanager.folders.move'];
export const UPDATE_DENY_POLICY: readonly string[] = [
  'iam.denypolicies.update',
  'iam.denypolicies.delete',
];
/** A holder can change who may request roles from Privileged Access Manager, and who approves that. */
export const UPDATE_ENTITLEMENT: readonly string[] = [
  'privilegedaccessmanager.entitlements.create',
  'privilegedaccessmanager.entitlements.update',
  'privilegedaccessmanager.entitlements.setIamPolicy',
];
/** A holder can change which identity providers a pool trusts, and so become any identity of the pool. */
export const UPDATE_POOL: readonly string[] = [
  'iam.workloadIdentityPoolProviders.create',
  'iam.workloadIdentityPoolProviders.update',
  'iam.workloadIdentityPoolProviders.undelete',
  'iam.workloadIdentityPools.update',
  'iam.workloadIdentityPools.undelete',
];
export const UPDATE_WORKFORCE_POOL: readonly string[] = [
  'iam.workforcePoolProviders.create',
  'iam.workforcePoolProviders.update',
  'iam.workforcePoolProviders.undelete',
  'iam.workforcePools.update',
  'iam.workforcePools.undelete',
];
/** A holder can deploy new code that runs as one of our own accounts. */
export const UPDATE_SERVICE: readonly string[] = [
  'cloudfunctions.functions.update',
  'cloudfunctions.functions.setIamPolicy',
  'run.services.update',
  'run.services.setIamPolicy',
];

/** The permission that replacing an object needs besides `storage.objects.create`. */
export const REPLACE_OBJECT = 'storage.objects.delete';
export const SET_BUCKET_POLICY = 'storage.buckets.setIamPolicy';
/** A holder can replace the published chain file, or take part in that. The caller runs what the file says. */
export const WRITE_FILE: readonly string[] = [
  REPLACE_OBJECT,
  'storage.objects.create',
  'storage.objects.update',
  SET_BUCKET_POLICY,
  'storage.buckets.update',
  'storage.buckets.delete',
];

/** A holder of one of these permissions can become the account, or get a credential of it. */
export const OPEN_ACCOUNT: readonly string[] = [
  ...IMPERSONATION_PERMISSIONS,
  SET_POLICY,
  CREATE_KEY,
  ACT_AS,
  ...SET_CONTAINER_POLICY,
];

/** Without `getOpenIdToken`: Google's APIs do not accept an ID token, so it does not lead to another account. */
export const OPEN_INTERMEDIATE_ACCOUNT: readonly string[] = OPEN_ACCOUNT.filter(
  (permission) => permission !== 'iam.serviceAccounts.getOpenIdToken',
);

/** A holder of one of these permissions can read or change the secret. */
export const OPEN_SECRET: readonly string[] = [
  READ_SECRET,
  ...WRITE_SECRET,
  ...SET_CONTAINER_POLICY,
];

export const OPEN_FILE: readonly string[] = [...WRITE_FILE, ...SET_CONTAINER_POLICY];

const SETS_POLICY: ReadonlySet<string> = new Set([
  SET_POLICY,
  SET_SECRET_POLICY,
  ...SET_CONTAINER_POLICY,
]);

export const setsPolicy = (permission: string): boolean => SETS_POLICY.has(permission);

/** Does a permission have an effect in the policy of this resource? A permission on folders has none in the policy of a project. */
export function isEffectiveOn(permission: string, resource: string): boolean {
  const [, level = ''] =
    /^resourcemanager\.(projects|folders|organizations)\.(?:setIamPolicy|move)$/.exec(permission) ??
    [];
  if (!level) return true;
  const [kind = '', , below] = resource.split('/');
  const levels = ['projects', 'folders', 'organizations'];
  return below === undefined && levels.indexOf(level) <= levels.indexOf(kind);
}

/** The basic roles that may change the resources of a project. */
export const BASIC_ROLES: ReadonlySet<string> = new Set([
  'roles/owner',
  'roles/editor',
  'roles/admin',
  'roles/writer',
]);
