import { ReaderError, type Stale } from '../../shared/reader/index.ts';
import { openReaderWorld, type ReaderWorld } from './world.ts';

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
