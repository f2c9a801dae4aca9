import {
  type ChainCloud,
  chainWorld,
  minter,
  openChainCloud,
  outcomeOf,
  relay,
} from '../../chain-cloud.ts';

const owner = 'user:owner@acme.com';
const RELAY = `projects/acme-ops/serviceAccounts/${relay}`;
const KEYS = `/v1/${RELAY}/keys`;

let cloud: ChainCloud;
const list = (query = '', as = owner) => cloud.call(as, 'GET', `${KEYS}${query}`);
const idsOf = async (query = '') => {
  const { body } = await list(query);
  return ((body.keys ?? []) as { name: string }[]).map(({ name }) => name.split('/').at(-1));
};
afterEach(() => cloud.close());

describe('The keys of an account without user-managed keys', () => {
  beforeEach(async () => {
    cloud = await openChainCloud();
  });

  it('are only the key that Google manages and that signs', async () => {
    const { body: signed } = await cloud.call(
      minter,
      'POST',
      `/v1/projects/-/serviceAccounts/${relay}:signBlob`,
      { payload: 'AA==' },
    );
    const name = `${RELAY}/keys/${signed.keyId}`;
    expect((await list()).body).toEqual({
      keys: [expect.objectContaining({ name, keyType: 'SYSTEM_MANAGED' })],
    });
    expect((await list('?keyTypes=USER_MANAGED')).body).toEqual({});
  });

  it('are not listed for a caller without the permission', async () => {
    expect(outcomeOf(await list('', minter))).toBe(
      '403 PERMISSION_DENIED iam.serviceAccountKeys.list',
    );
  });
});

describe('The keys of an account with user-managed keys', () => {
  beforeEach(async () => {
    const world = chainWorld();
    world.accounts[1] = {
      ...world.accounts[1],
      keys: [
        { id: 'aa01' },
        { id: 'bb02', disabled: true, validBeforeTime: '2027-01-01T00:00:00Z' },
      ],
    };
    cloud = await openChainCloud(world);
  });

  it('are the user-managed keys and the key of Google, unless the query names one type', async () => {
    expect(await idsOf()).toHaveLength(3);
    expect(await idsOf('?keyTypes=USER_MANAGED')).toEqual(['aa01', 'bb02']);
    expect(await idsOf('?keyTypes=SYSTEM_MANAGED')).toHaveLength(1);
  });

  it('show whether they are disabled, and when they expire', async () => {
    const { body } = await list('?keyTypes=USER_MANAGED');
    expect(body.keys).toMatchObject([
      {
        name: `${RELAY}/keys/aa01`,
        keyType: 'USER_MANAGED',
        validBeforeTime: '9999-12-31T23:59:59Z',
      },
      {
        name: `${RELAY}/keys/bb02`,
        disabled: true,
        validBeforeTime: '2027-01-01T00:00:00Z',
      },
    ]);
  });

  it('can be deleted, except the key that Google manages', async () => {
    expect((await cloud.call(owner, 'DELETE', `${KEYS}/aa01`)).status).toBe(200);
    expect(await idsOf('?keyTypes=USER_MANAGED')).toEqual(['bb02']);
    expect(outcomeOf(await cloud.call(owner, 'DELETE', `${KEYS}/aa01`))).toBe('404 NOT_FOUND');
    const [systemManaged] = await idsOf('?keyTypes=SYSTEM_MANAGED');
    expect((await cloud.call(owner, 'DELETE', `${KEYS}/${systemManaged}`)).status).toBe(404);
  });

  it('are not deleted by a caller without the permission', async () => {
    const response = await cloud.call(minter, 'DELETE', `${KEYS}/aa01`);
    expect(outcomeOf(response)).toBe('403 PERMISSION_DENIED iam.serviceAccountKeys.delete');
  });
});
