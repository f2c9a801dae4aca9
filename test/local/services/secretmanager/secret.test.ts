import { type Answer, NUMBER, statusOf, type World } from '../../project-cloud.ts';
import { automatic, type Billing, NAME, openBilling, SECRETS } from './billing-secret.ts';

let world: World;
let owner: Billing['owner'];
let add: Billing['add'];
let access: Billing['access'];
beforeEach(async () => {
  ({ world, owner, add, access } = await openBilling());
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
