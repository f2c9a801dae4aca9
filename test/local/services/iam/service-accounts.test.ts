import {
  account,
  binding,
  type ChainCloud,
  chainWorld,
  minter,
  OPS,
  openChainCloud,
  outcomeOf,
  relay,
  target,
  vault,
} from '../../chain-cloud.ts';

describe('Service accounts:', () => {
  const owner = 'user:owner@acme.com';
  const stranger = 'user:stranger@acme.com';
  const ACCOUNTS = '/v1/projects/acme-ops/serviceAccounts';
  const pathOf = (email: string) => `/v1/projects/-/serviceAccounts/${email}`;
  const denied = (permission: string) => `403 PERMISSION_DENIED iam.serviceAccounts.${permission}`;

  let cloud: ChainCloud;
  beforeEach(async () => {
    cloud = await openChainCloud();
  });
  afterEach(() => cloud.close());

  describe('A service account', () => {
    it.each([
      { situation: 'by email', path: `${ACCOUNTS}/${relay}` },
      { situation: 'by unique ID', path: `${ACCOUNTS}/100000000000000000002` },
      { situation: 'under -', path: pathOf(relay) },
      {
        situation: "under its project's number",
        path: `/v1/projects/700000000001/serviceAccounts/${relay}`,
      },
      {
        situation: 'under another project',
        path: `/v1/projects/acme-data/serviceAccounts/${relay}`,
      },
    ])('is returned $situation, with project, email and unique ID', async ({ path }) => {
      const { status, body } = await cloud.call(owner, 'GET', path);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        name: `projects/acme-ops/serviceAccounts/${relay}`,
        projectId: 'acme-ops',
        uniqueId: '100000000000000000002',
        email: relay,
      });
      expect(body).not.toHaveProperty('disabled');
    });

    it.each([
      {
        situation: 'is unknown, in a project that the caller can read',
        as: owner,
        path: `${ACCOUNTS}/nobody@${OPS}`,
        outcome: '404 NOT_FOUND',
      },
      {
        situation: 'is unknown, under -',
        as: owner,
        path: pathOf(`nobody@${OPS}`),
        outcome: denied('get'),
      },
      {
        situation: 'is unknown, in a project that the caller cannot read',
        as: stranger,
        path: `${ACCOUNTS}/nobody@${OPS}`,
        outcome: denied('get'),
      },
      {
        situation: 'exists in a project that the caller cannot read',
        as: stranger,
        path: `${ACCOUNTS}/${relay}`,
        outcome: denied('get'),
      },
    ])('that $situation gets $outcome', async ({ as, path, outcome }) => {
      expect(outcomeOf(await cloud.call(as, 'GET', path))).toBe(outcome);
    });

    it('gets a new unique ID when it is created, and its email only once', async () => {
      const create = () =>
        cloud.call(owner, 'POST', ACCOUNTS, {
          accountId: 'new-one',
          serviceAccount: { displayName: 'New' },
        });
      const { status, body } = await create();
      expect(status).toBe(200);
      expect(body).toMatchObject({ email: `new-one@${OPS}`, displayName: 'New' });
      expect(body.uniqueId).toMatch(/^\d{21}$/);
      expect(outcomeOf(await create())).toBe('409 ALREADY_EXISTS');
    });

    it.each([
      {
        situation: 'by a caller without the permission',
        as: stranger,
        accountId: 'new-two',
        outcome: denied('create'),
      },
      {
        situation: 'with an ID of one letter',
        as: owner,
        accountId: 'x',
        outcome: '400 INVALID_ARGUMENT',
      },
    ])('is not created $situation', async ({ as, accountId, outcome }) => {
      expect(outcomeOf(await cloud.call(as, 'POST', ACCOUNTS, { accountId }))).toBe(outcome);
    });

    it('is patched in the fields of the mask only', async () => {
      const { body } = await cloud.call(owner, 'PATCH', `${ACCOUNTS}/${relay}`, {
        serviceAccount: { displayName: 'Relay', description: 'not in the mask' },
        updateMask: 'displayName',
      });
      expect(body).toMatchObject({ email: relay, displayName: 'Relay' });
      expect(body).not.toHaveProperty('description');
    });

    it('shows that it is disabled until it is enabled', async () => {
      const isDisabled = async () => (await cloud.call(owner, 'GET', pathOf(relay))).body.disabled;
      expect((await cloud.call(owner, 'POST', `${pathOf(relay)}:disable`, {})).body).toEqual({});
      expect(await isDisabled()).toBe(true);
      await cloud.call(owner, 'POST', `${pathOf(relay)}:enable`, {});
      expect(await isDisabled()).toBeUndefined();
      expect(outcomeOf(await cloud.call(minter, 'POST', `${pathOf(relay)}:disable`, {}))).toBe(
        denied('disable'),
      );
    });

    it('loses the grants to it when it is re-created, and has them again after undelete', async () => {
      const mint = async () =>
        (
          await cloud.call(minter, 'POST', `${pathOf(vault)}:generateAccessToken`, {
            delegates: [relay],
            scope: ['openid'],
          })
        ).status;
      const policyOfVault = async () =>
        (await cloud.call(owner, 'POST', `${pathOf(vault)}:getIamPolicy`)).body.bindings;
      const grantedTo = (member: string) => [
        binding('roles/iam.serviceAccountTokenCreator', member),
      ];
      expect(await mint()).toBe(200);

      await cloud.call(owner, 'DELETE', pathOf(relay));
      expect(await mint()).toBe(404);
      const deletedMember = `deleted:${account(relay)}?uid=100000000000000000002`;
      expect(await policyOfVault()).toEqual(grantedTo(deletedMember));

      await cloud.seed({
        accounts: [{ email: relay, policy: { bindings: grantedTo(account(minter)) } }],
      });
      expect(await mint()).toBe(403);

      await cloud.call(owner, 'DELETE', pathOf(relay));
      const undelete = `${ACCOUNTS}/100000000000000000002:undelete`;
      const { body } = await cloud.call(owner, 'POST', undelete, {});
      expect(body).toMatchObject({ restoredAccount: { email: relay } });
      expect(await policyOfVault()).toEqual(grantedTo(account(relay)));
    });

    const permissions = ['iam.serviceAccounts.getAccessToken', 'iam.serviceAccounts.delete'];
    it.each([
      {
        situation: 'the permission that the caller has',
        as: minter,
        email: relay,
        granted: { permissions: permissions.slice(0, 1) },
      },
      { situation: 'nothing without a grant', as: minter, email: target, granted: {} },
      {
        situation: 'nothing for an unknown account',
        as: owner,
        email: `nobody@${OPS}`,
        granted: {},
      },
    ])('returns from testIamPermissions $situation', async ({ as, email, granted }) => {
      const path = `${pathOf(email)}:testIamPermissions`;
      expect((await cloud.call(as, 'POST', path, { permissions })).body).toEqual(granted);
    });
  });

  describe('A list of service accounts', () => {
    it('comes in pages, sorted by email, without the accounts of other projects', async () => {
      const emails: string[] = [];
      let query = '?pageSize=2';
      for (let page = 0; page < 4; page++) {
        const { body } = await cloud.call(owner, 'GET', `${ACCOUNTS}${query}`);
        emails.push(...(body.accounts as { email: string }[]).map(({ email }) => email));
        query = `?pageSize=2&pageToken=${body.nextPageToken}`;
        if (body.nextPageToken === undefined) break;
      }
      expect(emails).toEqual([`after-off@${OPS}`, minter, `off@${OPS}`, relay, vault]);
    });
  });
});

describe('Service account keys:', () => {
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
});
