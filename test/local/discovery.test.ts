import { responseFault } from '../../local/discovery/check-wire.ts';
import { descriptionOf } from '../../local/discovery/methods.ts';
import { API_METHODS } from '../../local/server/api-methods.ts';
import { withFields } from '../../local/server/fields-mask.ts';
import { messageOf, openProjectCloud, type ProjectCloud } from './project-cloud.ts';

const SECRETS = '/v1/projects/acme-ops/secrets';
const method = (name: string, api = 'secretmanager') => {
  const found = API_METHODS.find((one) => one.api === api && one.name === name);
  if (!found) throw new Error(`no method ${name}`);
  return found;
};

describe('Each method of the local cloud', () => {
  it('is in the discovery documents, without those of OAuth', () => {
    const missing = API_METHODS.filter((one) => one.api !== 'local' && !descriptionOf(one));
    expect(new Set(missing.map(({ api }) => api))).toEqual(new Set(['oauth2']));
  });
});

describe('A request', () => {
  let cloud: ProjectCloud;
  beforeAll(async () => {
    cloud = await openProjectCloud();
  });
  afterAll(() => cloud.close());

  it.each<{ fault: string; path: string; body?: object; message: string }>([
    {
      fault: 'an unknown parameter',
      path: `${SECRETS}?secretID=a`,
      body: {},
      message:
        'Invalid JSON payload received. Unknown name "secretID": Cannot bind query parameter. Field \'secretID\' could not be found in request message.',
    },
    {
      fault: 'a parameter of another type',
      path: `${SECRETS}?pageSize=many`,
      message: 'Invalid value at \'pageSize\' (TYPE_INT32), "many"',
    },
    {
      fault: 'an unknown field',
      path: `${SECRETS}?secretId=a`,
      body: { replication: { automatic: {}, manual: {} } },
      message:
        'Invalid JSON payload received. Unknown name "manual" at \'replication\': Cannot find field.',
    },
    {
      fault: 'a field of another type',
      path: `${SECRETS}?secretId=a`,
      body: { replication: { automatic: {} }, labels: { team: 1 } },
      message: "Invalid value at 'labels.team' (TYPE_STRING), 1",
    },
    {
      fault: 'an unknown enum value',
      path: '/v1/projects/acme-ops/roles',
      body: { roleId: 'abc', role: { stage: 'SOON' } },
      message: 'Invalid value at \'role.stage\' (TYPE_ENUM), "SOON"',
    },
  ])('with $fault is refused in the wording of Google', async ({ path, body, message }) => {
    const response = await cloud.as('owner')(body ? 'POST' : 'GET', path, body);
    expect([response.status, messageOf(response)]).toEqual([400, message]);
  });

  it('may write names in snake case, enum values as numbers, and null for an absent field', async () => {
    const body = { replication: { automatic: {} }, version_aliases: null, labels: null };
    const { status } = await cloud.as('owner')('POST', `${SECRETS}?secret_id=snake`, body);
    expect(status).toBe(200);
  });
});

describe('A call without a token', () => {
  it.each([
    {
      path: `${SECRETS}/a/versions/latest:access`,
      method: 'google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion',
    },
    { path: '/v3/projects/acme-ops', method: undefined },
  ])('to $path learns the service and the method', async ({ path, method: rpc }) => {
    const cloud = await openProjectCloud();
    const { error } = (await (await fetch(`${cloud.url}${path}`)).json()) as {
      error: { details: { metadata: object }[] };
    };
    expect(error.details[0]?.metadata).toEqual({
      service: expect.stringMatching(/\.googleapis\.com$/),
      ...(rpc && { method: rpc }),
    });
    await cloud.close();
  });
});

describe('A project whose ID has a domain', () => {
  it('has accounts, a policy, and verbs in its paths', async () => {
    const cloud = await openProjectCloud();
    const owner = cloud.as('owner');
    const email = 'sa@acme.example.com.iam.gserviceaccount.com';
    await owner('POST', '/_local/seed', {
      projects: [
        {
          id: 'example.com:acme',
          number: '700000000009',
          policy: { bindings: [{ role: 'roles/owner', members: ['user:owner@acme.com'] }] },
        },
      ],
      accounts: [{ email }, { email: '700000000009@cloudbuild.gserviceaccount.com' }],
    });
    const account = await owner(
      'GET',
      `/v1/projects/example.com:acme/serviceAccounts/${encodeURIComponent(email)}`,
    );
    expect(account.body).toMatchObject({ email, projectId: 'example.com:acme' });
    const policy = await owner('POST', '/v1/projects/example.com:acme:getIamPolicy', {});
    expect(policy.body).toMatchObject({ bindings: [{ role: 'roles/owner' }] });
    expect((await owner('GET', '/v1/projects/700000000009')).body).toMatchObject({
      projectId: 'example.com:acme',
    });
    await cloud.close();
  });
});

describe('The fields of a response', () => {
  const response = { name: 'a', etag: 'b', bindings: [{ role: 'r', members: ['m'] }] };
  it.each([
    { fields: 'name', left: { name: 'a' } },
    { fields: 'name,bindings(role)', left: { name: 'a', bindings: [{ role: 'r' }] } },
    { fields: 'bindings/members', left: { bindings: [{ members: ['m'] }] } },
    { fields: 'bindings.role,etag', left: { etag: 'b', bindings: [{ role: 'r' }] } },
    { fields: 'bindings/role,bindings/members', left: { bindings: response.bindings } },
    { fields: '*', left: response },
    { fields: 'none', left: {} },
  ])('with the mask $fields are the named ones', ({ fields, left }) => {
    expect(withFields(response, fields)).toEqual(left);
  });
});

describe('A response', () => {
  it.each([
    { fault: 'nothing', response: { name: 'a', state: 'ENABLED' }, text: undefined },
    { fault: 'an unknown field', response: { nam: 'a' }, text: /Unknown name "nam"/ },
    { fault: 'an unknown enum value', response: { state: 'ON' }, text: /'state' \(TYPE_ENUM\)/ },
    { fault: 'null', response: { etag: null }, text: /'etag'/ },
    { fault: 'a number for a text', response: { etag: 1 }, text: /'etag' \(TYPE_STRING\), 1/ },
  ])('with $fault is recognised', ({ response, text }) => {
    const fault = responseFault(method('projects.secrets.versions.get'), response);
    if (text === undefined) expect(fault).toBeUndefined();
    else expect(fault).toMatch(text);
  });

  it('has each int64 as a text', () => {
    const get = method('buckets.get', 'storage');
    expect(responseFault(get, { generation: '1' })).toBeUndefined();
    expect(responseFault(get, { generation: 1 })).toMatch(/'generation' \(TYPE_INT64\), 1/);
  });
});
