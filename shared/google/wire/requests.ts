/** A method of Google's that we call. */
export type Request = {
  /** As Google's documentation names it. */
  readonly id: string;
  /** The IAM resource in its path. None for a list of groups, for example. */
  readonly resource?: string;
  /** The permission that Google's documentation names for it. */
  readonly permission?: string;
};

type Row = readonly [method: string, path: string, id: string, permission?: string];

/** A secret is global or regional. */
const ofSecret = (method: string, suffix: string, id: string, permission: string): Row[] => [
  [method, `/v1/{projects/*/secrets/*}${suffix}`, `secretmanager.projects.${id}`, permission],
  [
    method,
    `/v1/{projects/*/locations/*/secrets/*}${suffix}`,
    `secretmanager.projects.${id}`,
    permission,
  ],
];

const ofAccount = (suffix: string, id: string, permission: string, method = 'POST'): Row => [
  method,
  `/v1/{projects/*/serviceAccounts/*}${suffix}`,
  id,
  permission,
];

/**
 * Every method of Google's APIs that we call, with its path. `*` is one segment, `{}` encloses the resource. docs/assumptions.md has a row for
 * each of them, and a test refuses a request that is not here.
 */
const ROWS: readonly Row[] = [
  ...ofSecret('GET', '', 'secrets.get', 'secretmanager.secrets.get'),
  ...ofSecret('PATCH', '', 'secrets.patch', 'secretmanager.secrets.update'),
  ...ofSecret('GET', ':getIamPolicy', 'secrets.getIamPolicy', 'secretmanager.secrets.getIamPolicy'),
  ...ofSecret(
    'POST',
    ':setIamPolicy',
    'secrets.setIamPolicy',
    'secretmanager.secrets.setIamPolicy',
  ),
  ...ofSecret('POST', ':addVersion', 'secrets.addVersion', 'secretmanager.versions.add'),
  ...ofSecret('GET', '/versions', 'secrets.versions.list', 'secretmanager.versions.list'),
  ...ofSecret('GET', '/versions/*', 'secrets.versions.get', 'secretmanager.versions.get'),
  ...ofSecret(
    'GET',
    '/versions/*:access',
    'secrets.versions.access',
    'secretmanager.versions.access',
  ),
  ...ofSecret(
    'POST',
    '/versions/*:destroy',
    'secrets.versions.destroy',
    'secretmanager.versions.destroy',
  ),
  ...ofSecret('POST', ':testIamPermissions', 'secrets.testIamPermissions', 'none'),
  [
    'GET',
    '/v1/{projects/*}/secrets',
    'secretmanager.projects.secrets.list',
    'secretmanager.secrets.list',
  ],
  [
    'GET',
    '/v1/{projects/*}/locations/*/secrets',
    'secretmanager.projects.secrets.list',
    'secretmanager.secrets.list',
  ],
  [
    'POST',
    '/v1/{projects/*}/secrets',
    'secretmanager.projects.secrets.create',
    'secretmanager.secrets.create',
  ],
  [
    'POST',
    '/v1/{projects/*}/locations/*/secrets',
    'secretmanager.projects.secrets.create',
    'secretmanager.secrets.create',
  ],

  ofAccount(
    ':generateAccessToken',
    'iamcredentials.projects.serviceAccounts.generateAccessToken',
    'iam.serviceAccounts.getAccessToken',
  ),
  ofAccount(
    ':generateIdToken',
    'iamcredentials.projects.serviceAccounts.generateIdToken',
    'iam.serviceAccounts.getOpenIdToken',
  ),
  ofAccount(
    ':signJwt',
    'iamcredentials.projects.serviceAccounts.signJwt',
    'iam.serviceAccounts.signJwt',
  ),
  ofAccount(
    ':signBlob',
    'iamcredentials.projects.serviceAccounts.signBlob',
    'iam.serviceAccounts.signBlob',
  ),

  ofAccount('', 'iam.projects.serviceAccounts.get', 'iam.serviceAccounts.get', 'GET'),
  ofAccount(
    ':getIamPolicy',
    'iam.projects.serviceAccounts.getIamPolicy',
    'iam.serviceAccounts.getIamPolicy',
  ),
  ofAccount(
    ':setIamPolicy',
    'iam.projects.serviceAccounts.setIamPolicy',
    'iam.serviceAccounts.setIamPolicy',
  ),
  ofAccount(':testIamPermissions', 'iam.projects.serviceAccounts.testIamPermissions', 'none'),
  ofAccount(
    '/keys',
    'iam.projects.serviceAccounts.keys.list',
    'iam.serviceAccountKeys.list',
    'GET',
  ),
  [
    'GET',
    '/v1/{projects/*}/serviceAccounts',
    'iam.projects.serviceAccounts.list',
    'iam.serviceAccounts.list',
  ],
  ['GET', '/v1/roles/*', 'iam.roles.get'],
  ['GET', '/v1/{projects/*}/roles/*', 'iam.projects.roles.get', 'iam.roles.get'],
  ['GET', '/v1/{organizations/*}/roles/*', 'iam.organizations.roles.get', 'iam.roles.get'],
  ['POST', '/v1/{projects/*}/roles', 'iam.projects.roles.create', 'iam.roles.create'],
  ['PATCH', '/v1/{projects/*}/roles/*', 'iam.projects.roles.patch', 'iam.roles.update'],
  ['GET', '/v2/policies/*/denypolicies', 'iam.policies.listPolicies', 'iam.denypolicies.list'],
  ['GET', '/v2/policies/*/denypolicies/*', 'iam.policies.get', 'iam.denypolicies.get'],

  ['GET', '/v3/{projects/*}', 'cloudresourcemanager.projects.get', 'resourcemanager.projects.get'],
  ['GET', '/v3/{folders/*}', 'cloudresourcemanager.folders.get', 'resourcemanager.folders.get'],
  ['GET', '/v3/projects', 'cloudresourcemanager.projects.list', 'resourcemanager.projects.list'],
  ['GET', '/v3/folders', 'cloudresourcemanager.folders.list', 'resourcemanager.folders.list'],
  [
    'POST',
    '/v3/{projects/*}:getIamPolicy',
    'cloudresourcemanager.projects.getIamPolicy',
    'resourcemanager.projects.getIamPolicy',
  ],
  [
    'POST',
    '/v3/{folders/*}:getIamPolicy',
    'cloudresourcemanager.folders.getIamPolicy',
    'resourcemanager.folders.getIamPolicy',
  ],
  [
    'POST',
    '/v3/{organizations/*}:getIamPolicy',
    'cloudresourcemanager.organizations.getIamPolicy',
    'resourcemanager.organizations.getIamPolicy',
  ],
  [
    'POST',
    '/v3/{projects/*}:testIamPermissions',
    'cloudresourcemanager.projects.testIamPermissions',
    'none',
  ],
  [
    'GET',
    '/v2/{projects/*}/policies/*:getEffectivePolicy',
    'orgpolicy.projects.policies.getEffectivePolicy',
    'orgpolicy.policy.get',
  ],

  // What `./hopmint doctor` reads, too.
  [
    'GET',
    '/v1/{projects/*/topics/*}:getIamPolicy',
    'pubsub.projects.topics.getIamPolicy',
    'pubsub.topics.getIamPolicy',
  ],
  [
    'GET',
    '/v1/{projects/*/subscriptions/*}:getIamPolicy',
    'pubsub.projects.subscriptions.getIamPolicy',
    'pubsub.subscriptions.getIamPolicy',
  ],
  [
    'GET',
    '/v1/{projects/*/subscriptions/*}',
    'pubsub.projects.subscriptions.get',
    'pubsub.subscriptions.get',
  ],
  [
    'GET',
    '/v1/{projects/*/locations/*/services/*}:getIamPolicy',
    'run.projects.locations.services.getIamPolicy',
    'run.services.getIamPolicy',
  ],
  [
    'GET',
    '/v1/{projects/*}/locations/*/services',
    'run.projects.locations.services.list',
    'run.services.list',
  ],
  [
    'GET',
    '/v1/{projects/*}/locations/*/jobs/*',
    'cloudscheduler.projects.locations.jobs.get',
    'cloudscheduler.jobs.get',
  ],
  [
    'GET',
    '/v1/{projects/*}/services:batchGet',
    'serviceusage.services.batchGet',
    'serviceusage.services.get',
  ],
  [
    'GET',
    '/v3/{projects/*}/timeSeries',
    'monitoring.projects.timeSeries.list',
    'monitoring.timeSeries.list',
  ],
  ['GET', '/v2/{projects/*}/sinks', 'logging.projects.sinks.list', 'logging.sinks.list'],
  ['GET', '/v2/{folders/*}/sinks', 'logging.folders.sinks.list', 'logging.sinks.list'],
  ['GET', '/v2/{organizations/*}/sinks', 'logging.organizations.sinks.list', 'logging.sinks.list'],
  ['POST', '/v2/entries:list', 'logging.entries.list', 'logging.logEntries.list'],
  [
    'GET',
    '/v3/{projects/*}/locations/*/policyBindings:searchTargetPolicyBindings',
    'iam.projects.locations.policyBindings.searchTargetPolicyBindings',
    'resourcemanager.projects.searchPolicyBindings',
  ],
  [
    'GET',
    '/v3/{folders/*}/locations/*/policyBindings:searchTargetPolicyBindings',
    'iam.folders.locations.policyBindings.searchTargetPolicyBindings',
    'resourcemanager.folders.searchPolicyBindings',
  ],
  [
    'GET',
    '/v3/{organizations/*}/locations/*/policyBindings:searchTargetPolicyBindings',
    'iam.organizations.locations.policyBindings.searchTargetPolicyBindings',
    'resourcemanager.organizations.searchPolicyBindings',
  ],
  [
    'GET',
    '/v3/{organizations/*}/locations/*/principalAccessBoundaryPolicies/*',
    'iam.organizations.locations.principalAccessBoundaryPolicies.get',
    'iam.principalaccessboundarypolicies.get',
  ],

  ...['projects', 'folders', 'organizations'].flatMap((kind): Row[] => [
    [
      'GET',
      `/v1/{${kind}/*}/locations/*/entitlements`,
      `privilegedaccessmanager.${kind}.locations.entitlements.list`,
      'privilegedaccessmanager.entitlements.list',
    ],
    [
      'GET',
      `/v1/{${kind}/*}/locations/*/entitlements/*/grants`,
      `privilegedaccessmanager.${kind}.locations.entitlements.grants.list`,
      'privilegedaccessmanager.grants.list',
    ],
  ]),
  [
    'GET',
    '/v2/{projects/*}/locations/*/functions',
    'cloudfunctions.projects.locations.functions.list',
    'cloudfunctions.functions.list',
  ],
  [
    'GET',
    '/apis/run.googleapis.com/v1/namespaces/*/jobs',
    'run.namespaces.jobs.list',
    'run.jobs.list',
  ],
  [
    'GET',
    '/compute/v1/{projects/*}/aggregated/instances',
    'compute.instances.aggregatedList',
    'compute.instances.list',
  ],
  [
    'GET',
    '/v1/{projects/*}/locations/*/clusters',
    'container.projects.locations.clusters.list',
    'container.clusters.list',
  ],

  ['GET', '/v1/groups:lookup', 'cloudidentity.groups.lookup'],
  ['GET', '/v1/groups/*/memberships', 'cloudidentity.groups.memberships.list'],

  [
    'POST',
    '/v1/{projects/*/topics/*}:publish',
    'pubsub.projects.topics.publish',
    'pubsub.topics.publish',
  ],

  ['GET', '/storage/v1/{b/*}', 'storage.buckets.get', 'storage.buckets.get'],
  ['GET', '/storage/v1/{b/*}/iam', 'storage.buckets.getIamPolicy', 'storage.buckets.getIamPolicy'],
  ['GET', '/storage/v1/{b/*}/o', 'storage.objects.list', 'storage.objects.list'],
  ['GET', '/storage/v1/{b/*}/o/*', 'storage.objects.get', 'storage.objects.get'],
  ['DELETE', '/storage/v1/{b/*}/o/*', 'storage.objects.delete', 'storage.objects.delete'],
  ['POST', '/upload/storage/v1/{b/*}/o', 'storage.objects.insert', 'storage.objects.create'],

  ['POST', '/tokeninfo', 'oauth2.tokeninfo'],
  ['GET', '/oauth2/v3/certs', 'oauth2.v3.certs'],
  ['GET', '/service_accounts/v1/metadata/jwk/*', 'oauth2.serviceAccounts.metadata'],
];

const REQUESTS = ROWS.map(([method, path, id, permission]) => ({
  method,
  id,
  permission,
  pattern: new RegExp(`^${path.replaceAll('*', '[^/:]+').replace('{', '(').replace('}', ')')}$`),
}));

/** The IDs of all methods that we call, with the permission that Google's documentation names. */
export const PERMISSION_OF_REQUEST: ReadonlyMap<string, string | undefined> = new Map(
  REQUESTS.map(({ id, permission }) => [id, permission === 'none' ? undefined : permission]),
);

/** The method that an HTTP request calls. None if we do not know it. */
export function requestOf(method: string, url: string): Request | undefined {
  const path = decodedPath(url);
  for (const request of REQUESTS) {
    const [, found] = (request.method === method && request.pattern.exec(path)) || [];
    if (request.method !== method || !request.pattern.test(path)) continue;
    const resource = found?.replace(/^b\//, 'buckets/');
    return {
      id: request.id,
      ...(resource !== undefined && { resource }),
      ...(request.permission !== undefined &&
        request.permission !== 'none' && { permission: request.permission }),
    };
  }
  return undefined;
}

/** An encoded slash stays encoded: it is part of the name of an object. */
function decodedPath(url: string): string {
  const { pathname } = new URL(url);
  return pathname
    .split('/')
    .map((part) => part.replaceAll(/%(?!2F)[0-9A-F]{2}/gi, (code) => decodeAscii(code)))
    .join('/');
}

const decodeAscii = (code: string): string => {
  const char = String.fromCharCode(Number.parseInt(code.slice(1), 16));
  return char >= ' ' && char <= '~' && char !== ':' ? char : code;
};
