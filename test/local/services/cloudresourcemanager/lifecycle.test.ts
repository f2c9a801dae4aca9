import { type ChainCloud, chainWorld, openChainCloud } from '../../chain-cloud.ts';

const ADMIN = 'user:admin@acme.com';
const ROLE = 'organizations/900000000001/roles/lifecycle';
const ORGANIZATION = 'organizations/900000000001';
const PERMISSIONS = ['projects', 'folders'].flatMap((kind) =>
  ['create', 'get', 'delete', 'undelete', 'update'].map(
    (verb) => `resourcemanager.${kind}.${verb}`,
  ),
);

let cloud: ChainCloud;
beforeEach(async () => {
  cloud = await openChainCloud(chainWorld());
  await cloud.seed({
    organization: {
      id: '900000000001',
      policy: { bindings: [{ role: ROLE, members: [ADMIN] }] },
    },
    roles: [{ name: ROLE, includedPermissions: PERMISSIONS }],
    accounts: [],
  });
});
afterEach(() => cloud.close());

const call = async (method: string, path: string, body?: object) =>
  (await cloud.call(ADMIN, method, path, body)).body;
const finished = async (method: string, path: string, body?: object) => {
  const { name } = await call(method, path, body);
  return call('GET', `/v3/${name}`);
};

describe('A project', () => {
  it('is created by v1 with an operation, is marked by a deletion, and is restored', async () => {
    const parent = { type: 'organization', id: '900000000001' };
    const started = await call('POST', '/v1/projects', {
      projectId: 'acme-new',
      name: 'New',
      parent,
      labels: { team: 'ops' },
    });
    expect(started).toEqual({ name: expect.stringMatching(/^operations\//) });
    const project = {
      projectId: 'acme-new',
      name: 'New',
      parent,
      labels: { team: 'ops' },
      lifecycleState: 'ACTIVE',
    };
    expect(await call('GET', `/v1/${started.name}`)).toMatchObject({
      done: true,
      metadata: { ready: true },
      response: project,
    });
    expect(cloud.state.policies.get('projects/acme-new')).toMatchObject({
      bindings: [{ role: 'roles/owner', members: [ADMIN] }],
    });
    expect(await call('DELETE', '/v1/projects/acme-new')).toEqual({});
    expect(await call('GET', '/v1/projects/acme-new')).toMatchObject({
      lifecycleState: 'DELETE_REQUESTED',
    });
    expect((await cloud.call(ADMIN, 'DELETE', '/v1/projects/acme-new')).status).toBe(400);
    expect(await call('POST', '/v1/projects/acme-new:undelete')).toEqual({});
    expect(await call('GET', '/v1/projects/acme-new')).toMatchObject(project);
  });

  it('has the fields of v3 in v3', async () => {
    const created = await finished('POST', '/v3/projects', {
      projectId: 'acme-new',
      parent: ORGANIZATION,
    });
    expect(created).toMatchObject({
      metadata: { '@type': expect.stringMatching(/CreateProjectMetadata$/) },
      response: { projectId: 'acme-new', parent: ORGANIZATION, state: 'ACTIVE' },
    });
    const deleted = await finished('DELETE', '/v3/projects/acme-new');
    expect(deleted.response).toMatchObject({
      state: 'DELETE_REQUESTED',
      deleteTime: expect.any(String),
    });
    expect(await finished('POST', '/v3/projects/acme-new:undelete')).toMatchObject({
      response: { state: 'ACTIVE' },
    });
  });

  it.each([
    { situation: 'a taken ID', projectId: 'acme-ops', status: 409 },
    { situation: 'a malformed ID', projectId: 'A', status: 400 },
  ])('is not created with $situation', async ({ projectId, status }) => {
    const body = { projectId, parent: ORGANIZATION };
    expect((await cloud.call(ADMIN, 'POST', '/v3/projects', body)).status).toBe(status);
  });

  it('changes its labels by a PUT', async () => {
    const labels = { team: 'ops' };
    expect(
      await call('PUT', '/v1/projects/acme-ops', { projectId: 'acme-ops', labels }),
    ).toMatchObject({ labels });
  });
});

describe('A denied caller', () => {
  it.each([
    { version: 'v1', message: 'The caller does not have permission' },
    {
      version: 'v3',
      message:
        "Permission 'resourcemanager.projects.get' denied on resource '//cloudresourcemanager.googleapis.com/projects/acme-ops' (or it may not exist).",
    },
  ])('gets the wording of $version', async ({ version, message }) => {
    const { status, body } = await cloud.call(
      'user:nobody@acme.com',
      'GET',
      `/${version}/projects/acme-ops`,
    );
    expect(status).toBe(403);
    expect(body).toMatchObject({ error: { message: expect.stringContaining(message) } });
  });
});

describe('A folder', () => {
  it('is created, and is deleted only when it is empty', async () => {
    const body = { displayName: 'Data', parent: ORGANIZATION };
    const { response } = await finished('POST', '/v3/folders', body);
    const { name } = response as { name: string };
    expect(response).toMatchObject({ displayName: 'Data', parent: ORGANIZATION });
    expect(await finished('POST', '/v3/folders', body)).toMatchObject({ error: { code: 9 } });
    await finished('POST', '/v3/projects', { projectId: 'acme-new', parent: name });
    expect((await cloud.call(ADMIN, 'DELETE', `/v3/${name}`)).status).toBe(400);
    await finished('DELETE', '/v3/projects/acme-new');
    expect(await finished('DELETE', `/v3/${name}`)).toMatchObject({
      response: { state: 'DELETE_REQUESTED' },
    });
    expect(await finished('POST', `/v3/${name}:undelete`)).toMatchObject({
      response: { state: 'ACTIVE' },
    });
  });
});

describe('A response', () => {
  it('has numbers for enum values when the client asks for them', async () => {
    const query = '$alt=json;enum-encoding=int';
    expect(await call('GET', `/v3/projects/acme-ops?${query}`)).toMatchObject({ state: 1 });
  });

  it('of the IAM API lists its error for a client that asks for JSON', async () => {
    const path = '/v1/projects/acme-ops/serviceAccounts/none@acme-ops.iam.gserviceaccount.com';
    const body = await call('GET', `${path}?alt=json`);
    expect(body).toMatchObject({ error: { errors: [{ domain: 'global', reason: 'forbidden' }] } });
    expect((await call('GET', path)).error).not.toHaveProperty('errors');
  });
});
