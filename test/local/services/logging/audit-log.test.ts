import type { LogEntry } from '../../../../local/state/log-entry.ts';
import {
  type ChainCloud,
  chainWorld,
  creatorPolicy,
  minter,
  NOW,
  OPS,
  openChainCloud,
  relay,
  target,
  vault,
} from '../../chain-cloud.ts';

const OWNER = 'user:owner@acme.com';
const SECRETS = '/v1/projects/acme-ops/secrets';
const ACCOUNTS = '/v1/projects/acme-ops/serviceAccounts';
const DENY = `/v2/policies/${encodeURIComponent('cloudresourcemanager.googleapis.com/projects/acme-ops')}/denypolicies`;
const relayId = '100000000000000000002';

let cloud: ChainCloud;
const owner = (method: string, path: string, body?: unknown) =>
  cloud.call(OWNER, method, path, body);
beforeEach(async () => {
  cloud = await openChainCloud({
    ...chainWorld(),
    roles: [{ name: 'projects/acme-ops/roles/hopOnly', includedPermissions: ['a.b.c'] }],
    secrets: [{ name: 'projects/acme-ops/secrets/billing' }],
    topics: ['projects/acme-ops/topics/hopmint-tick'],
    buckets: [{ name: 'acme-chains', project: 'acme-ops' }],
    denyPolicies: [{ attachedTo: 'projects/acme-ops', name: 'no-relay' }],
  });
  const policy = cloud.state.policies.get('projects/acme-ops');
  cloud.state.policies.set('projects/acme-ops', {
    ...policy,
    bindings: [
      ...(policy?.bindings ?? []),
      { role: 'roles/iam.denyAdmin', members: [OWNER] },
      { role: 'roles/storage.admin', members: [OWNER] },
    ],
  });
});
afterEach(() => cloud.close());

const entries = async (): Promise<LogEntry[]> =>
  (await cloud.call(undefined, 'GET', '/_local/log')).body.entries as LogEntry[];
const lastEntry = async () => {
  const entry = (await entries()).at(-1);
  if (!entry) throw new Error('the log is empty');
  return entry;
};

const audited = (method: string) => ({
  type: 'audited_resource',
  labels: {
    project_id: 'acme-ops',
    service: method.startsWith('google.iam')
      ? 'iam.googleapis.com'
      : 'secretmanager.googleapis.com',
    method,
  },
});
const secretManager = (rpc: string) => `google.cloud.secretmanager.v1.SecretManagerService.${rpc}`;
const accountResource = (email: string, uniqueId: string) => ({
  type: 'service_account',
  labels: { project_id: 'acme-ops', email_id: email, unique_id: uniqueId },
});
const project = { type: 'project', labels: { project_id: 'acme-ops' } };

describe('GET /_local/log', () => {
  it.each<{ write: string; call: [string, string, unknown?]; is: object }>([
    {
      write: 'addVersion',
      call: ['POST', `${SECRETS}/billing:addVersion`, { payload: { data: 'cw==' } }],
      is: {
        method: secretManager('AddSecretVersion'),
        name: 'projects/acme-ops/secrets/billing',
        resource: audited(secretManager('AddSecretVersion')),
      },
    },
    {
      write: 'the creation of a secret',
      call: ['POST', `${SECRETS}?secretId=other`, { replication: { automatic: {} } }],
      is: {
        method: secretManager('CreateSecret'),
        name: 'projects/acme-ops/secrets/other',
        resource: audited(secretManager('CreateSecret')),
      },
    },
    {
      write: 'a write that names the project by its number',
      call: ['DELETE', '/v1/projects/700000000001/secrets/billing'],
      is: {
        method: secretManager('DeleteSecret'),
        name: 'projects/700000000001/secrets/billing',
        resource: audited(secretManager('DeleteSecret')),
      },
    },
    {
      write: 'a disabled account',
      call: ['POST', `${ACCOUNTS}/${relay}:disable`],
      is: {
        method: 'google.iam.admin.v1.DisableServiceAccount',
        name: `projects/-/serviceAccounts/${relayId}`,
        resource: accountResource(relay, relayId),
      },
    },
    {
      write: 'a deleted account',
      call: ['DELETE', `${ACCOUNTS}/${relay}`],
      is: {
        method: 'google.iam.admin.v1.DeleteServiceAccount',
        name: `projects/-/serviceAccounts/${relayId}`,
        resource: accountResource(relay, relayId),
      },
    },
    {
      write: 'a created account',
      call: ['POST', ACCOUNTS, { accountId: 'batch-two' }],
      is: {
        method: 'google.iam.admin.v1.CreateServiceAccount',
        name: 'projects/acme-ops',
        resource: accountResource(`batch-two@${OPS}`, expect.stringMatching(/^\d{21}$/) as string),
      },
    },
    {
      write: 'a created role',
      call: ['POST', '/v1/projects/acme-ops/roles', { roleId: 'custom' }],
      is: {
        method: 'google.iam.admin.v1.CreateRole',
        name: 'projects/acme-ops/roles/custom',
        resource: {
          type: 'iam_role',
          labels: { project_id: 'acme-ops', role_name: 'projects/acme-ops/roles/custom' },
        },
      },
    },
    {
      write: 'a deleted deny policy',
      call: ['DELETE', `${DENY}/no-relay`],
      is: {
        method: 'google.iam.v2.Policies.DeletePolicy',
        name: 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2Facme-ops/denypolicies/no-relay',
        resource: audited('google.iam.v2.Policies.DeletePolicy'),
      },
    },
    {
      write: 'the policy of a project, with v1',
      call: ['POST', '/v1/projects/acme-ops:setIamPolicy', { policy: { bindings: [] } }],
      is: { method: 'SetIamPolicy', name: 'projects/acme-ops', resource: project },
    },
    {
      write: 'the policy of a project, with v3 and the number',
      call: ['POST', '/v3/projects/700000000001:setIamPolicy', { policy: { bindings: [] } }],
      is: {
        method: 'google.cloud.resourcemanager.v3.Projects.SetIamPolicy',
        name: 'projects/acme-ops',
        resource: project,
      },
    },
    {
      write: 'a created topic',
      call: ['PUT', '/v1/projects/acme-ops/topics/other', {}],
      is: {
        method: 'google.pubsub.v1.Publisher.CreateTopic',
        name: 'projects/acme-ops/topics/other',
        resource: {
          type: 'pubsub_topic',
          labels: { project_id: 'acme-ops', topic_id: 'projects/acme-ops/topics/other' },
        },
      },
    },
    {
      write: 'the policy of a bucket',
      call: ['PUT', '/storage/v1/b/acme-chains/iam', { bindings: [] }],
      is: {
        method: 'storage.setIamPermissions',
        name: 'projects/_/buckets/acme-chains',
        resource: {
          type: 'gcs_bucket',
          labels: { project_id: 'acme-ops', bucket_name: 'acme-chains', location: 'us' },
        },
      },
    },
  ])('has $write as Google writes it', async ({ call, is }) => {
    expect(await owner(...call)).toMatchObject({ status: 200 });
    const { logName, severity, timestamp, resource, protoPayload } = await lastEntry();
    expect({ logName, severity, timestamp }).toEqual({
      logName: 'projects/acme-ops/logs/cloudaudit.googleapis.com%2Factivity',
      severity: 'NOTICE',
      timestamp: NOW.toISOString(),
    });
    const { methodName: method, resourceName: name, status } = protoPayload;
    expect({ method, name, resource }).toEqual(is);
    expect(status).toEqual({});
  });

  it('says who called, and which permission granted it', async () => {
    await owner('POST', `${ACCOUNTS}/${relay}:disable`);
    const { authenticationInfo, authorizationInfo } = (await lastEntry()).protoPayload;
    expect(authenticationInfo).toEqual({
      principalEmail: 'owner@acme.com',
      principalSubject: OWNER,
    });
    expect(authorizationInfo).toEqual([
      {
        resource: `projects/-/serviceAccounts/${relayId}`,
        permission: 'iam.serviceAccounts.disable',
        granted: true,
        resourceAttributes: {},
        permissionType: 'ADMIN_WRITE',
      },
    ]);
  });

  it('has a refused call, with its code and without `granted`', async () => {
    await cloud.call('user:eve@acme.com', 'DELETE', `${SECRETS}/billing`);
    const { severity, protoPayload } = await lastEntry();
    expect(severity).toBe('ERROR');
    expect(protoPayload).toMatchObject({
      methodName: secretManager('DeleteSecret'),
      authenticationInfo: { principalEmail: 'eve@acme.com' },
      status: { code: 7, details: [{ reason: 'IAM_PERMISSION_DENIED' }] },
    });
    expect(protoPayload.authorizationInfo).toEqual([
      expect.not.objectContaining({ granted: expect.anything() }),
    ]);
  });

  it.each<{ refusal: string; code: number; call: [string, string, unknown?] }>([
    { refusal: 'an unknown secret', code: 5, call: ['DELETE', `${SECRETS}/none`] },
    {
      refusal: 'a secret that exists',
      code: 6,
      call: ['POST', `${SECRETS}?secretId=billing`, { replication: { automatic: {} } }],
    },
    {
      refusal: 'a stale etag',
      code: 10,
      call: [
        'POST',
        `${SECRETS}/billing:setIamPolicy`,
        { policy: { bindings: [], etag: 'BwAAAAAAAAA=' } },
      ],
    },
    {
      refusal: 'a bucket that exists',
      code: 6,
      call: ['POST', '/storage/v1/b?project=acme-ops', { name: 'acme-chains' }],
    },
    {
      refusal: 'a bad ID',
      code: 3,
      call: ['POST', '/v1/projects/acme-ops/roles', { roleId: '!' }],
    },
  ])('has code $code for $refusal', async ({ code, call }) => {
    expect(await owner(...call)).not.toMatchObject({ status: 200 });
    expect((await lastEntry()).protoPayload.status).toMatchObject({ code });
  });

  it('has no entry for a request that the method never sees', async () => {
    const before = cloud.state.log.length;
    expect(await owner('POST', '/v1/projects/acme-ops/roles', '{')).toMatchObject({ status: 400 });
    expect(await owner('POST', '/v1/projects/acme-ops/roles?x=1', {})).toMatchObject({
      status: 400,
    });
    expect(cloud.state.log.length).toBe(before);
  });

  it('shows what a new policy grants and no longer grants', async () => {
    const condition = { title: 'soon', expression: 'true' };
    await owner('POST', `${ACCOUNTS}/${relay}:setIamPolicy`, {
      policy: {
        version: 3,
        bindings: [
          { role: 'roles/iam.serviceAccountUser', members: [OWNER], condition },
          ...creatorPolicy(vault).bindings,
        ],
      },
    });
    const creator = 'roles/iam.serviceAccountTokenCreator';
    expect((await lastEntry()).protoPayload.serviceData).toEqual({
      '@type': 'type.googleapis.com/google.iam.v1.logging.AuditData',
      policyDelta: {
        bindingDeltas: [
          { action: 'REMOVE', role: creator, member: `serviceAccount:${minter}` },
          { action: 'ADD', role: 'roles/iam.serviceAccountUser', member: OWNER, condition },
          { action: 'ADD', role: creator, member: `serviceAccount:${vault}` },
        ],
      },
    });
  });

  it('shows which permissions a role gained and lost', async () => {
    await owner('PATCH', '/v1/projects/acme-ops/roles/hopOnly?updateMask=includedPermissions', {
      includedPermissions: ['iam.serviceAccounts.implicitDelegation'],
    });
    expect((await lastEntry()).protoPayload.serviceData).toEqual({
      '@type': 'type.googleapis.com/google.iam.admin.v1.AuditData',
      permissionDelta: {
        addedPermissions: ['iam.serviceAccounts.implicitDelegation'],
        removedPermissions: ['a.b.c'],
      },
    });
  });

  it('shows the accounts that minted the token of a call', async () => {
    const minted = await cloud.call(
      minter,
      'POST',
      `/v1/projects/-/serviceAccounts/${target}:generateAccessToken`,
      {
        delegates: [relay, vault].map((email) => `projects/-/serviceAccounts/${email}`),
        scope: ['https://www.googleapis.com/auth/cloud-platform'],
      },
    );
    await cloud.call(undefined, 'DELETE', `${SECRETS}/billing`, undefined, {
      authorization: `Bearer ${minted.body.accessToken}`,
    });
    expect((await lastEntry()).protoPayload.authenticationInfo).toEqual({
      principalEmail: target,
      principalSubject: `serviceAccount:${target}`,
      serviceAccountDelegationInfo: [minter, relay, vault].map((principalEmail) => ({
        firstPartyPrincipal: { principalEmail },
      })),
    });
  });

  it('contains no payload of a secret', async () => {
    const data = Buffer.from('very secret').toString('base64');
    await owner('POST', `${SECRETS}/billing:addVersion`, { payload: { data } });
    expect(await entries()).toHaveLength(1);
    expect(JSON.stringify(await entries())).not.toContain(data);
  });

  it('is in the log of the folder or the organization whose policy changed', async () => {
    for (const path of ['/v2/folders/800000000001', '/v1/organizations/900000000001'])
      await owner('POST', `${path}:setIamPolicy`, { policy: { bindings: [] } });
    expect((await entries()).map(({ logName, resource }) => ({ logName, resource }))).toEqual([
      {
        logName: 'folders/800000000001/logs/cloudaudit.googleapis.com%2Factivity',
        resource: { type: 'folder', labels: { folder_id: '800000000001' } },
      },
      {
        logName: 'organizations/900000000001/logs/cloudaudit.googleapis.com%2Factivity',
        resource: { type: 'organization', labels: { organization_id: '900000000001' } },
      },
    ]);
  });

  it('has the newest 10,000 entries, and none twice', async () => {
    for (let i = 0; i < 12_000; i++)
      await cloud.fetch(`http://127.0.0.1${SECRETS}/none-${i}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${await cloud.tokenOf(OWNER)}` },
      });
    const kept = await entries();
    expect(kept).toHaveLength(10_000);
    expect(kept.at(-1)?.protoPayload.resourceName).toBe('projects/acme-ops/secrets/none-11999');
    expect(new Set(kept.map(({ insertId }) => insertId)).size).toBe(10_000);
  });
});
