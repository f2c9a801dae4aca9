import { join } from 'node:path';
import { type Gcloud, jsonOf, type LocalWithGcloud, openLocalWithGcloud } from './gcloud.ts';

const RELAY = 'relay@acme-ops.iam.gserviceaccount.com';
const PROJECT = '//cloudresourcemanager.googleapis.com/projects/700000000001';
const ADMIN = 'user:admin@acme.com';
const ROLE = 'organizations/900000000001/roles/access';
const JSON_OUT = '--format=json';

const world = {
  organization: {
    id: '900000000001',
    policy: { bindings: [{ role: ROLE, members: [ADMIN] }] },
  },
  roles: [
    {
      name: ROLE,
      includedPermissions: [
        'iam.serviceAccountKeys.create',
        'iam.serviceAccountKeys.list',
        'iam.serviceAccountKeys.get',
        'iam.serviceAccountKeys.disable',
        'iam.serviceAccountKeys.delete',
        'resourcemanager.projects.get',
        'resourcemanager.projects.move',
        ...['tagKeys', 'tagValues'].flatMap((tag) =>
          ['create', 'get', 'list'].map((verb) => `resourcemanager.${tag}.${verb}`),
        ),
        'resourcemanager.tagValueBindings.create',
        'resourcemanager.tagValueBindings.delete',
        'resourcemanager.hierarchyNodes.listTagBindings',
        'resourcemanager.hierarchyNodes.listEffectiveTags',
      ],
    },
  ],
  accounts: [],
  groups: [
    {
      email: 'oncall@acme.com',
      members: ['user:ada@acme.com', 'group:ops@acme.com'],
      owners: [ADMIN],
    },
    { email: 'ops@acme.com', members: ['user:bob@acme.com'] },
  ],
  cloudIdentity: { groupReaders: [ADMIN], transitive: true },
};

let local: LocalWithGcloud;
let admin: Gcloud;
beforeAll(async () => {
  local = await openLocalWithGcloud();
  const seeded = await fetch(`http://127.0.0.1:${local.port}/_local/seed`, {
    method: 'POST',
    body: JSON.stringify(world),
  });
  expect(await seeded.json()).toMatchObject({ warnings: [] });
  admin = await local.as(ADMIN);
});
afterAll(() => local.close());

describe('gcloud', () => {
  it('creates, lists, disables and deletes a key', async () => {
    const file = join(local.directory, 'key.json');
    const created = await admin(`iam service-accounts keys create ${file} --iam-account=${RELAY}`);
    expect(created).toMatchObject({ code: 0, err: expect.stringContaining('created key [') });
    const keys = `iam service-accounts keys`;
    const list = `${keys} list --iam-account=${RELAY} --managed-by=user ${JSON_OUT}`;
    const [key] = jsonOf<{ name: string }[]>(await admin(list));
    const id = key?.name.split('/').at(-1);
    expect((await admin(`${keys} disable ${id} --iam-account=${RELAY}`)).code).toBe(0);
    expect(jsonOf(await admin(list))).toMatchObject([{ disabled: true }]);
    expect((await admin(`${keys} delete ${id} --iam-account=${RELAY}`)).code).toBe(0);
    expect(jsonOf(await admin(list))).toEqual([]);
  });

  it('creates a tag, binds it to a project, and lists it there', async () => {
    const tags = 'resource-manager tags';
    const create = 'create --parent=organizations/900000000001';
    jsonOf(await admin(`${tags} keys ${create} env ${JSON_OUT}`));
    jsonOf(await admin(`${tags} values create prod --parent=900000000001/env ${JSON_OUT}`));
    const bound = `--tag-value=900000000001/env/prod --parent=${PROJECT}`;
    jsonOf(await admin(`${tags} bindings create ${bound} ${JSON_OUT}`));
    const list = `${tags} bindings list --parent=${PROJECT} ${JSON_OUT}`;
    expect(jsonOf(await admin(list))).toMatchObject([
      { tagValueNamespacedName: '900000000001/env/prod' },
    ]);
    expect(jsonOf(await admin(`${list} --effective`))).toMatchObject([
      { namespacedTagKey: '900000000001/env' },
    ]);
    expect(await admin(`${tags} bindings delete ${bound}`)).toMatchObject({ code: 0 });
    expect(jsonOf(await admin(list))).toEqual([]);
  });

  it('lists the members of a group, and adds one', async () => {
    const memberships = 'identity groups memberships';
    const group = `--group-email=oncall@acme.com ${JSON_OUT}`;
    const listed = jsonOf<object[]>(await admin(`${memberships} list ${group}`));
    expect(listed).toHaveLength(3);
    const all = await admin(`${memberships} search-transitive-memberships ${group}`);
    expect(all.out).toContain('bob@acme.com');
    const added = await admin(`${memberships} add ${group} --member-email=eve@example.com`);
    expect(added.code).toBe(0);
    expect((await admin(`${memberships} list ${group}`)).out).toContain('eve@example.com');
  });

  it('moves a project', async () => {
    jsonOf(await admin(`beta projects move acme-data --folder=800000000001 ${JSON_OUT}`));
    const described = await admin(`projects describe acme-data ${JSON_OUT}`);
    expect(jsonOf(described)).toMatchObject({ parent: { type: 'folder', id: '800000000001' } });
  });
});
