import { crc32c } from '@aws-crypto/crc32c';
import { type Answer, NUMBER, openWorld, type World } from './world.ts';

const SECRETS = '/v1/projects/acme-ops/secrets';
const NAME = `projects/${NUMBER}/secrets/billing`;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const automatic = { replication: { automatic: {} } };

let world: World;
let owner: (method: string, path: string, body?: unknown) => Promise<Answer>;
const messageOf = ({ body }: Answer) => (body.error as { message: string }).message;
const statusOf = ({ body }: Answer) => (body.error as { status: string }).status;
const add = (text: string) =>
  owner('POST', `${SECRETS}/billing:addVersion`, { payload: { data: base64(text) } });
const access = (version: number | string) =>
  owner('GET', `${SECRETS}/billing/versions/${version}:access`);
const textOf = ({ body }: Answer) =>
  Buffer.from((body.payload as { data: string }).data, 'base64').toString();

beforeEach(async () => {
  world = await openWorld();
  owner = world.as('owner');
  await owner('POST', `${SECRETS}?secretId=billing`, {
    ...automatic,
    labels: { team: 'ops' },
    annotations: { note: 'kept' },
  });
});
afterEach(() => world.close());

describe('A secret', () => {
  it('answers with the project number, whichever way the project was named', async () => {
    const [byId, byNumber] = await Promise.all([
      owner('GET', `${SECRETS}/billing`),
      owner('GET', `/v1/projects/${NUMBER}/secrets/billing`),
    ]);
    expect(byId.body).toEqual(byNumber.body);
    expect(byId.body).toEqual({
      name: NAME,
      createTime: '2026-11-22T12:00:00.000Z',
      etag: expect.stringMatching(/^"[0-9a-f]+"$/),
      replication: { automatic: {} },
      labels: { team: 'ops' },
      annotations: { note: 'kept' },
    });
  });

  it('changes only what the mask names, in either spelling, and gets a new etag', async () => {
    await add('one');
    const before = await owner('GET', `${SECRETS}/billing`);
    const patched = await owner(
      'PATCH',
      `${SECRETS}/billing?updateMask=annotations,version_aliases`,
      {
        etag: before.body.etag,
        annotations: { note: 'new' },
        versionAliases: { current: '1' },
        labels: { team: 'ignored' },
      },
    );
    expect(patched.body).toMatchObject({
      labels: { team: 'ops' },
      annotations: { note: 'new' },
      versionAliases: { current: '1' },
    });
    expect(patched.body.etag).not.toBe(before.body.etag);
    const cleared = await owner('PATCH', `${SECRETS}/billing?updateMask=versionAliases`, {});
    expect(cleared.body.versionAliases).toBeUndefined();
  });

  it('keeps its etag when a version is added', async () => {
    const before = await owner('GET', `${SECRETS}/billing`);
    await add('one');
    expect((await owner('GET', `${SECRETS}/billing`)).body.etag).toBe(before.body.etag);
  });

  it('is gone with its versions and its policy once deleted', async () => {
    await add('one');
    world.grant('projects/acme-ops/secrets/billing', 'roles/secretmanager.viewer', 'ada');
    expect((await owner('DELETE', `${SECRETS}/billing`)).body).toEqual({});
    await owner('POST', `${SECRETS}?secretId=billing`, automatic);
    expect((await access(1)).status).toBe(404);
    expect((await world.as('ada')('GET', `${SECRETS}/billing`)).status).toBe(403);
  });

  it('is gone at its expiry', async () => {
    await owner('PATCH', `${SECRETS}/billing?updateMask=ttl`, { ttl: '60s' });
    world.state.advance(59);
    expect((await owner('GET', `${SECRETS}/billing`)).body.expireTime).toBe(
      '2026-11-22T12:01:00.000Z',
    );
    world.state.advance(1);
    expect((await owner('GET', `${SECRETS}/billing`)).status).toBe(404);
  });

  const refusals: [title: string, call: () => Promise<Answer>, status: number, code: string][] = [
    [
      'a second one of the name',
      () => owner('POST', `${SECRETS}?secretId=billing`, automatic),
      409,
      'ALREADY_EXISTS',
    ],
    [
      'an ID with a dot',
      () => owner('POST', `${SECRETS}?secretId=a.b`, automatic),
      400,
      'INVALID_ARGUMENT',
    ],
    ['no replication', () => owner('POST', `${SECRETS}?secretId=x`, {}), 400, 'INVALID_ARGUMENT'],
    [
      'an unknown field',
      () => owner('POST', `${SECRETS}?secretId=x`, { ...automatic, label: {} }),
      400,
      'INVALID_ARGUMENT',
    ],
    [
      'an upper-case label',
      () => owner('POST', `${SECRETS}?secretId=x`, { ...automatic, labels: { Team: 'x' } }),
      400,
      'INVALID_ARGUMENT',
    ],
    [
      'an update without a mask',
      () => owner('PATCH', `${SECRETS}/billing`, { labels: {} }),
      400,
      'INVALID_ARGUMENT',
    ],
    [
      'an update of its replication',
      () => owner('PATCH', `${SECRETS}/billing?updateMask=replication`, automatic),
      400,
      'INVALID_ARGUMENT',
    ],
    [
      'an update under a stale etag',
      () => owner('PATCH', `${SECRETS}/billing?updateMask=labels`, { etag: '"1"' }),
      400,
      'FAILED_PRECONDITION',
    ],
    [
      'a deletion under a stale etag',
      () => owner('DELETE', `${SECRETS}/billing?etag="1"`),
      400,
      'FAILED_PRECONDITION',
    ],
    [
      'an alias to a version that is not there',
      () =>
        owner('PATCH', `${SECRETS}/billing?updateMask=versionAliases`, {
          versionAliases: { current: '7' },
        }),
      404,
      'NOT_FOUND',
    ],
    [
      'the alias latest',
      () =>
        owner('PATCH', `${SECRETS}/billing?updateMask=versionAliases`, {
          versionAliases: { latest: '1' },
        }),
      400,
      'INVALID_ARGUMENT',
    ],
    [
      'over 16 KiB of annotations',
      () =>
        owner('PATCH', `${SECRETS}/billing?updateMask=annotations`, {
          annotations: { a: 'x'.repeat(16_384) },
        }),
      400,
      'INVALID_ARGUMENT',
    ],
    [
      'a destroy TTL under a day',
      () =>
        owner('PATCH', `${SECRETS}/billing?updateMask=versionDestroyTtl`, {
          versionDestroyTtl: '3600s',
        }),
      400,
      'INVALID_ARGUMENT',
    ],
    ['one that is not there', () => owner('GET', `${SECRETS}/nope`), 404, 'NOT_FOUND'],
    [
      'a project that is not there',
      () => owner('GET', '/v1/projects/nope/secrets/billing'),
      403,
      'PERMISSION_DENIED',
    ],
  ];
  it.each(refusals)('is refused: %s', async (_title, call, status, code) => {
    const answer = await call();
    expect([answer.status, statusOf(answer)]).toEqual([status, code]);
  });
});

describe('The versions of a secret', () => {
  it('count from 1, are listed newest first, and answer with their payload and its checksum', async () => {
    const first = await owner('POST', `${SECRETS}/billing:addVersion`, {
      payload: { data: base64('one'), dataCrc32c: String(crc32c(Buffer.from('one'))) },
    });
    expect(first.body).toMatchObject({
      name: `${NAME}/versions/1`,
      state: 'ENABLED',
      clientSpecifiedPayloadChecksum: true,
    });
    expect((await add('two')).body.clientSpecifiedPayloadChecksum).toBeUndefined();
    const listed = await owner('GET', `${SECRETS}/billing/versions`);
    expect(listed.body).toMatchObject({
      versions: [{ name: `${NAME}/versions/2` }, { name: `${NAME}/versions/1` }],
      totalSize: 2,
    });
    expect(listed.text).not.toContain(base64('one'));
    expect((await access(1)).body).toEqual({
      name: `${NAME}/versions/1`,
      payload: { data: base64('one'), dataCrc32c: String(crc32c(Buffer.from('one'))) },
    });
  });

  it('come in pages, each beginning where the last one ended', async () => {
    for (const text of ['one', 'two', 'three']) await add(text);
    const first = await owner('GET', `${SECRETS}/billing/versions?pageSize=2`);
    await add('four');
    const rest = await owner(
      'GET',
      `${SECRETS}/billing/versions?pageSize=2&pageToken=${first.body.nextPageToken}`,
    );
    expect(rest.body).toMatchObject({ versions: [{ name: `${NAME}/versions/1` }] });
    expect(rest.body.nextPageToken).toBeUndefined();
  });

  it.each([
    ['disable', 'DISABLED'],
    ['destroy', 'DESTROYED'],
  ])('`latest` does not fall back from one after %s', async (verb, state) => {
    await add('one');
    await add('two');
    await owner('POST', `${SECRETS}/billing/versions/2:${verb}`, {});
    const answer = await access('latest');
    expect([answer.status, statusOf(answer), messageOf(answer)]).toEqual([
      400,
      'FAILED_PRECONDITION',
      `Secret Version [${NAME}/versions/2] is in ${state} state.`,
    ]);
    expect(textOf(await access(1))).toBe('one');
  });

  it('are found by alias, for reading only', async () => {
    await add('one');
    await add('two');
    await owner('PATCH', `${SECRETS}/billing?updateMask=versionAliases`, {
      versionAliases: { previous: 1 },
    });
    expect(textOf(await access('previous'))).toBe('one');
    expect((await owner('GET', `${SECRETS}/billing/versions/previous`)).body.name).toBe(
      `${NAME}/versions/1`,
    );
    const refused = await owner('POST', `${SECRETS}/billing/versions/previous:disable`, {});
    expect(statusOf(refused)).toBe('INVALID_ARGUMENT');
  });

  it('go from enabled to disabled and back, and from destroyed nowhere', async () => {
    await add('one');
    const move = (verb: string, body = {}) =>
      owner('POST', `${SECRETS}/billing/versions/1:${verb}`, body);
    expect((await move('disable')).body.state).toBe('DISABLED');
    expect((await move('enable')).body.state).toBe('ENABLED');
    const destroyed = await move('destroy');
    expect(destroyed.body).toMatchObject({
      state: 'DESTROYED',
      destroyTime: '2026-11-22T12:00:00.000Z',
    });
    expect(JSON.stringify([...world.state.secrets.values()])).not.toContain(base64('one'));
    for (const verb of ['enable', 'disable', 'destroy'])
      expect(statusOf(await move(verb))).toBe('FAILED_PRECONDITION');
  });

  it('move only under their own current etag, when one is given', async () => {
    const { body } = await add('one');
    const disable = (etag: unknown) =>
      owner('POST', `${SECRETS}/billing/versions/1:disable`, { etag });
    expect((await disable(body.etag)).status).toBe(200);
    expect(statusOf(await disable(body.etag))).toBe('FAILED_PRECONDITION');
  });

  it('are destroyed a `versionDestroyTtl` later, unless they are enabled before', async () => {
    await owner('PATCH', `${SECRETS}/billing?updateMask=versionDestroyTtl`, {
      versionDestroyTtl: '86400s',
    });
    await add('one');
    await add('two');
    for (const version of [1, 2]) {
      const answer = await owner('POST', `${SECRETS}/billing/versions/${version}:destroy`, {});
      expect(answer.body).toMatchObject({
        state: 'DISABLED',
        scheduledDestroyTime: '2026-11-23T12:00:00.000Z',
      });
    }
    await owner('POST', `${SECRETS}/billing/versions/2:enable`, {});
    world.state.advance(86_400);
    expect((await owner('GET', `${SECRETS}/billing/versions/1`)).body).toMatchObject({
      state: 'DESTROYED',
      destroyTime: '2026-11-23T12:00:00.000Z',
    });
    expect((await owner('GET', `${SECRETS}/billing/versions/2`)).body.state).toBe('ENABLED');
  });

  const payloads: [title: string, payload: object, status: number][] = [
    ['a wrong checksum', { data: base64('one'), dataCrc32c: '1' }, 400],
    ['no data', {}, 400],
    ['data that is not base64', { data: 'ä' }, 400],
    ['65,537 bytes', { data: base64('x'.repeat(65_537)) }, 400],
    ['65,536 bytes', { data: base64('x'.repeat(65_536)) }, 200],
    [
      'a checksum as a number',
      { data: base64('one'), dataCrc32c: crc32c(Buffer.from('one')) },
      200,
    ],
  ];
  it.each(payloads)(
    'a payload with %s is taken or refused whole',
    async (_title, payload, status) => {
      const answer = await owner('POST', `${SECRETS}/billing:addVersion`, { payload });
      expect(answer.status).toBe(status);
      const versions = world.state.secrets.get('projects/acme-ops/secrets/billing')?.versions;
      expect(versions).toHaveLength(status === 200 ? 1 : 0);
    },
  );

  const missing: [version: string, message: string][] = [
    ['latest', `Secret [${NAME}] not found or has no versions.`],
    ['current', `Secret [${NAME}] not found or has no versions.`],
    ['3', `Secret Version [${NAME}/versions/3] not found.`],
  ];
  it.each(missing)('access of %s before there is any is 404', async (version, message) => {
    const answer = await access(version);
    expect([answer.status, messageOf(answer)]).toEqual([404, message]);
  });
});

describe('A list of secrets', () => {
  beforeEach(async () => {
    for (const [id, labels] of [
      ['partner', { team: 'sales', 'managed-by': 'hopmint' }],
      ['stamp', { team: 'ops', 'managed-by': 'hopmint' }],
    ] as const) {
      world.state.advance(1);
      await owner('POST', `${SECRETS}?secretId=${id}`, { ...automatic, labels });
    }
  });
  const list = async (query: string) => {
    const { body } = await owner('GET', `${SECRETS}?${query}`);
    return ((body.secrets ?? []) as { name: string }[]).map(({ name }) => name.split('/').at(-1));
  };

  const filters: [filter: string, names: string[]][] = [
    ['', ['stamp', 'partner', 'billing']],
    ['labels.managed-by=hopmint', ['stamp', 'partner']],
    ['labels.managed-by=hopmint AND labels.team=ops', ['stamp']],
    ['labels.managed-by=hopmint labels.team:SAL', ['partner']],
    ['labels.team=ops AND (name:bill OR name:partner)', ['billing']],
    ['labels:managed-by', ['stamp', 'partner']],
    ['NOT labels.managed-by:*', ['billing']],
    ['create_time>="2026-11-22T12:00:01Z"', ['stamp', 'partner']],
    ['partner', ['partner']],
    ['labels.team=op', []],
  ];
  it.each(filters)('under the filter "%s" holds %j', async (filter, names) => {
    expect(await list(`filter=${encodeURIComponent(filter)}`)).toEqual(names);
  });

  it('counts all unless it is filtered', async () => {
    expect((await owner('GET', SECRETS)).body.totalSize).toBe(3);
    expect((await owner('GET', `${SECRETS}?filter=name:s`)).body.totalSize).toBeUndefined();
  });

  it.each(['labels.team=', '(name:x', 'name:x)', 'AND'])(
    'refuses the filter "%s"',
    async (text) => {
      const answer = await owner('GET', `${SECRETS}?filter=${encodeURIComponent(text)}`);
      expect(statusOf(answer)).toBe('INVALID_ARGUMENT');
    },
  );
});

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

describe('With reads up to 60 s stale', () => {
  beforeEach(async () => {
    await add('one');
    world.state.settings.staleReadSeconds = 60;
    world.state.advance(10);
    await owner('PATCH', `${SECRETS}/billing?updateMask=labels`, { labels: { team: 'new' } });
    await add('two');
    await owner('POST', `${SECRETS}?secretId=fresh`, automatic);
  });

  /** 1 s after the change, as seen `age` of the way back. */
  const seenAt = (age: number) => {
    world.state.advance(1);
    Object.assign(world.state, { random: () => age });
  };

  it('get, list, latest and aliases may answer as of before a change', async () => {
    seenAt(0.5);
    expect((await owner('GET', `${SECRETS}/billing`)).body.labels).toEqual({ team: 'ops' });
    expect(textOf(await access('latest'))).toBe('one');
    expect((await owner('GET', `${SECRETS}/fresh`)).status).toBe(404);
    expect((await owner('GET', SECRETS)).body.secrets).toHaveLength(1);
    expect((await owner('GET', `${SECRETS}/billing/versions`)).body.versions).toHaveLength(1);
  });

  it('access by number never does', async () => {
    seenAt(0.99);
    expect(textOf(await access(2))).toBe('two');
  });

  it('and all answer as it is once the time has passed', async () => {
    world.state.advance(60);
    Object.assign(world.state, { random: () => 0.999 });
    expect((await owner('GET', `${SECRETS}/billing`)).body.labels).toEqual({ team: 'new' });
    expect(textOf(await access('latest'))).toBe('two');
    expect((await owner('GET', SECRETS)).body.secrets).toHaveLength(2);
  });
});
