import { type ChainCloud, openChainCloud, outcomeOf, relay } from '../../chain-cloud.ts';

const READER = 'user:reader@acme.com';
const ADA = 'user:ada@acme.com';
const OUTSIDER = 'user:eve@example.com';

const world = (transitive: boolean) => ({
  accounts: [],
  cloudIdentity: { groupReaders: [READER], transitive },
  groups: [
    {
      email: 'oncall@acme.com',
      members: [ADA, 'group:ops@acme.com', `serviceAccount:${relay}`],
      owners: ['user:olga@acme.com'],
    },
    { email: 'ops@acme.com', members: ['user:bob@acme.com', ADA, 'group:oncall@acme.com'] },
  ],
});

let cloud: ChainCloud;
let oncall: string;
const get = (path: string, as = READER) => cloud.call(as, 'GET', `/v1/${path}`);
const lookup = async (email: string, as = READER) => get(`groups:lookup?groupKey.id=${email}`, as);

beforeEach(async () => {
  cloud = await openChainCloud();
  await cloud.seed(world(true));
  oncall = String((await lookup('oncall@acme.com')).body.name);
});
afterEach(() => cloud.close());

describe('A group', () => {
  it('has a name that its email leads to', async () => {
    expect((await get(oncall)).body).toMatchObject({ groupKey: { id: 'oncall@acme.com' } });
  });

  it.each([
    { title: 'a stranger', as: OUTSIDER, email: 'oncall@acme.com', status: 403 },
    { title: 'a group that does not exist', as: READER, email: 'none@acme.com', status: 403 },
    { title: 'an indirect member', as: 'user:bob@acme.com', email: 'oncall@acme.com', status: 200 },
  ])('answers $status for $title', async ({ as, email, status }) => {
    expect((await lookup(email, as)).status).toBe(status);
  });

  it('lists its direct members with their roles, in pages', async () => {
    const first = (await get(`${oncall}/memberships?view=FULL&pageSize=3`)).body;
    expect(first.memberships).toMatchObject([
      { preferredMemberKey: { id: 'ops@acme.com' }, type: 'GROUP', roles: [{ name: 'MEMBER' }] },
      { preferredMemberKey: { id: relay }, type: 'SERVICE_ACCOUNT' },
      { preferredMemberKey: { id: 'ada@acme.com' }, type: 'USER' },
    ]);
    const { nextPageToken } = first as { nextPageToken: string };
    const rest = await get(`${oncall}/memberships?view=FULL&pageSize=3&pageToken=${nextPageToken}`);
    expect(rest.body).toEqual({
      memberships: [
        expect.objectContaining({
          preferredMemberKey: { id: 'olga@acme.com' },
          roles: [{ name: 'MEMBER' }, { name: 'OWNER' }],
        }),
      ],
    });
  });

  it('lists its indirect members too, although the groups contain each other', async () => {
    const { body } = await get(`${oncall}/memberships:searchTransitiveMemberships`);
    const found = (
      body.memberships as { preferredMemberKey: [{ id: string }]; relationType: string }[]
    ).map(({ preferredMemberKey: [{ id }], relationType }) => `${id} ${relationType}`);
    expect(found.sort()).toEqual([
      'ada@acme.com DIRECT_AND_INDIRECT',
      'bob@acme.com INDIRECT',
      'olga@acme.com DIRECT',
      'oncall@acme.com INDIRECT',
      'ops@acme.com DIRECT',
      `${relay} DIRECT`,
    ]);
  });

  it('does not list indirect members in an edition without the search', async () => {
    await cloud.seed(world(false));
    const response = await get(`${oncall}/memberships:searchTransitiveMemberships`);
    expect(outcomeOf(response)).toMatch(/^403 PERMISSION_DENIED/);
    expect((await get(`${oncall}/memberships`)).status).toBe(200);
  });

  it('gets a member from an owner, and its grants decide for the new member', async () => {
    const role = 'roles/iam.serviceAccountTokenCreator';
    const policy = { bindings: [{ role, members: ['group:oncall@acme.com'] }] };
    await cloud.seed({ accounts: [{ email: relay, policy }] });
    const mint = async () => {
      const path = `/v1/projects/-/serviceAccounts/${relay}:generateAccessToken`;
      const scope = ['https://www.googleapis.com/auth/cloud-platform'];
      return (await cloud.call(OUTSIDER, 'POST', path, { scope })).status;
    };
    const add = (as: string) =>
      cloud.call(as, 'POST', `/v1/${oncall}/memberships`, {
        preferredMemberKey: { id: 'eve@example.com' },
        roles: [{ name: 'MEMBER' }],
      });
    expect(await mint()).toBe(403);
    expect((await add(ADA)).status).toBe(403);
    const { body } = await add('user:olga@acme.com');
    expect(body).toMatchObject({ done: true, response: { type: 'USER' } });
    expect(await mint()).toBe(200);
    const { name } = body.response as { name: string };
    expect((await cloud.call('user:olga@acme.com', 'DELETE', `/v1/${name}`)).status).toBe(200);
    expect(await mint()).toBe(403);
  });
});
