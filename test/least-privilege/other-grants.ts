import roles from '../../deploy/roles.json' with { type: 'json' };

/** A grant of a deployment to an account that is not a function's. */
export type OtherGrant = {
  readonly member: RegExp;
  /** A role of Google's, or a custom role of `deploy/roles.json`. */
  readonly role: string;
  readonly resource: RegExp;
  /** The permissions that the member uses. The value says why no test in this folder can show that it needs the permission. */
  readonly permissions: Readonly<Record<string, string>>;
  /** Why the role is Google's although it contains further permissions. */
  readonly whyNotCustom?: string;
};

const noCloudRun = 'the local cloud pushes to functions, and has no Cloud Run to ask';
const BY_PUBLISHERS =
  'no function uses it; test/cli/publish/publish-rights.test.ts shows that publishers need it';
const noBuild = 'the local cloud builds nothing';

const SERVICE = /^projects\/[^/]+\/locations\/[^/]+\/services\/hopmint-(fanout|mint|audit)$/;

/** The grants of a deployment that a run of the functions does not use. */
export const OTHER_GRANTS: readonly OtherGrant[] = [
  {
    member: /^(user|group|serviceAccount|principal|principalSet):/,
    role: 'hopmintPublisher',
    resource: /^buckets\/.*-hopmint-chains$/,
    permissions: {
      'storage.objects.create': BY_PUBLISHERS,
      'storage.objects.delete': BY_PUBLISHERS,
      'storage.objects.get': BY_PUBLISHERS,
      'storage.objects.list': BY_PUBLISHERS,
    },
  },
  {
    member: /^serviceAccount:hopmint-trigger@/,
    role: 'roles/run.servicesInvoker',
    resource: SERVICE,
    permissions: { 'run.routes.invoke': noCloudRun },
  },
  {
    member: /^serviceAccount:service-\d+@gcp-sa-monitoring-notification\.iam\./,
    role: 'roles/run.servicesInvoker',
    resource: /\/services\/hopmint-audit$/,
    permissions: { 'run.routes.invoke': 'the local cloud has no uptime checks' },
  },
  {
    member: /^serviceAccount:service-\d+@gcp-sa-iap\.iam\./,
    role: 'roles/run.servicesInvoker',
    resource: /\/services\/hopmint-audit$/,
    permissions: { 'run.routes.invoke': 'the local cloud has no Identity-Aware Proxy' },
  },
  {
    member: /^(user|group|domain|serviceAccount):/,
    role: 'roles/iap.httpsResourceAccessor',
    resource: /^projects\/[^/]+\/iap_web\/compute\/services\/hopmint-audit$/,
    permissions: {
      'iap.webServiceVersions.accessViaIAP': 'the local cloud has no Identity-Aware Proxy',
    },
  },
  {
    member: /^serviceAccount:service-(org-)?\d+@gcp-sa-logging\.iam\./,
    role: 'roles/pubsub.publisher',
    resource: /\/topics\/hopmint-changed$/,
    permissions: { 'pubsub.topics.publish': 'test/local/services/logging/sinks.test.ts tests it' },
  },
  {
    member: /^serviceAccount:hopmint-deploy@/,
    role: 'hopmintDeployer',
    resource: SERVICE,
    permissions: { 'run.services.get': noCloudRun, 'run.services.update': noCloudRun },
  },
  {
    member: /^serviceAccount:hopmint-deploy@/,
    role: 'hopmintOperations',
    resource: /^projects\/[^/]+$/,
    permissions: {
      'run.operations.get': 'test/real/deployment/builds.real.ts shows that gcloud waits for it',
    },
  },
  {
    member: /^serviceAccount:service-\d+@gcp-sa-pubsub\.iam\./,
    role: 'roles/iam.serviceAccountOpenIdTokenCreator',
    resource: /\/serviceAccounts\/hopmint-trigger@/,
    permissions: {
      'iam.serviceAccounts.getOpenIdToken':
        'the local cloud pushes with a token that it makes itself',
    },
  },
  {
    member: /^serviceAccount:hopmint-deploy@/,
    role: 'roles/iam.serviceAccountUser',
    resource: /\/serviceAccounts\/(hopmint-(fanout|audit|minter)|minter)@/,
    permissions: { 'iam.serviceAccounts.actAs': noCloudRun },
    whyNotCustom: 'Cloud Run’s pages name this role; it also allows reading that one account',
  },
  {
    member: /^serviceAccount:hopmint-deploy@/,
    role: 'roles/artifactregistry.reader',
    resource: /\/repositories\//,
    permissions: { 'artifactregistry.repositories.downloadArtifacts': noCloudRun },
    whyNotCustom: 'Cloud Run’s pages name this role; it also allows listing that one repository',
  },
  {
    member: /^serviceAccount:hopmint-build@/,
    role: 'roles/artifactregistry.writer',
    resource: /\/repositories\//,
    permissions: { 'artifactregistry.repositories.uploadArtifacts': noBuild },
    whyNotCustom: 'Google’s pages name this role for a push, which also reads that one repository',
  },
  ...['check', 'build'].map(
    (name): OtherGrant => ({
      member: new RegExp(`^serviceAccount:hopmint-${name}@`),
      role: 'roles/storage.objectViewer',
      resource: /^buckets\/.*-source$/,
      permissions: { 'storage.objects.get': noBuild },
      whyNotCustom:
        'it also allows listing the bucket, which contains only the source of the build',
    }),
  ),
  ...['check', 'build', 'deploy'].map(
    (name): OtherGrant => ({
      member: new RegExp(`^serviceAccount:hopmint-${name}@`),
      role: 'roles/logging.logWriter',
      resource: /^projects\/[^/]+$/,
      permissions: { 'logging.logEntries.create': noBuild },
      whyNotCustom: 'Cloud Build’s pages name this role; it also allows routing log entries',
    }),
  ),
];

/** The permissions of a role that its members use, as `OTHER_GRANTS` lists them. */
export const otherPermissionsOf = (role: string): string[] =>
  OTHER_GRANTS.filter((grant) => grant.role === role).flatMap(({ permissions }) =>
    Object.keys(permissions),
  );

export const CUSTOM_ROLES = Object.keys(roles) as (keyof typeof roles)[];
