import { chainOf, openRotationWorld, type RotationWorld, TOKEN } from '../rotation-world.ts';

const DESTROY = 'secretmanager.versions.destroy';

let world: RotationWorld;
afterEach(() => world.close());

describe('repeated rotation', () => {
  it('by force happens once for each tick, even if the request arrives again', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    await world.tick();
    world.advanceMinutes(1);
    const forced = { only: ['export'], force: true };
    const [request = ''] = await world.requests(forced);
    expect(await world.deliver(request)).toMatchObject({ ok: true, value: { version: 2 } });
    for (let n = 0; n < 2; n++) {
      expect(await world.deliver(request)).toMatchObject({ error: { reason: 'already-rotated' } });
    }
    world.advanceMinutes(1);
    expect(await world.tick(forced)).toMatchObject([{ ok: true, value: { version: 3 } }]);
  });

  // Once there were sixteen versions, which then went at five in a rotation.
  it('by force happens once if the requests of sixteen ticks arrive together', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    await world.tick();
    const requests: string[] = [];
    for (let n = 0; n < 16; n++) {
      world.advanceMinutes(0.1);
      requests.push(...(await world.requests({ only: ['export'], force: true })));
    }
    expect(requests).toHaveLength(16);
    const delivered = await Promise.all(requests.map((request) => world.deliver(request)));
    expect(delivered.filter(({ ok }) => ok)).toHaveLength(1);
    expect(world.versions('export')).toHaveLength(2);
  });

  it('happens once for sixty deliveries of one request at once', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    const [request = ''] = await world.requests();
    const deliveries = Array.from({ length: 60 }, () => world.deliver(request));
    expect((await Promise.all(deliveries)).filter(({ ok }) => ok)).toHaveLength(1);
    expect(world.versions('export')).toHaveLength(1);
  });

  it('continues without the permission to destroy old versions, and names that permission', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    const role = world.local.state.roles.get('projects/acme-ops/roles/hopmintMinter');
    role?.includedPermissions.splice(role.includedPermissions.indexOf(DESTROY), 1);
    for (let n = 1; n <= 2; n++) {
      expect(await world.tick()).not.toMatchObject([{ value: { undestroyed: {} } }]);
      world.advanceMinutes(30);
    }
    expect(await world.tick()).toMatchObject([
      { value: { destroyed: [], undestroyed: { reason: 'secret-denied', permission: DESTROY } } },
    ]);
    role?.includedPermissions.push(DESTROY);
    world.advanceMinutes(30);
    expect(await world.tick()).toMatchObject([{ value: { destroyed: [1, 2] } }]);
  });

  // external-secrets/external-secrets#5808, openshift/ci-tools#5194, Worklytics/psoxy#657 and #447: nothing destroyed old versions.
  it('keeps the newest two versions and destroys the others', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    for (let n = 1; n <= 6; n++) {
      expect(await world.tick()).toMatchObject([{ ok: true, value: { version: n } }]);
      world.advanceMinutes(30);
    }
    expect(world.versions('export').map(({ state }) => state)).toEqual([
      'DESTROYED',
      'DESTROYED',
      'DESTROYED',
      'DESTROYED',
      'ENABLED',
      'ENABLED',
    ]);
    expect(
      world.local.state.secrets.get('projects/acme-ops/secrets/export')?.versionAliases,
    ).toEqual({ current: 6, previous: 5 });
  });

  it('leaves a user’s earlier version, annotations and aliases as they are', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    const secret = world.local.state.secrets.get('projects/acme-ops/secrets/export');
    if (!secret) throw new Error('no secret');
    secret.annotations.team = 'billing';
    const theirs = await world.cloud.secrets.addVersion(
      secret.name,
      { reveal: () => 'theirs' } as never,
      new AbortController().signal,
    );
    expect(theirs).toEqual({ ok: true, value: 1 });
    secret.versionAliases.legacy = 1;
    for (let n = 2; n <= 7; n++) {
      await world.tick();
      world.advanceMinutes(30);
    }
    expect(world.versions('export')[0]).toMatchObject({ state: 'ENABLED' });
    expect(world.payload('export', 1)).toBe('theirs');
    expect(world.local.state.secrets.get(secret.name)).toMatchObject({
      annotations: { team: 'billing' },
      versionAliases: { legacy: 1, current: 7, previous: 6 },
    });
  });

  const CALLS = [
    'secretmanager projects.secrets.get',
    'secretmanager projects.secrets.versions.list',
    'iamcredentials projects.serviceAccounts.generateAccessToken',
    'oauth2 tokeninfo',
    'secretmanager projects.secrets.addVersion',
    'secretmanager projects.secrets.patch',
    'secretmanager projects.secrets.versions.destroy',
  ];
  const rotatedTopic = 'projects/acme-ops/topics/hopmint-rotated';
  it.each([
    { cost: 'two reads, one mint, one introspection and three writes', on: {}, calls: CALLS },
    {
      cost: 'one publish more where rotations are announced',
      on: { rotatedTopic },
      calls: [...CALLS, 'pubsub projects.topics.publish'],
    },
  ])('costs $cost', async ({ on, calls }) => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    for (let n = 1; n <= 4; n++) {
      await world.tick();
      world.advanceMinutes(30);
    }
    const [request = ''] = await world.requests();
    const before = world.local.state.requests.length;
    expect(await world.deliver(request, on)).toMatchObject({ ok: true });
    expect(
      world.local.state.requests.slice(before).map(({ api, apiMethod }) => `${api} ${apiMethod}`),
    ).toEqual(calls);
  });
});
