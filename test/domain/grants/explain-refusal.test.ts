import { predefinedRole } from '../../../local/authorization/roles.ts';
import {
  type IdentitySource,
  identitySourceOf,
} from '../../../shared/domain/basics/identity-source.ts';
import type { Refusal } from '../../../shared/domain/basics/refusal.ts';
import { explainRefusal } from '../../../shared/domain/grants/explain-refusal.ts';
import { GRANTABLE, grantRight } from '../../../shared/domain/grants/grant-right.ts';

const LOGIN: IdentitySource = identitySourceOf({
  type: 'authorized_user',
  quota_project_id: 'acme-ops',
});
const DENIED: Refusal = {
  request: 'storage.buckets.get',
  resource: 'buckets/acme',
  status: 403,
  reason: 'IAM_PERMISSION_DENIED',
  permission: 'storage.buckets.get',
};
const TARGET = 'projects/-/serviceAccounts/t@p.iam.gserviceaccount.com';

describe('the role that grants a permission', () => {
  it.each(Object.entries(GRANTABLE))('has it: %s', (permission, role) => {
    expect(predefinedRole(role)?.includedPermissions).toContain(permission);
  });

  it.each([
    {
      resource: 'projects/p/secrets/s',
      where: 'secrets',
      of: 's',
      rest: ' --condition=None --project=p',
    },
    {
      resource: 'projects/p/locations/l1/secrets/s',
      where: 'secrets',
      of: 's',
      rest: ' --location=l1 --condition=None --project=p',
    },
    { resource: 'projects/p', where: 'projects', of: 'p', rest: ' --condition=None' },
    {
      resource: 'folders/8',
      where: 'resource-manager folders',
      of: '8',
      rest: ' --condition=None',
    },
    { resource: 'organizations/9', where: 'organizations', of: '9', rest: ' --condition=None' },
  ])('is granted on $resource', ({ resource, where, of, rest }) => {
    expect(grantRight('secretmanager.secrets.get', resource, 'user:a@b.c')).toBe(
      `gcloud ${where} add-iam-policy-binding ${of} --member=user:a@b.c --role=roles/secretmanager.viewer${rest}`,
    );
  });

  it.each([
    {
      situation: 'the project is unknown',
      permission: 'iam.roles.get',
      resource: 'projects/-/roles/r',
    },
    { situation: 'no role is known', permission: 'x.y.z', resource: 'projects/p' },
    { situation: 'the kind of resource is unknown', permission: 'iam.roles.get', resource: 'x/y' },
  ])('is not granted where $situation', ({ permission, resource }) => {
    expect(grantRight(permission, resource, 'user:a@b.c')).toBeUndefined();
  });

  it('quotes a member that a shell would run', () => {
    expect(grantRight('pubsub.topics.publish', 'projects/p/topics/t', 'user:$(id)@b.c')).toContain(
      "--member='user:$(id)@b.c'",
    );
  });
});

describe('a refusal', () => {
  it.each([
    {
      situation: 'a missing permission',
      refusal: DENIED,
      missing: 'storage.buckets.get on buckets/acme',
      command:
        'gcloud storage buckets add-iam-policy-binding gs://acme --member=user:ada@acme.com --role=roles/storage.bucketViewer',
    },
    {
      situation: 'a token with narrow scopes',
      refusal: { ...DENIED, reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' },
      missing:
        'the scope https://www.googleapis.com/auth/cloud-platform: this token has narrower scopes, and no role can widen them',
      command: 'gcloud auth application-default login',
    },
    {
      situation: 'an expired token',
      refusal: { ...DENIED, status: 401 },
      missing: 'a token that Google accepts: this one has expired or was revoked',
      command: 'gcloud auth application-default login',
    },
    {
      situation: 'an API that is not enabled',
      refusal: { ...DENIED, api: { service: 'storage.googleapis.com', project: 'acme-ops' } },
      missing: 'the API storage.googleapis.com, which is not enabled',
      command: 'gcloud services enable storage.googleapis.com --project=acme-ops',
    },
    {
      situation: "a login without a quota project, which counts against Google's own",
      refusal: { ...DENIED, api: { service: 'storage.googleapis.com', project: '764086051850' } },
      missing: 'a project of yours that is charged for your calls',
      command: 'gcloud auth application-default set-quota-project PROJECT',
    },
    {
      situation: 'a quota project that the user may not charge',
      refusal: { ...DENIED, reason: 'USER_PROJECT_DENIED' },
      missing:
        'serviceusage.services.use on projects/acme-ops, the project that is charged for your calls',
      command:
        'gcloud projects add-iam-policy-binding acme-ops --member=user:ada@acme.com --role=roles/serviceusage.serviceUsageConsumer --condition=None',
    },
    {
      situation: 'the last hop of a chain, which the last delegate lacks',
      refusal: {
        request: 'iamcredentials.projects.serviceAccounts.signJwt',
        resource: TARGET,
        status: 403,
        permission: 'iam.serviceAccounts.signJwt',
        holder: 'relay@p.iam.gserviceaccount.com',
      },
      missing: `iam.serviceAccounts.signJwt on ${TARGET}, which relay@p.iam.gserviceaccount.com needs`,
      command:
        'gcloud iam service-accounts add-iam-policy-binding t@p.iam.gserviceaccount.com --member=serviceAccount:relay@p.iam.gserviceaccount.com --role=roles/iam.serviceAccountTokenCreator --condition=None',
    },
    {
      situation: 'a right that Google does not name',
      refusal: { request: 'cloudidentity.groups.lookup', status: 403 },
      missing: 'a right that Google does not name',
      command: undefined,
    },
  ])('is explained: $situation', ({ refusal, missing, command }) => {
    const explained = explainRefusal(refusal, { name: 'ada@acme.com', source: LOGIN });
    expect(explained).toMatchObject({ identity: 'user:ada@acme.com', source: LOGIN.text, missing });
    expect(explained.command).toBe(command);
  });

  it('proposes no grant to an identity that Google does not name', () => {
    const { identity, command } = explainRefusal(DENIED, { source: LOGIN });
    expect(identity).toBe('an identity that Google does not name');
    expect(command).toBeUndefined();
  });
});

describe('the source of an identity', () => {
  const account = 'ci@acme-ops.iam.gserviceaccount.com';
  const service_account_impersonation_url = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${account}:generateAccessToken`;
  const login = 'the login of gcloud (application default credentials)';
  it.each([
    { file: null, kind: 'metadata-server', text: 'the metadata server of this machine' },
    { file: { type: 'authorized_user' }, kind: 'login', text: login },
    {
      file: { type: 'service_account', client_email: account },
      kind: 'key-file',
      text: 'a key file of the account',
      account,
    },
    {
      file: { type: 'external_account' },
      kind: 'federation',
      text: 'workload identity federation',
    },
    {
      file: { type: 'external_account', service_account_impersonation_url },
      kind: 'federation',
      text: `workload identity federation, impersonating ${account}`,
      account,
    },
    {
      file: { type: 'external_account_authorized_user' },
      kind: 'workforce',
      text: 'a login of workforce identity federation',
    },
    {
      file: {
        type: 'impersonated_service_account',
        service_account_impersonation_url,
        source_credentials: { type: 'authorized_user' },
      },
      kind: 'impersonation',
      text: `${login}, impersonating ${account}`,
      account,
    },
  ])('is $text', ({ file, ...source }) => {
    expect(identitySourceOf(file)).toEqual(source);
  });
});
