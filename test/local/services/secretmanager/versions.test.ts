import { crc32c } from '@aws-crypto/crc32c';
import { base64, codeOf, messageOf, type ProjectCloud } from '../../project-cloud.ts';
import {
  automatic,
  NAME,
  openSecretCloud,
  SECRETS,
  type SecretCloud,
  textOf,
} from './secret-cloud.ts';

describe('Versions:', () => {
  let cloud: ProjectCloud;
  let owner: SecretCloud['owner'];
  let addVersion: SecretCloud['addVersion'];
  let access: SecretCloud['access'];
  beforeEach(async () => {
    ({ cloud, owner, addVersion, access } = await openSecretCloud());
  });
  afterEach(() => cloud.close());

  const BILLING = `${SECRETS}/billing`;

  describe('The versions of a secret', () => {
    it('are numbered from 1, listed newest first, and accessed with a checksum', async () => {
      const first = await owner('POST', `${BILLING}:addVersion`, {
        payload: { data: base64('one'), dataCrc32c: String(crc32c(Buffer.from('one'))) },
      });
      expect(first.body).toMatchObject({
        name: `${NAME}/versions/1`,
        state: 'ENABLED',
        clientSpecifiedPayloadChecksum: true,
      });
      expect((await addVersion('two')).body.clientSpecifiedPayloadChecksum).toBeUndefined();
      const listed = await owner('GET', `${BILLING}/versions`);
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

    it('come in pages, and a page starts where the page before it ended', async () => {
      for (const text of ['one', 'two', 'three']) await addVersion(text);
      const first = await owner('GET', `${BILLING}/versions?pageSize=2`);
      await addVersion('four');
      const token = first.body.nextPageToken;
      const rest = await owner('GET', `${BILLING}/versions?pageSize=2&pageToken=${token}`);
      expect(rest.body).toMatchObject({ versions: [{ name: `${NAME}/versions/1` }] });
      expect(rest.body.nextPageToken).toBeUndefined();
    });

    it.each([
      { verb: 'disable', state: 'DISABLED' },
      { verb: 'destroy', state: 'DESTROYED' },
    ])('are not accessed by `latest` after $verb of the newest', async ({ verb, state }) => {
      await addVersion('one');
      await addVersion('two');
      await owner('POST', `${BILLING}/versions/2:${verb}`, {});
      const response = await access('latest');
      expect([response.status, codeOf(response), messageOf(response)]).toEqual([
        400,
        'FAILED_PRECONDITION',
        `Secret Version [${NAME}/versions/2] is in ${state} state.`,
      ]);
      expect(textOf(await access(1))).toBe('one');
    });

    it('can be read by an alias, and not changed by it', async () => {
      await addVersion('one');
      await addVersion('two');
      await owner('PATCH', `${BILLING}?updateMask=versionAliases`, {
        versionAliases: { previous: 1 },
      });
      expect(textOf(await access('previous'))).toBe('one');
      expect((await owner('GET', `${BILLING}/versions/previous`)).body.name).toBe(
        `${NAME}/versions/1`,
      );
      const refused = await owner('POST', `${BILLING}/versions/previous:disable`, {});
      expect(codeOf(refused)).toBe('INVALID_ARGUMENT');
    });

    it('can be disabled and enabled again, and never change after they are destroyed', async () => {
      await addVersion('one');
      const change = (verb: string) => owner('POST', `${BILLING}/versions/1:${verb}`, {});
      expect((await change('disable')).body.state).toBe('DISABLED');
      expect((await change('enable')).body.state).toBe('ENABLED');
      const destroyed = await change('destroy');
      expect(destroyed.body).toMatchObject({
        state: 'DESTROYED',
        destroyTime: '2026-11-22T12:00:00.000Z',
      });
      expect(JSON.stringify([...cloud.state.secrets.values()])).not.toContain(base64('one'));
      for (const verb of ['enable', 'disable', 'destroy'])
        expect(codeOf(await change(verb))).toBe('FAILED_PRECONDITION');
    });

    it('do not change under a stale etag', async () => {
      const { body } = await addVersion('one');
      const disable = (etag: unknown) => owner('POST', `${BILLING}/versions/1:disable`, { etag });
      expect((await disable(body.etag)).status).toBe(200);
      expect(codeOf(await disable(body.etag))).toBe('FAILED_PRECONDITION');
    });

    it('are destroyed after the `versionDestroyTtl`, unless they are enabled before', async () => {
      await owner('PATCH', `${BILLING}?updateMask=versionDestroyTtl`, {
        versionDestroyTtl: '86400s',
      });
      await addVersion('one');
      await addVersion('two');
      for (const version of [1, 2]) {
        const response = await owner('POST', `${BILLING}/versions/${version}:destroy`, {});
        expect(response.body).toMatchObject({
          state: 'DISABLED',
          scheduledDestroyTime: '2026-11-23T12:00:00.000Z',
        });
      }
      await owner('POST', `${BILLING}/versions/2:enable`, {});
      cloud.state.advance(86_400);
      expect((await owner('GET', `${BILLING}/versions/1`)).body).toMatchObject({
        state: 'DESTROYED',
        destroyTime: '2026-11-23T12:00:00.000Z',
      });
      expect((await owner('GET', `${BILLING}/versions/2`)).body.state).toBe('ENABLED');
    });

    it.each<{ situation: string; payload: object; status: number }>([
      {
        situation: 'a wrong checksum',
        payload: { data: base64('one'), dataCrc32c: '1' },
        status: 400,
      },
      { situation: 'no data', payload: {}, status: 400 },
      { situation: 'data that is not base64', payload: { data: 'ä' }, status: 400 },
      { situation: '65,537 bytes', payload: { data: base64('x'.repeat(65_537)) }, status: 400 },
      { situation: '65,536 bytes', payload: { data: base64('x'.repeat(65_536)) }, status: 200 },
      {
        situation: 'a checksum as a number',
        payload: { data: base64('one'), dataCrc32c: crc32c(Buffer.from('one')) },
        status: 200,
      },
    ])('answer a payload with $situation with status $status', async ({ payload, status }) => {
      const response = await owner('POST', `${BILLING}:addVersion`, { payload });
      expect(response.status).toBe(status);
      const versions = cloud.state.secrets.get('projects/acme-ops/secrets/billing')?.versions;
      expect(versions).toHaveLength(status === 200 ? 1 : 0);
    });

    it.each([
      { version: 'latest', message: `Secret [${NAME}] not found or has no versions.` },
      { version: 'current', message: `Secret [${NAME}] not found or has no versions.` },
      { version: '3', message: `Secret Version [${NAME}/versions/3] not found.` },
    ])('are 404 for $version before the first is added', async ({ version, message }) => {
      const response = await access(version);
      expect([response.status, messageOf(response)]).toEqual([404, message]);
    });
  });
});

describe('Permissions:', () => {
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
          bindings: [
            { role: 'roles/secretmanager.secretAccessor', members: ['user:ada@acme.com'] },
          ],
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
});
