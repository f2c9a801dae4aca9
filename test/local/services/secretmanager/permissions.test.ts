import { messageOf, type World } from '../../project-cloud.ts';
import { automatic, type Billing, base64, openBilling, SECRETS } from './billing-secret.ts';

let world: World;
let owner: Billing['owner'];
let add: Billing['add'];
beforeEach(async () => {
  ({ world, owner, add } = await openBilling());
});
afterEach(() => world.close());

describe('Each method asks for its own permission', () => {
  const calls: [permission: string, method: string, path: string, body: object | undefined][] = [
    ['secretmanager.secrets.create', 'POST', `${SECRETS}?secretId=x`, automatic],
    ['secretmanager.secrets.list', 'GET', SECRETS, undefined],
    ['secretmanager.secrets.get', 'GET', `${SECRETS}/billing`, undefined],
    ['secretmanager.secrets.update', 'PATCH', `${SECRETS}/billing?updateMask=labels`, {}],
    ['secretmanager.secrets.delete', 'DELETE', `${SECRETS}/billing`, undefined],
    ['secretmanager.secrets.getIamPolicy', 'GET', `${SECRETS}/billing:getIamPolicy`, undefined],
    [
      'secretmanager.secrets.setIamPolicy',
      'POST',
      `${SECRETS}/billing:setIamPolicy`,
      { policy: {} },
    ],
    [
      'secretmanager.versions.add',
      'POST',
      `${SECRETS}/billing:addVersion`,
      { payload: { data: base64('two') } },
    ],
    ['secretmanager.versions.list', 'GET', `${SECRETS}/billing/versions`, undefined],
    ['secretmanager.versions.get', 'GET', `${SECRETS}/billing/versions/1`, undefined],
    [
      'secretmanager.versions.access',
      'GET',
      `${SECRETS}/billing/versions/latest:access`,
      undefined,
    ],
    ['secretmanager.versions.enable', 'POST', `${SECRETS}/billing/versions/1:enable`, {}],
    ['secretmanager.versions.disable', 'POST', `${SECRETS}/billing/versions/1:disable`, {}],
    ['secretmanager.versions.destroy', 'POST', `${SECRETS}/billing/versions/1:destroy`, {}],
  ];
  it.each(calls)('%s, no more and no less', async (permission, method, path, body) => {
    await add('one');
    const others = calls.map(([name]) => name).filter((name) => name !== permission);
    world.state.roles.set('projects/acme-ops/roles/only', {
      name: 'projects/acme-ops/roles/only',
      includedPermissions: others,
    });
    world.grant('projects/acme-ops', 'projects/acme-ops/roles/only', 'ada');
    const refused = await world.as('ada')(method, path, body);
    expect(refused.status).toBe(403);
    expect(messageOf(refused)).toContain(`Permission '${permission}' denied`);

    world.state.roles.set('projects/acme-ops/roles/only', {
      name: 'projects/acme-ops/roles/only',
      includedPermissions: [permission],
    });
    expect((await world.as('ada')(method, path, body)).status).toBe(200);
  });

  it('and a policy on the secret itself grants for that secret alone', async () => {
    await owner('POST', `${SECRETS}?secretId=other`, automatic);
    await add('one');
    const { body } = await owner('GET', `${SECRETS}/billing:getIamPolicy`);
    const set = await owner('POST', `${SECRETS}/billing:setIamPolicy`, {
      policy: {
        etag: body.etag,
        bindings: [{ role: 'roles/secretmanager.secretAccessor', members: ['user:ada@acme.com'] }],
      },
    });
    expect(set.status).toBe(200);
    const ada = world.as('ada');
    expect((await ada('GET', `${SECRETS}/billing/versions/1:access`)).status).toBe(200);
    expect((await ada('GET', `${SECRETS}/other/versions/1:access`)).status).toBe(403);
    const tested = await ada('POST', `${SECRETS}/billing:testIamPermissions`, {
      permissions: ['secretmanager.versions.access', 'secretmanager.versions.add'],
    });
    expect(tested.body).toEqual({ permissions: ['secretmanager.versions.access'] });
  });
});
