import {
  type ChainCloud,
  chainWorld,
  openChainCloud,
  outcomeOf,
  relay,
} from '../../chain-cloud.ts';

const MOVER = 'user:mover@acme.com';
const ROLE = 'organizations/900000000001/roles/mover';
const grant = { bindings: [{ role: ROLE, members: [MOVER] }] };
const creator = {
  bindings: [{ role: 'roles/iam.serviceAccountTokenCreator', members: ['user:eve@acme.com'] }],
};

let cloud: ChainCloud;
const seed = (policies: Readonly<Record<'project' | 'from' | 'to', object>>) =>
  cloud.seed({
    organization: { id: '900000000001', policy: policies.from },
    folders: [
      { id: '800000000001', parent: 'organizations/900000000001' },
      { id: '800000000002', parent: 'organizations/900000000001', policy: policies.to },
    ],
    projects: [{ id: 'acme-data', policy: policies.project }],
    roles: [{ name: ROLE, includedPermissions: ['resourcemanager.projects.move'] }],
    accounts: [],
  });
const move = (to: string) =>
  cloud.call(MOVER, 'POST', '/v3/projects/acme-data:move', { destinationParent: to });

/** The operation when it has finished. The first response says only its name. */
async function finished({ body }: { body: Record<string, unknown> }) {
  expect(body).toEqual({
    name: expect.stringMatching(/^operations\//),
    metadata: expect.anything(),
  });
  return (await cloud.call('user:owner@acme.com', 'GET', `/v3/${body.name}`)).body;
}

beforeEach(async () => {
  cloud = await openChainCloud(chainWorld());
});
afterEach(() => cloud.close());

describe('A project', () => {
  it('moves, and inherits the policies of its new parent', async () => {
    const both = { bindings: [...grant.bindings, ...creator.bindings] };
    await seed({ project: grant, from: grant, to: both });
    const mint = () =>
      cloud.call(
        'user:eve@acme.com',
        'POST',
        '/v1/projects/-/serviceAccounts/batch@acme-data.iam.gserviceaccount.com:generateAccessToken',
        { scope: ['https://www.googleapis.com/auth/cloud-platform'] },
      );
    expect((await mint()).status).toBe(403);
    const body = await finished(await move('folders/800000000002'));
    expect(body).toMatchObject({
      done: true,
      response: { projectId: 'acme-data', parent: 'folders/800000000002' },
    });
    expect((await mint()).status).toBe(200);
    expect(cloud.state.log.at(-1)?.protoPayload).toMatchObject({
      methodName: 'google.cloud.resourcemanager.v3.Projects.MoveProject',
      resourceName: 'projects/acme-data',
    });
  });

  it.each([
    { title: 'on the project', policies: { project: {}, from: {}, to: grant } },
    { title: 'on the parent before', policies: { project: grant, from: {}, to: grant } },
    { title: 'on the parent after', policies: { project: grant, from: {}, to: {} } },
  ])('stays without the permission $title', async ({ policies }) => {
    await seed(policies);
    expect(outcomeOf(await move('folders/800000000002'))).toMatch(/^403/);
    expect(cloud.state.projects.get('acme-data')?.parent).toBe('organizations/900000000001');
  });

  it('stays if the new parent does not exist, or is no container', async () => {
    await seed({ project: grant, from: grant, to: grant });
    expect((await move('folders/800000000009')).status).toBe(403);
    expect((await move('projects/acme-ops')).status).toBe(400);
  });
});

describe('A tag', () => {
  const TAGGER = 'user:tagger@acme.com';
  const PROJECT = '//cloudresourcemanager.googleapis.com/projects/700000000001';
  const tagRole = 'organizations/900000000001/roles/tagger';
  const bindings = [{ role: tagRole, members: [TAGGER] }];
  const world = (expression: string, on: { value: boolean; project: boolean }) => ({
    organization: { id: '900000000001' },
    roles: [
      {
        name: tagRole,
        includedPermissions: ['create', 'delete'].map(
          (v) => `resourcemanager.tagValueBindings.${v}`,
        ),
      },
    ],
    tagKeys: [
      {
        name: 'tagKeys/281400000000001',
        parent: 'organizations/900000000001',
        shortName: 'env',
        values: [
          {
            name: 'tagValues/281400000000002',
            shortName: 'prod',
            policy: { bindings: on.value ? bindings : [] },
          },
          { name: 'tagValues/281400000000003', shortName: 'test' },
        ],
      },
    ],
    projects: [{ id: 'acme-ops', policy: { bindings: on.project ? bindings : [] } }],
    accounts: [
      {
        email: relay,
        policy: {
          bindings: [
            {
              role: 'roles/iam.serviceAccountTokenCreator',
              members: ['user:eve@acme.com'],
              condition: { title: 'tagged', expression },
            },
          ],
        },
      },
    ],
  });
  const mint = async () =>
    (
      await cloud.call(
        'user:eve@acme.com',
        'POST',
        `/v1/projects/-/serviceAccounts/${relay}:generateAccessToken`,
        { scope: ['https://www.googleapis.com/auth/cloud-platform'] },
      )
    ).status;
  const bind = (tagValue = 'tagValues/281400000000002') =>
    cloud.call(TAGGER, 'POST', '/v3/tagBindings', { parent: PROJECT, tagValue });

  it.each([
    { expression: "resource.matchTag('900000000001/env', 'prod')" },
    { expression: "resource.matchTagId('tagKeys/281400000000001', 'tagValues/281400000000002')" },
    { expression: "resource.hasTagKey('900000000001/env')" },
    { expression: "resource.hasTagKeyId('tagKeys/281400000000001')" },
  ])('on a project decides $expression for its accounts', async ({ expression }) => {
    await cloud.seed(world(expression, { value: true, project: true }));
    expect(await mint()).toBe(403);
    const body = await finished(await bind());
    expect(body).toMatchObject({
      done: true,
      response: { parent: PROJECT, tagValueNamespacedName: '900000000001/env/prod' },
    });
    expect(await mint()).toBe(200);
    const { name } = body.response as { name: string };
    expect((await cloud.call(TAGGER, 'DELETE', `/v3/${name}`)).status).toBe(200);
    expect(await mint()).toBe(403);
  });

  it.each([
    { title: 'the value', on: { value: false, project: true } },
    { title: 'the resource', on: { value: true, project: false } },
  ])('is not bound without the permission on $title', async ({ on }) => {
    await cloud.seed(world('true', on));
    expect(outcomeOf(await bind())).toMatch(/^403/);
    expect(cloud.state.tagBindings.size).toBe(0);
  });

  it('of the same key is bound once', async () => {
    await cloud.seed({ ...world('true', { value: true, project: true }), accounts: [] });
    await bind();
    expect((await bind()).status).toBe(409);
    await cloud.seed({
      accounts: [],
      organization: { id: '900000000001', policy: { bindings } },
    });
    expect((await bind('tagValues/281400000000003')).status).toBe(400);
  });

  it('of a world that no key has is refused', async () => {
    const { status, body } = await cloud.seed({
      accounts: [],
      tagBindings: [{ resource: 'projects/acme-ops', tagValue: 'tagValues/9' }],
    });
    expect({ status, text: JSON.stringify(body) }).toMatchObject({
      status: 400,
      text: expect.stringContaining('tagBindings[0].tagValue: tagValues/9 does not exist'),
    });
  });

  it('key and value are created, and listed with the tags that a resource inherits', async () => {
    const admin = 'user:owner@acme.com';
    const role = 'organizations/900000000001/roles/tags';
    const permissions = [
      'tagKeys.create',
      'tagKeys.get',
      'tagKeys.list',
      'tagValues.create',
      'tagValues.get',
      'tagValues.list',
      'tagValueBindings.create',
      'hierarchyNodes.listTagBindings',
      'hierarchyNodes.listEffectiveTags',
    ];
    await cloud.seed({
      accounts: [],
      roles: [{ name: role, includedPermissions: permissions.map((p) => `resourcemanager.${p}`) }],
      organization: {
        id: '900000000001',
        policy: { bindings: [{ role, members: [admin] }] },
      },
    });
    const create = async (path: string, body: object) =>
      (await finished(await cloud.call(admin, 'POST', path, body))).response as { name: string };
    const key = await create('/v3/tagKeys', {
      parent: 'organizations/900000000001',
      shortName: 'env',
    });
    const value = await create('/v3/tagValues', { parent: key.name, shortName: 'prod' });
    const parent = '//cloudresourcemanager.googleapis.com/folders/800000000001';
    await create('/v3/tagBindings', { parent, tagValueNamespacedName: '900000000001/env/prod' });
    const list = async (path: string) => (await cloud.call(admin, 'GET', path)).body;
    expect(await list('/v3/tagKeys?parent=organizations/900000000001')).toMatchObject({
      tagKeys: [{ name: key.name, namespacedName: '900000000001/env' }],
    });
    expect(await list(`/v3/tagValues?parent=${key.name}`)).toMatchObject({
      tagValues: [{ name: value.name, namespacedName: '900000000001/env/prod' }],
    });
    expect(await list(`/v3/${value.name}`)).toMatchObject({ shortName: 'prod' });
    expect(await list(`/v3/tagBindings?parent=${encodeURIComponent(parent)}`)).toMatchObject({
      tagBindings: [{ tagValue: value.name }],
    });
    expect(await list(`/v3/effectiveTags?parent=${encodeURIComponent(PROJECT)}`)).toEqual({
      effectiveTags: [
        expect.objectContaining({ tagValue: value.name, tagKey: key.name, inherited: true }),
      ],
    });
    expect(await list(`/v3/effectiveTags?parent=${encodeURIComponent(parent)}`)).toEqual({
      effectiveTags: [expect.not.objectContaining({ inherited: true })],
    });
    expect(
      await finished(
        await cloud.call(admin, 'POST', '/v3/tagKeys', {
          parent: 'organizations/900000000001',
          shortName: 'env',
        }),
      ),
    ).toMatchObject({
      done: true,
      error: { code: 6, message: expect.stringContaining("short name 'env' already exists") },
    });
  });

  it('key stays as long as it has values, and a value as long as it is bound', async () => {
    await cloud.seed(world('true', { value: true, project: true }));
    const names = [
      'tagKeys.delete',
      'tagKeys.update',
      'tagValues.delete',
      'tagValueBindings.delete',
    ];
    await cloud.seed({
      accounts: [],
      roles: [
        {
          name: tagRole,
          includedPermissions: [...names, 'tagValueBindings.create'].map(
            (n) => `resourcemanager.${n}`,
          ),
        },
      ],
      organization: { id: '900000000001', policy: { bindings } },
    });
    const { tagValue, ...binding } = (await finished(await bind())).response as {
      name: string;
      tagValue: string;
    };
    const drop = async (name: string) =>
      finished(await cloud.call(TAGGER, 'DELETE', `/v3/${name}`));
    const key = 'tagKeys/281400000000001';
    expect(await drop(tagValue)).toMatchObject({ error: { code: 9 } });
    await drop(binding.name);
    expect(await drop(tagValue)).toMatchObject({ response: { name: tagValue, shortName: 'prod' } });
    expect(await drop(key)).toMatchObject({ error: { code: 9 } });
    await drop('tagValues/281400000000003');
    const changed = await cloud.call(TAGGER, 'PATCH', `/v3/${key}?updateMask=description`, {
      description: 'Stages',
    });
    expect(await finished(changed)).toMatchObject({ response: { description: 'Stages' } });
    expect(await drop(key)).toMatchObject({ done: true, response: { shortName: 'env' } });
    const { status, body } = await cloud.call(TAGGER, 'GET', `/v3/${key}`);
    expect([status, JSON.stringify(body)]).toEqual([
      403,
      expect.stringContaining("denied on resource 'tagKeys/281400000000001' (or it may not exist)"),
    ]);
  });
});
