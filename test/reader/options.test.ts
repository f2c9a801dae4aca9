import { openReaderWorld, type ReaderWorld } from './world.ts';

let world: ReaderWorld;
beforeEach(async () => {
  world = await openReaderWorld();
});
afterEach(() => world.close());

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
