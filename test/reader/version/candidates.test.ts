import type { Stale } from '../../../shared/reader/index.ts';
import { openReaderWorld, type ReaderWorld, SECRET } from '../world.ts';

let world: ReaderWorld;
beforeEach(async () => {
  world = await openReaderWorld();
});
afterEach(() => world.close());

const storeNext = async () => world.store(await world.json());

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
    expect(world.accesses()).toEqual(['latest', '4', 'current', 'previous', '2', '1']);
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
});
