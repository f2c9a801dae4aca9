import { ReaderError, type Stale } from '../../shared/reader/index.ts';
import { openReaderWorld, type ReaderWorld, SECRET } from './world.ts';

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

describe('A credential', () => {
  // vault-csi-provider#297: every poll created another credential.
  it('is read once for any number of callers', async () => {
    await storeNext();
    const reader = world.reader();
    const tokens = await Promise.all(Array.from({ length: 10_000 }, () => reader.getToken()));
    expect(new Set([...tokens, await reader.getToken()]).size).toBe(1);
    expect(world.accesses()).toEqual(['latest']);
  });

  it('is replaced before it expires by one access, while callers get the cached one', async () => {
    await storeNext();
    const reader = world.reader();
    const first = await reader.getToken();
    world.advance(30);
    await storeNext();
    expect(await reader.getToken()).toBe(first);
    expect(world.accesses()).toEqual([]);
    world.advance(20); // 10 minutes are left: it is due 5 + 1 minutes before the expiry, and `random` says 5 minutes earlier
    expect(await Promise.all(Array.from({ length: 50 }, () => reader.getToken()))).toEqual(
      Array.from({ length: 50 }, () => first),
    );
    await reader.refresh();
    expect(await reader.getToken()).not.toBe(first);
    expect(world.accesses()).toEqual(['2']);
  });

  it('makes all callers wait for one access when less than minValidity is left', async () => {
    await storeNext();
    const reader = world.reader({ minValidity: '10m' });
    const first = await reader.getToken();
    world.advance(30);
    await storeNext();
    world.accesses();
    world.advance(25);
    const tokens = await Promise.all(Array.from({ length: 10_000 }, () => reader.getToken()));
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(first);
    expect(world.accesses()).toEqual(['2']);
  });

  it('is refreshed for a caller that needs more validity than others', async () => {
    await storeNext();
    const reader = world.reader();
    const first = await reader.getToken();
    world.advance(30);
    await storeNext();
    expect(await reader.getToken({ minValidity: '40m' })).not.toBe(first);
    expect(world.accesses()).toEqual(['2']);
  });

  it.each([
    [0, 54],
    [0.999, 44],
  ])('is looked for at a moment that chance (%d) picks: %d minutes on', async (random, minutes) => {
    await storeNext();
    const reader = world.reader({ random: () => random });
    await reader.getToken();
    world.accesses();
    world.advance(minutes - 0.1);
    await reader.getToken();
    await new Promise(setImmediate);
    expect(world.accesses()).toEqual([]);
    world.advance(0.2);
    await reader.getToken();
    await reader.refresh();
    expect(world.accesses()).toEqual(['2']);
  });

  it('has its age, its expiry and the source of the expiry', async () => {
    await storeNext();
    const reader = world.reader();
    const mintedAt = world.clock.now;
    world.advance(10);
    expect(await reader.getCredential()).toMatchObject({
      version: 1,
      kind: 'access-token',
      format: 'json',
      ageSeconds: 600,
      mintedAt,
      expiryFrom: 'payload',
      expiresAt: new Date(mintedAt.getTime() + 3_600_000),
    });
  });

  it('is redacted in every print of its reader or itself', async () => {
    await storeNext();
    const reader = world.reader();
    const credential = await reader.getCredential();
    const { inspect } = await import('node:util');
    const printed = [credential, reader].map((one) => inspect(one, { depth: 9, showHidden: true }));
    const everything = `${printed} ${JSON.stringify(credential)} ${credential.token}`;
    expect(everything).toContain('[redacted]');
    expect(everything).not.toContain(credential.token.reveal());
  });
});

describe('When Secret Manager', () => {
  it('returns a stale `latest`, the next numbers are tried', async () => {
    await storeNext();
    world.advance(60.1);
    world.local.state.settings.staleReadSeconds = 3600;
    await storeNext();
    const reader = world.reader();
    expect(await reader.getCredential()).toMatchObject({ version: 2 });
    expect(world.accesses()).toEqual(['latest', '2']);
  });

  it('returns a stale `latest` and the next version is disabled, the version after that is tried', async () => {
    await storeNext();
    world.advance(60.1);
    await storeNext();
    await world.move(2, 'disable');
    await storeNext();
    const secret = world.local.state.secrets.get(SECRET);
    const before = structuredClone(secret);
    before?.versions.splice(1);
    world.local.state.settings.staleReadSeconds = 3600;
    world.local.state.previousSecrets.set(SECRET, [{ until: +world.clock.now, secret: before }]);
    expect(await world.reader().getCredential()).toMatchObject({ version: 3 });
    expect(world.accesses()).toEqual(['latest', '2', '3']);
  });

  it('has a stale `latest`, a reader with a cached version is not affected', async () => {
    world.local.state.settings.staleReadSeconds = 3600;
    await storeNext();
    world.advance(61);
    await storeNext();
    const reader = world.reader();
    await reader.getToken();
    world.advance(24.5);
    for (const version of [3, 4, 5]) {
      world.advance(5.5);
      await storeNext();
      world.advance(24.5);
      world.accesses();
      await reader.getToken({ minValidity: '10m' });
      expect(world.accesses()).toEqual([String(version)]);
    }
  });

  // external-secrets/external-secrets#4042, #1951 and google-github-actions/get-secretmanager-secrets#268: `latest` failed once the newest was disabled.
  it('has the newest version disabled, a new reader gets the version before', async () => {
    await storeNext();
    await storeNext();
    await storeNext();
    await world.move(3, 'disable');
    await world.move(2, 'destroy');
    const reader = world.reader();
    expect(await reader.getCredential()).toMatchObject({ version: 1 });
    expect(world.accesses()).toEqual(['latest', '4', '2', '1']);
  });

  it('has the newest version disabled, the cached one remains in use and `onStale` is called', async () => {
    await storeNext();
    const stale: Stale[] = [];
    const reader = world.reader({ onStale: (one) => stale.push(one) });
    const first = await reader.getToken();
    world.advance(30);
    await storeNext();
    await world.move(2, 'disable');
    world.advance(25);
    expect(await reader.getToken({ minValidity: '10m' })).toBe(first);
    expect(stale).toMatchObject([{ credential: { version: 1 }, ageSeconds: 3300 }]);
    await world.move(2, 'enable');
    world.advance(1);
    expect(await reader.getToken({ minValidity: '10m' })).not.toBe(first);
  });

  it('has no newer version yet, `onStale` is not called before the rotation is late', async () => {
    await storeNext();
    const stale: Stale[] = [];
    const reader = world.reader({ onStale: (one) => stale.push(one) });
    await reader.getToken();
    world.advance(53.9);
    await reader.getToken();
    await reader.refresh();
    expect(stale).toEqual([]);
    world.advance(0.2);
    await reader.refresh();
    expect(stale).toHaveLength(1);
  });

  it('has destroyed the next version, `latest` is read', async () => {
    await storeNext();
    const reader = world.reader();
    await reader.getToken();
    for (let n = 2; n <= 4; n++) await storeNext();
    await world.move(2, 'destroy');
    await reader.refresh();
    expect(await reader.getCredential()).toMatchObject({ version: 4 });
    expect(world.accesses()).toEqual(['2', 'latest']);
  });

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
  const rows: [title: string, reason: string, arrange: () => Promise<unknown> | unknown][] = [
    ['the secret has no version', 'secret-missing', () => {}],
    ['nobody may read it', 'secret-denied', () => world.local.state.policies.clear()],
    [
      'every version is off',
      'secret-disabled',
      async () => {
        await storeNext();
        await world.move(1, 'disable');
      },
    ],
    [
      'the newest is over',
      'expired',
      async () => {
        await storeNext();
        world.advance(60);
      },
    ],
    ['the version contains another text', 'payload-malformed', () => world.store('hello, world')],
    [
      'the version contains a later JSON format',
      'payload-malformed',
      () => world.store('{"version":2}'),
    ],
  ];
  it.each(rows)('%s', async (_title, reason, arrange) => {
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

describe('A caller who gives up', () => {
  it('leaves the refresh to the others', async () => {
    await storeNext();
    world.local.state.faults = [{ path: ':access', latencyMs: 50 }];
    const reader = world.reader();
    const controller = new AbortController();
    const [given, other] = [reader.getToken({ signal: controller.signal }), reader.getToken()];
    const refused = expect(given).rejects.toMatchObject({ name: 'AbortError' });
    controller.abort();
    await refused;
    expect(await other).toMatch(/^ya29/);
    expect(world.accesses()).toEqual(['latest']);
  });

  it('ends the refresh when no other caller waits, and the next caller starts a new one', async () => {
    await storeNext();
    world.local.state.faults = [{ path: ':access', latencyMs: 300, times: 1 }];
    const signals: (AbortSignal | null | undefined)[] = [];
    const reader = world.reader({
      fetch: (url, init) => {
        signals.push(init?.signal);
        return fetch(url, init);
      },
    });
    const given = reader.getToken({ signal: AbortSignal.timeout(20) });
    await expect(given).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await reader.getToken()).toMatch(/^ya29/);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, false]);
  });

  it('does not end a later refresh', async () => {
    await storeNext();
    world.local.state.faults = [{ path: ':access', latencyMs: 100 }];
    const reader = world.reader();
    const controller = new AbortController();
    const given = reader.refresh({ signal: controller.signal });
    const later = given.catch(() => reader.refresh());
    controller.abort();
    await expect(later).resolves.toBeUndefined();
  });

  it('gets nothing if its signal was aborted before the call', async () => {
    await storeNext();
    await expect(world.reader().getToken({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(world.accesses()).toEqual([]);
  });
});

describe('A wrong option is refused at once:', () => {
  it.each([
    ['a secret by its bare name', { secret: 'billing' }],
    ['a version for a secret', { secret: 'projects/p/secrets/s/versions/1' }],
    ['an account that is none', { account: 'ada' }],
    ['an account without a name', { account: {} }],
    ['a duration in words', { minValidity: 'soon' }],
    ['a negative duration', { assumedLifetime: -1 }],
    ['a cloud elsewhere', { env: { HOPMINT_CLOUD: 'http://10.0.0.1:8787' } }],
    [
      'a local cloud on Cloud Run',
      { env: { HOPMINT_CLOUD: 'http://127.0.0.1:1', K_SERVICE: 's' } },
    ],
  ])('%s', (_title, options) => {
    expect(() => world.reader(options)).toThrow(
      expect.objectContaining({ reason: 'misconfigured' }),
    );
  });
});
