import { openReaderWorld, type ReaderWorld } from './world.ts';

let world: ReaderWorld;
beforeEach(async () => {
  world = await openReaderWorld();
});
afterEach(() => world.close());

const storeNext = async () => world.store(await world.json());

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
    { random: 0, minutes: 54 },
    { random: 0.999, minutes: 44 },
  ])(
    'is looked for at a moment that chance ($random) picks: $minutes minutes on',
    async ({ random, minutes }) => {
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
    },
  );

  it('states its age, its expiry, and the source of its expiry', async () => {
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
