import { base64, messageOf, type ProjectCloud } from '../../project-cloud.ts';
import { automatic, openSecretCloud, SECRETS, type SecretCloud } from './secret-cloud.ts';

let cloud: ProjectCloud;
let owner: SecretCloud['owner'];
let addVersion: SecretCloud['addVersion'];
beforeEach(async () => {
  ({ cloud, owner, addVersion } = await openSecretCloud());
});
afterEach(() => cloud.close());

const BILLING = `${SECRETS}/billing`;
const CALLS: { permission: string; method: string; path: string; body?: object }[] = [
  {
    permission: 'secretmanager.secrets.create',
    method: 'POST',
    path: `${SECRETS}?secretId=x`,
    body: automatic,
  },
  { permission: 'secretmanager.secrets.list', method: 'GET', path: SECRETS },
  { permission: 'secretmanager.secrets.get', method: 'GET', path: BILLING },
  {
    permission: 'secretmanager.secrets.update',
    method: 'PATCH',
    path: `${BILLING}?updateMask=labels`,
    body: {},
  },
  { permission: 'secretmanager.secrets.delete', method: 'DELETE', path: BILLING },
  {
    permission: 'secretmanager.secrets.getIamPolicy',
    method: 'GET',
    path: `${BILLING}:getIamPolicy`,
  },
  {
    permission: 'secretmanager.secrets.setIamPolicy',
    method: 'POST',
    path: `${BILLING}:setIamPolicy`,
    body: { policy: {} },
  },
  {
    permission: 'secretmanager.versions.add',
    method: 'POST',
    path: `${BILLING}:addVersion`,
    body: { payload: { data: base64('two') } },
  },
  { permission: 'secretmanager.versions.list', method: 'GET', path: `${BILLING}/versions` },
  { permission: 'secretmanager.versions.get', method: 'GET', path: `${BILLING}/versions/1` },
  {
    permission: 'secretmanager.versions.access',
    method: 'GET',
    path: `${BILLING}/versions/latest:access`,
  },
  {
    permission: 'secretmanager.versions.enable',
    method: 'POST',
    path: `${BILLING}/versions/1:enable`,
    body: {},
  },
  {
    permission: 'secretmanager.versions.disable',
    method: 'POST',
    path: `${BILLING}/versions/1:disable`,
    body: {},
  },
  {
    permission: 'secretmanager.versions.destroy',
    method: 'POST',
    path: `${BILLING}/versions/1:destroy`,
    body: {},
  },
];

describe('The permission', () => {
  it.each(CALLS)('$permission is needed and enough for $method $path', async (row) => {
    await addVersion('one');
    const call = () => cloud.as('ada')(row.method, row.path, row.body);
    const others = CALLS.map(({ permission }) => permission).filter((p) => p !== row.permission);
    cloud.grantOnly(others, 'ada');
    const refused = await call();
    expect(refused.status).toBe(403);
    expect(messageOf(refused)).toContain(`Permission '${row.permission}' denied`);

    cloud.grantOnly([row.permission], 'ada');
    expect((await call()).status).toBe(200);
  });
});

describe('The policy of a secret', () => {
  it('grants access to this secret only', async () => {
    await owner('POST', `${SECRETS}?secretId=other`, automatic);
    await addVersion('one');
    const { body } = await owner('GET', `${BILLING}:getIamPolicy`);
    const set = await owner('POST', `${BILLING}:setIamPolicy`, {
      policy: {
        etag: body.etag,
        bindings: [{ role: 'roles/secretmanager.secretAccessor', members: ['user:ada@acme.com'] }],
      },
    });
    expect(set.status).toBe(200);
    const ada = cloud.as('ada');
    expect((await ada('GET', `${BILLING}/versions/1:access`)).status).toBe(200);
    expect((await ada('GET', `${SECRETS}/other/versions/1:access`)).status).toBe(403);
    const tested = await ada('POST', `${BILLING}:testIamPermissions`, {
      permissions: ['secretmanager.versions.access', 'secretmanager.versions.add'],
    });
    expect(tested.body).toEqual({ permissions: ['secretmanager.versions.access'] });
  });
});
