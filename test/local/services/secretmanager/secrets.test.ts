import { type ApiResponse, codeOf, NUMBER, type ProjectCloud } from '../../project-cloud.ts';
import {
  automatic,
  NAME,
  openSecretCloud,
  SECRETS,
  type SecretCloud,
  textOf,
} from './secret-cloud.ts';

describe('Secrets:', () => {
  let cloud: ProjectCloud;
  let owner: SecretCloud['owner'];
  let addVersion: SecretCloud['addVersion'];
  let access: SecretCloud['access'];
  beforeEach(async () => {
    ({ cloud, owner, addVersion, access } = await openSecretCloud());
  });
  afterEach(() => cloud.close());

  const BILLING = `${SECRETS}/billing`;
  const create = (fields: object, id = 'x') => owner('POST', `${SECRETS}?secretId=${id}`, fields);
  const update = (mask: string, fields: object) =>
    owner('PATCH', `${BILLING}?updateMask=${mask}`, fields);

  describe('A secret', () => {
    it('has the number of its project in its name, under the ID and under the number', async () => {
      const [byId, byNumber] = await Promise.all([
        owner('GET', BILLING),
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

    it('changes in the fields of the mask only, in either spelling, and gets a new etag', async () => {
      await addVersion('one');
      const before = await owner('GET', BILLING);
      const patched = await update('annotations,version_aliases', {
        etag: before.body.etag,
        annotations: { note: 'new' },
        versionAliases: { current: '1' },
        labels: { team: 'ignored' },
      });
      expect(patched.body).toMatchObject({
        labels: { team: 'ops' },
        annotations: { note: 'new' },
        versionAliases: { current: '1' },
      });
      expect(patched.body.etag).not.toBe(before.body.etag);
      const cleared = await update('versionAliases', {});
      expect(cleared.body.versionAliases).toBeUndefined();
    });

    it('keeps its etag when a version is added', async () => {
      const before = await owner('GET', BILLING);
      await addVersion('one');
      expect((await owner('GET', BILLING)).body.etag).toBe(before.body.etag);
    });

    it('is deleted with its versions and its policy', async () => {
      await addVersion('one');
      cloud.grant('projects/acme-ops/secrets/billing', 'roles/secretmanager.viewer', 'ada');
      expect((await owner('DELETE', BILLING)).body).toEqual({});
      await create(automatic, 'billing');
      expect((await access(1)).status).toBe(404);
      expect((await cloud.as('ada')('GET', BILLING)).status).toBe(403);
    });

    it('is deleted at its expiry', async () => {
      await update('ttl', { ttl: '60s' });
      cloud.state.advance(59);
      expect((await owner('GET', BILLING)).body.expireTime).toBe('2026-11-22T12:01:00.000Z');
      cloud.state.advance(1);
      expect((await owner('GET', BILLING)).status).toBe(404);
    });
  });

  type Refusal = {
    situation: string;
    status: number;
    code: string;
    call: () => Promise<ApiResponse>;
  };

  describe('Secret Manager refuses', () => {
    it.each<Refusal>([
      {
        situation: 'a second secret with the same ID',
        status: 409,
        code: 'ALREADY_EXISTS',
        call: () => create(automatic, 'billing'),
      },
      {
        situation: 'an ID with a dot',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => create(automatic, 'a.b'),
      },
      {
        situation: 'a secret without a replication',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => create({}),
      },
      {
        situation: 'an unknown field',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => create({ ...automatic, label: {} }),
      },
      {
        situation: 'a label in capitals',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => create({ ...automatic, labels: { Team: 'x' } }),
      },
      {
        situation: 'an update without a mask',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => owner('PATCH', BILLING, { labels: {} }),
      },
      {
        situation: 'an update of the replication',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => update('replication', automatic),
      },
      {
        situation: 'an update under a stale etag',
        status: 400,
        code: 'FAILED_PRECONDITION',
        call: () => update('labels', { etag: '"1"' }),
      },
      {
        situation: 'a deletion under a stale etag',
        status: 400,
        code: 'FAILED_PRECONDITION',
        call: () => owner('DELETE', `${BILLING}?etag="1"`),
      },
      {
        situation: 'an alias of an unknown version',
        status: 404,
        code: 'NOT_FOUND',
        call: () => update('versionAliases', { versionAliases: { current: '7' } }),
      },
      {
        situation: 'the alias `latest`',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => update('versionAliases', { versionAliases: { latest: '1' } }),
      },
      {
        situation: 'more than 16 KiB of annotations',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => update('annotations', { annotations: { a: 'x'.repeat(16_384) } }),
      },
      {
        situation: 'a `versionDestroyTtl` of less than a day',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => update('versionDestroyTtl', { versionDestroyTtl: '3600s' }),
      },
      {
        situation: 'an unknown secret',
        status: 404,
        code: 'NOT_FOUND',
        call: () => owner('GET', `${SECRETS}/nope`),
      },
      {
        situation: 'an unknown project',
        status: 403,
        code: 'PERMISSION_DENIED',
        call: () => owner('GET', '/v1/projects/nope/secrets/billing'),
      },
    ])('$situation with $status $code', async ({ call, status, code }) => {
      const response = await call();
      expect([response.status, codeOf(response)]).toEqual([status, code]);
    });
  });
});

describe('List secrets:', () => {
  let cloud: ProjectCloud;
  let owner: SecretCloud['owner'];
  beforeEach(async () => {
    ({ cloud, owner } = await openSecretCloud());
    for (const [id, labels] of [
      ['partner', { team: 'sales', 'managed-by': 'hopmint' }],
      ['stamp', { team: 'ops', 'managed-by': 'hopmint' }],
    ] as const) {
      cloud.state.advance(1);
      await owner('POST', `${SECRETS}?secretId=${id}`, { ...automatic, labels });
    }
  });
  afterEach(() => cloud.close());

  describe('A list of secrets', () => {
    it.each([
      { filter: '', ids: ['stamp', 'partner', 'billing'] },
      { filter: 'labels.managed-by=hopmint', ids: ['stamp', 'partner'] },
      { filter: 'labels.managed-by=hopmint AND labels.team=ops', ids: ['stamp'] },
      { filter: 'labels.managed-by=hopmint labels.team:SAL', ids: ['partner'] },
      { filter: 'labels.team=ops AND (name:bill OR name:partner)', ids: ['billing'] },
      { filter: 'labels:managed-by', ids: ['stamp', 'partner'] },
      { filter: 'NOT labels.managed-by:*', ids: ['billing'] },
      { filter: 'create_time>="2026-11-22T12:00:01Z"', ids: ['stamp', 'partner'] },
      { filter: 'partner', ids: ['partner'] },
      { filter: 'labels.team=op', ids: [] },
    ])('with the filter "$filter" contains $ids', async ({ filter, ids }) => {
      const { body } = await owner('GET', `${SECRETS}?filter=${encodeURIComponent(filter)}`);
      const secrets = (body.secrets ?? []) as { name: string }[];
      expect(secrets.map(({ name }) => name.split('/').at(-1))).toEqual(ids);
    });

    it('has a total size only without a filter', async () => {
      expect((await owner('GET', SECRETS)).body.totalSize).toBe(3);
      expect((await owner('GET', `${SECRETS}?filter=name:s`)).body.totalSize).toBeUndefined();
    });

    it.each(['labels.team=', '(name:x', 'name:x)', 'AND'])(
      'refuses the invalid filter "%s"',
      async (filter) => {
        const response = await owner('GET', `${SECRETS}?filter=${encodeURIComponent(filter)}`);
        expect(codeOf(response)).toBe('INVALID_ARGUMENT');
      },
    );
  });
});

describe('Stale reads:', () => {
  let cloud: ProjectCloud;
  let owner: SecretCloud['owner'];
  let addVersion: SecretCloud['addVersion'];
  let access: SecretCloud['access'];
  beforeEach(async () => {
    ({ cloud, owner, addVersion, access } = await openSecretCloud());
    await addVersion('one');
    cloud.state.settings.staleReadSeconds = 60;
    cloud.state.advance(10);
    await owner('PATCH', `${SECRETS}/billing?updateMask=labels`, { labels: { team: 'new' } });
    await addVersion('two');
    await owner('POST', `${SECRETS}?secretId=fresh`, automatic);
  });
  afterEach(() => cloud.close());

  describe('With reads up to 60 s stale', () => {
    /** Moves to 1 s after the change. Reads then see the state of `fraction` × 60 s before. */
    const readFromPast = (fraction: number) => {
      cloud.state.advance(1);
      Object.assign(cloud.state, { random: () => fraction });
    };

    it('get, list, `latest` and aliases may show the state before a change', async () => {
      readFromPast(0.5);
      expect((await owner('GET', `${SECRETS}/billing`)).body.labels).toEqual({ team: 'ops' });
      expect(textOf(await access('latest'))).toBe('one');
      expect((await owner('GET', `${SECRETS}/fresh`)).status).toBe(404);
      expect((await owner('GET', SECRETS)).body.secrets).toHaveLength(1);
      expect((await owner('GET', `${SECRETS}/billing/versions`)).body.versions).toHaveLength(1);
    });

    it('access by number always shows the current state', async () => {
      readFromPast(0.99);
      expect(textOf(await access(2))).toBe('two');
    });

    it('every read shows the current state 60 s after the change', async () => {
      cloud.state.advance(60);
      Object.assign(cloud.state, { random: () => 0.999 });
      expect((await owner('GET', `${SECRETS}/billing`)).body.labels).toEqual({ team: 'new' });
      expect(textOf(await access('latest'))).toBe('two');
      expect((await owner('GET', SECRETS)).body.secrets).toHaveLength(2);
    });
  });
});
