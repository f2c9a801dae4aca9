import { crc32c } from '@aws-crypto/crc32c';
import { messageOf, statusOf, type World } from '../../project-cloud.ts';
import {
  automatic,
  type Billing,
  base64,
  NAME,
  openBilling,
  SECRETS,
  textOf,
} from './billing-secret.ts';

let world: World;
let owner: Billing['owner'];
let add: Billing['add'];
let access: Billing['access'];
beforeEach(async () => {
  ({ world, owner, add, access } = await openBilling());
});
afterEach(() => world.close());

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
