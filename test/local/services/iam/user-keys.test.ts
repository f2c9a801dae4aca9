import { type Acme, acme, OPS, openAcme, refusalOf, relay } from '../../chain-cloud.ts';

const owner = 'user:owner@acme.com';
const keys = `/v1/projects/acme-ops/serviceAccounts/${relay}/keys`;
const named = (id: string) => `projects/acme-ops/serviceAccounts/${relay}/keys/${id}`;

describe('The keys of an account', () => {
  let cloud: Acme;
  beforeEach(async () => {
    const seed = acme();
    seed.accounts[1] = {
      ...seed.accounts[1],
      keys: [
        { id: 'aa01' },
        { id: 'bb02', disabled: true, validBeforeTime: '2027-01-01T00:00:00Z' },
      ],
    };
    cloud = await openAcme(seed);
  });
  afterEach(() => cloud.close());
  const idsOf = async (query = '') => {
    const { body } = await cloud.call(owner, 'GET', `${keys}${query}`);
    return ((body.keys ?? []) as { name: string }[]).map(({ name }) => name.split('/').at(-1));
  };

  it('are those that people have made, and the one that Google keeps, unless one kind is asked for', async () => {
    expect(await idsOf()).toHaveLength(3);
    expect(await idsOf('?keyTypes=USER_MANAGED')).toEqual(['aa01', 'bb02']);
    expect(await idsOf('?keyTypes=SYSTEM_MANAGED')).toHaveLength(1);
  });

  it('say whether they are disabled, and when they end', async () => {
    const { body } = await cloud.call(owner, 'GET', `${keys}?keyTypes=USER_MANAGED`);
    expect(body.keys).toMatchObject([
      { name: named('aa01'), keyType: 'USER_MANAGED', validBeforeTime: '9999-12-31T23:59:59Z' },
      { name: named('bb02'), disabled: true, validBeforeTime: '2027-01-01T00:00:00Z' },
    ]);
  });

  it('are gone once deleted, and the one that Google keeps is not to be deleted', async () => {
    expect((await cloud.call(owner, 'DELETE', `${keys}/aa01`)).status).toBe(200);
    expect(await idsOf('?keyTypes=USER_MANAGED')).toEqual(['bb02']);
    expect(refusalOf(await cloud.call(owner, 'DELETE', `${keys}/aa01`))).toBe('404 NOT_FOUND');
    const [managed] = await idsOf('?keyTypes=SYSTEM_MANAGED');
    expect((await cloud.call(owner, 'DELETE', `${keys}/${managed}`)).status).toBe(404);
  });

  it('are not deleted by whoever may only list them', async () => {
    const answer = await cloud.call(`minter@${OPS}`, 'DELETE', `${keys}/aa01`);
    expect(refusalOf(answer)).toBe('403 PERMISSION_DENIED iam.serviceAccountKeys.delete');
  });
});
