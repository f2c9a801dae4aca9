import { IMPERSONATION_PERMISSIONS } from './role.ts';

/** Each lets its holder make himself an account, by one step more. */
export const SET_POLICY = 'iam.serviceAccounts.setIamPolicy';
export const CREATE_KEY = 'iam.serviceAccountKeys.create';
export const ACT_AS = 'iam.serviceAccounts.actAs';

/** Of a project, a folder, an organization: what is granted there holds for everything below. */
const SET_CONTAINER_POLICY: readonly string[] = [
  'resourcemanager.projects.setIamPolicy',
  'resourcemanager.folders.setIamPolicy',
  'resourcemanager.organizations.setIamPolicy',
];

export const READ_SECRET = 'secretmanager.versions.access';
export const SET_SECRET_POLICY = 'secretmanager.secrets.setIamPolicy';
/** Who writes `latest` decides what workloads use. */
export const WRITE_SECRET: readonly string[] = [
  'secretmanager.versions.add',
  'secretmanager.versions.destroy',
  'secretmanager.versions.disable',
  'secretmanager.secrets.update',
  'secretmanager.secrets.delete',
  SET_SECRET_POLICY,
];

export const UPDATE_ROLE: readonly string[] = ['iam.roles.update'];
export const UPDATE_DENY_POLICY: readonly string[] = [
  'iam.denypolicies.update',
  'iam.denypolicies.delete',
];
/** Whoever says whom a pool trusts can be anyone in it. */
export const UPDATE_POOL: readonly string[] = [
  'iam.workloadIdentityPoolProviders.create',
  'iam.workloadIdentityPoolProviders.update',
  'iam.workloadIdentityPools.update',
];
/** New code under an account that is ours already. */
export const UPDATE_SERVICE: readonly string[] = [
  'cloudfunctions.functions.update',
  'run.services.update',
];

/** Everything that opens an account. */
export const OPEN_ACCOUNT: readonly string[] = [
  ...IMPERSONATION_PERMISSIONS,
  SET_POLICY,
  CREATE_KEY,
  ACT_AS,
  ...SET_CONTAINER_POLICY,
];

/** An ID token of an account proves who it is to others; to Google it is nothing, so nothing further is reached by it. */
export const LEAD_ON: readonly string[] = OPEN_ACCOUNT.filter(
  (permission) => permission !== 'iam.serviceAccounts.getOpenIdToken',
);

/** Everything that opens a secret. */
export const OPEN_SECRET: readonly string[] = [
  READ_SECRET,
  ...WRITE_SECRET,
  ...SET_CONTAINER_POLICY,
];

const SETS_POLICY: ReadonlySet<string> = new Set([
  SET_POLICY,
  SET_SECRET_POLICY,
  ...SET_CONTAINER_POLICY,
]);

export const setsPolicy = (permission: string): boolean => SETS_POLICY.has(permission);

/** Does a permission mean anything in a policy of this resource? One on folders does nothing in a project's. */
export function countsOn(permission: string, resource: string): boolean {
  const [, level = ''] = /^resourcemanager\.(\w+)\.setIamPolicy$/.exec(permission) ?? [];
  if (!level) return true;
  const [kind = '', , below] = resource.split('/');
  const levels = ['projects', 'folders', 'organizations'];
  return below === undefined && levels.indexOf(level) <= levels.indexOf(kind);
}

/** The basic roles that may change what is in a project. */
export const BASIC_ROLES: ReadonlySet<string> = new Set([
  'roles/owner',
  'roles/editor',
  'roles/admin',
  'roles/writer',
]);
