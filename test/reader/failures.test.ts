import { setTimeout } from 'node:timers/promises';
import { annotationsOf } from '../../shared/domain/rotation/ledger/ledger.ts';
import { ReaderError, type Stale } from '../../shared/reader/index.ts';
import { openReaderWorld, READER, type ReaderWorld, SECRET, TARGET_ID } from './world.ts';

describe('Failures:', () => {
  let world: ReaderWorld;
  beforeEach(async () => {
    world = await openReaderWorld();
  });
  afterEach(() => world.close());

  const storeNext = async () => world.store(await world.json());
  const fault = (status = 503) => {
    world.local.state.faults = [{ path: ':access', status }];
  };
  const heal = () => {
    world.local.state.faults = [];
  };
  const reasonOf = async (promise: Promise<unknown>): Promise<string> => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error instanceof ReaderError) return error.reason;
    throw error ?? new Error('nothing was thrown');
  };

  describe('When Secret Manager', () => {
    it('is down, the cached credential is used until it expires, with few refreshes and one call of `onStale` for each', async () => {
      await storeNext();
      const stale: Stale[] = [];
      const reader = world.reader({ onStale: (one) => stale.push(one) });
      const first = await reader.getToken();
      fault();
      world.accesses();
      for (let minute = 1; minute < 60; minute++) {
        world.advance(1);
        for (let call = 0; call < 20; call++) expect(await reader.getToken()).toBe(first);
        await reader.refresh().catch(() => {});
      }
      expect(stale.at(-1)).toMatchObject({ error: { reason: 'cloud-busy', status: 503 } });
      world.advance(1);
      expect(await reasonOf(reader.getToken())).toBe('cloud-busy');
      heal();
      await storeNext();
      expect(await reader.getToken()).not.toBe(first);
    });

    it('is busy, a first read retries, and background refreshes wait longer each time', async () => {
      await storeNext();
      world.local.state.faults = [{ path: ':access', status: 429, times: 3 }];
      const reader = world.reader();
      await reader.getToken();
      expect(world.accesses()).toEqual(['latest', 'latest', 'latest', 'latest']);
      fault(429);
      world.advance(55);
      for (let second = 0; second < 120; second++) {
        await reader.getToken({ minValidity: '10m' });
        world.advance(1 / 60);
      }
      expect(world.accesses().length).toBeLessThan(7);
    });

    it('loses every connection, the reason is `cloud-busy`', async () => {
      await storeNext();
      world.local.state.faults = [{ path: ':access', reset: true }];
      expect(await reasonOf(world.reader().getToken())).toBe('cloud-busy');
    });

    it('answers with a payload that does not match its checksum, the payload is not used', async () => {
      await storeNext();
      const fetchOther: typeof fetch = async (...call) => {
        const answer = await fetch(...call);
        const body = (await answer.json()) as { name: string; payload: { data: string } };
        body.payload.data = Buffer.from('x').toString('base64');
        return Response.json(body);
      };
      expect(await reasonOf(world.reader({ fetch: fetchOther }).getToken())).toBe(
        'payload-corrupted',
      );
    });
  });

  describe('Without a credential, the error has a typed reason when', () => {
    const rows: { title: string; reason: string; arrange: () => Promise<unknown> | unknown }[] = [
      { title: 'the secret has no version', reason: 'secret-missing', arrange: () => {} },
      {
        title: 'nobody may read it',
        reason: 'secret-denied',
        arrange: () => world.local.state.policies.clear(),
      },
      {
        title: 'every version is off',
        reason: 'secret-disabled',
        arrange: async () => {
          await storeNext();
          await world.move(1, 'disable');
        },
      },
      {
        title: 'the newest is over',
        reason: 'expired',
        arrange: async () => {
          await storeNext();
          world.advance(60);
        },
      },
      {
        title: 'the version contains another text',
        reason: 'payload-malformed',
        arrange: () => world.store('hello, world'),
      },
      {
        title: 'the version contains a later JSON format',
        reason: 'payload-malformed',
        arrange: () => world.store('{"version":2}'),
      },
    ];
    it.each(rows)('$title', async ({ reason, arrange }) => {
      await arrange();
      const reader = world.reader();
      const error = await reader.getToken().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'ReaderError', reason });
      if (reason === 'secret-denied')
        expect(error).toMatchObject({ status: 403, permission: 'secretmanager.versions.access' });
    });

    it('Google does not know the identity', async () => {
      await storeNext();
      const auth = { getRequestHeaders: async () => new Headers({ authorization: 'Bearer x' }) };
      expect(await reasonOf(world.reader({ auth }).getToken())).toBe('unauthenticated');
      const none = { getRequestHeaders: () => Promise.reject(new Error('ya29.secret')) };
      const error = await world
        .reader({ auth: none })
        .getToken()
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ reason: 'unauthenticated' });
      expect(String(error)).not.toContain('ya29');
    });
  });
});

describe('Expiry:', () => {
  let world: ReaderWorld;
  beforeEach(async () => {
    world = await openReaderWorld();
  });
  afterEach(() => world.close());

  const write = (current: number, minutes: number) => {
    const secret = world.local.state.secrets.get(SECRET);
    if (!secret) throw new Error('no secret');
    secret.annotations = annotationsOf({
      chain: 'billing',
      kind: 'access-token',
      digest: 'digest',
      targetId: TARGET_ID,
      mintedAt: world.clock.now,
      expiresAt: new Date(world.clock.now.getTime() + minutes * 60_000),
      current,
      previous: 0,
      first: 1,
      leftover: 0,
      unproven: false,
    });
  };
  const mayGet = () => {
    const role = 'roles/secretmanager.viewer';
    world.local.state.policies
      .get(SECRET)
      ?.bindings?.push({ role, members: [`serviceAccount:${READER}`] });
  };

  describe('A raw access token, which contains no expiry,', () => {
    it('is assumed to last one hour from its first read', async () => {
      await world.store(await world.accessToken());
      const reader = world.reader();
      expect(await reader.getCredential()).toMatchObject({
        expiryFrom: 'assumption',
        expiresAt: new Date('2026-11-22T13:00:00Z'),
      });
      world.local.state.faults = [{ path: ':access', status: 503 }];
      world.advance(59.9);
      expect(await reader.getToken()).toMatch(/^ya29/);
      world.advance(0.2);
      await expect(reader.getToken()).rejects.toMatchObject({ reason: 'cloud-busy' });
    });

    it('is assumed to last as long as the option says', async () => {
      await world.store(await world.accessToken());
      const { expiresAt } = await world.reader({ assumedLifetime: '10m' }).getCredential();
      expect(expiresAt).toEqual(new Date('2026-11-22T12:10:00Z'));
    });

    it('is checked by one access every minValidity, because the newest version has at least that much left', async () => {
      await world.store(await world.accessToken());
      let unanswered = 0;
      const reader = world.reader({
        fetch: async (...call) => {
          unanswered += 1;
          const response = await fetch(...call);
          const body = await response.text();
          unanswered -= 1;
          return new Response(body, response);
        },
      });
      const first = await reader.getToken();
      world.accesses();
      for (let minute = 1; minute <= 30; minute++) {
        world.advance(1);
        expect(await reader.getToken()).toBe(first);
        // The refresh runs in the background. It has ended a few turns of the event loop after its answer.
        do await setTimeout(5);
        while (unanswered > 0);
      }
      const looks = world.accesses();
      expect(new Set(looks)).toEqual(new Set(['2']));
      expect(looks.length).toBe(6);
      await world.store(await world.accessToken());
      world.advance(5);
      await reader.refresh();
      expect(await reader.getToken()).not.toBe(first);
      expect(world.accesses()).toEqual(['2']);
    });
  });

  describe('With the option `ledger`,', () => {
    it('a raw access token expires when the ledger says', async () => {
      await world.store(await world.accessToken());
      write(1, 42);
      mayGet();
      expect(await world.reader({ ledger: true }).getCredential()).toMatchObject({
        expiryFrom: 'ledger',
        expiresAt: new Date('2026-11-22T12:42:00Z'),
      });
      expect(world.calls()).toEqual([
        'secretmanager projects.secrets.versions.access',
        'secretmanager projects.secrets.get',
      ]);
    });

    it('a ledger of another version is ignored', async () => {
      await world.store(await world.accessToken());
      await world.store(await world.accessToken());
      write(1, 42);
      mayGet();
      expect(await world.reader({ ledger: true }).getCredential()).toMatchObject({
        version: 2,
        expiryFrom: 'assumption',
      });
    });

    it('the ledger proves the account without an introspection', async () => {
      await world.store(await world.accessToken());
      write(1, 42);
      mayGet();
      await world.reader({ ledger: true, account: TARGET_ID }).getToken();
      expect(world.calls()).not.toContain('oauth2 tokeninfo');
    });

    it('a credential with its own expiry costs no secrets.get', async () => {
      await world.store(await world.json());
      await world.reader({ ledger: true }).getToken();
      expect(world.calls()).toEqual(['secretmanager projects.secrets.versions.access']);
    });

    it('the error names the missing permission', async () => {
      await world.store(await world.accessToken());
      await expect(world.reader({ ledger: true }).getToken()).rejects.toMatchObject({
        reason: 'secret-denied',
        permission: 'secretmanager.secrets.get',
      });
    });
  });
});
