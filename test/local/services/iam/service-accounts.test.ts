import {
  type Acme,
  account,
  binding,
  minter,
  OPS,
  openAcme,
  refusalOf,
  relay,
  target,
  vault,
} from '../../chain-cloud.ts';

const owner = 'user:owner@acme.com';
const stranger = 'user:stranger@acme.com';
const accounts = '/v1/projects/acme-ops/serviceAccounts';
const under = (email: string) => `/v1/projects/-/serviceAccounts/${email}`;
const denied = (permission: string) => `403 PERMISSION_DENIED iam.serviceAccounts.${permission}`;

describe('service accounts', () => {
  let cloud: Acme;
  beforeEach(async () => {
    cloud = await openAcme();
  });
  afterEach(() => cloud.close());

  it('are told with project, email and unique ID, by either name and in any project that the path writes', async () => {
    const told = {
      name: `projects/acme-ops/serviceAccounts/${relay}`,
      projectId: 'acme-ops',
      uniqueId: '100000000000000000002',
      email: relay,
    };
    for (const path of [
      `${accounts}/${relay}`,
      `${accounts}/100000000000000000002`,
      under(relay),
      `/v1/projects/700000000001/serviceAccounts/${relay}`,
      `/v1/projects/acme-data/serviceAccounts/${relay}`,
    ]) {
      const { status, body } = await cloud.call(owner, 'GET', path);
      expect({ path, status, body }).toMatchObject({ path, status: 200, body: told });
      expect(body).not.toHaveProperty('disabled');
    }
  });

  it('that are not there are 404 in a project one may read, and 403 under - or where one may not', async () => {
    const get = async (as: string, path: string) => refusalOf(await cloud.call(as, 'GET', path));
    expect(await get(owner, `${accounts}/nobody@${OPS}`)).toBe('404 NOT_FOUND');
    expect(await get(owner, under(`nobody@${OPS}`))).toBe(denied('get'));
    expect(await get(stranger, `${accounts}/nobody@${OPS}`)).toBe(denied('get'));
    expect(await get(stranger, `${accounts}/${relay}`)).toBe(denied('get'));
  });

  it('are listed a page at a time, in order, without those of other projects', async () => {
    const emails: string[] = [];
    let query = '?pageSize=2';
    for (let page = 0; page < 4; page++) {
      const { body } = await cloud.call(owner, 'GET', `${accounts}${query}`);
      emails.push(...(body.accounts as { email: string }[]).map(({ email }) => email));
      query = `?pageSize=2&pageToken=${body.nextPageToken}`;
      if (body.nextPageToken === undefined) break;
    }
    expect(emails).toEqual([`after-off@${OPS}`, minter, `off@${OPS}`, relay, vault]);
  });

  it('are created with a unique ID of their own, once per email', async () => {
    const create = () =>
      cloud.call(owner, 'POST', accounts, {
        accountId: 'new-one',
        serviceAccount: { displayName: 'New' },
      });
    const { status, body } = await create();
    expect(status).toBe(200);
    expect(body).toMatchObject({ email: `new-one@${OPS}`, displayName: 'New' });
    expect(body.uniqueId).toMatch(/^\d{21}$/);
    expect(refusalOf(await create())).toBe('409 ALREADY_EXISTS');
    expect(refusalOf(await cloud.call(stranger, 'POST', accounts, { accountId: 'new-two' }))).toBe(
      denied('create'),
    );
    expect(refusalOf(await cloud.call(owner, 'POST', accounts, { accountId: 'x' }))).toBe(
      '400 INVALID_ARGUMENT',
    );
  });

  it('are described by the fields of the mask and no other', async () => {
    const { body } = await cloud.call(owner, 'PATCH', `${accounts}/${relay}`, {
      serviceAccount: { displayName: 'Relay', description: 'not in the mask' },
      updateMask: 'displayName',
    });
    expect(body).toMatchObject({ email: relay, displayName: 'Relay' });
    expect(body).not.toHaveProperty('description');
  });

  it('that are disabled say so, and no longer once enabled', async () => {
    const disabled = async () => (await cloud.call(owner, 'GET', under(relay))).body.disabled;
    expect((await cloud.call(owner, 'POST', `${under(relay)}:disable`, {})).body).toEqual({});
    expect(await disabled()).toBe(true);
    await cloud.call(owner, 'POST', `${under(relay)}:enable`, {});
    expect(await disabled()).toBeUndefined();
    expect(refusalOf(await cloud.call(minter, 'POST', `${under(relay)}:disable`, {}))).toBe(
      denied('disable'),
    );
  });

  it('take their grants along when deleted: a re-created one has none, an undeleted one has them again', async () => {
    const mint = async () =>
      (
        await cloud.call(
          minter,
          'POST',
          `/v1/projects/-/serviceAccounts/${vault}:generateAccessToken`,
          { delegates: [relay], scope: ['openid'] },
        )
      ).status;
    const policyOfVault = async () =>
      (await cloud.call(owner, 'POST', `${under(vault)}:getIamPolicy`)).body.bindings;
    const grantedTo = (member: string) => [binding('roles/iam.serviceAccountTokenCreator', member)];
    expect(await mint()).toBe(200);

    await cloud.call(owner, 'DELETE', under(relay));
    expect(await mint()).toBe(404);
    const dead = `deleted:${account(relay)}?uid=100000000000000000002`;
    expect(await policyOfVault()).toEqual(grantedTo(dead));

    await cloud.call(undefined, 'POST', '/_local/seed', {
      accounts: [{ email: relay, policy: { bindings: grantedTo(account(minter)) } }],
    });
    expect(await mint()).toBe(403);

    await cloud.call(owner, 'DELETE', under(relay));
    const undelete = `${accounts}/100000000000000000002:undelete`;
    const { body } = await cloud.call(owner, 'POST', undelete, {});
    expect(body).toMatchObject({ restoredAccount: { email: relay } });
    expect(await policyOfVault()).toEqual(grantedTo(account(relay)));
  });

  it('have a key that Google manages, the one that signs, and none of a user', async () => {
    const keys = async (query: string, as = owner) =>
      cloud.call(as, 'GET', `${under(relay)}/keys${query}`);
    const { body: signed } = await cloud.call(minter, 'POST', `${under(relay)}:signBlob`, {
      payload: 'AA==',
    });
    const name = `projects/acme-ops/serviceAccounts/${relay}/keys/${signed.keyId}`;
    expect((await keys('')).body).toEqual({
      keys: [expect.objectContaining({ name, keyType: 'SYSTEM_MANAGED' })],
    });
    expect((await keys('?keyTypes=USER_MANAGED')).body).toEqual({});
    expect(refusalOf(await keys('', minter))).toBe(
      '403 PERMISSION_DENIED iam.serviceAccountKeys.list',
    );
  });

  it('tell a caller which permissions it holds on them, and nothing of one that is not there', async () => {
    const permissions = ['iam.serviceAccounts.getAccessToken', 'iam.serviceAccounts.delete'];
    const ask = async (as: string, email: string) =>
      (await cloud.call(as, 'POST', `${under(email)}:testIamPermissions`, { permissions })).body;
    expect(await ask(minter, relay)).toEqual({ permissions: [permissions[0]] });
    expect(await ask(minter, target)).toEqual({});
    expect(await ask(owner, `nobody@${OPS}`)).toEqual({});
  });
});
