import { openReaderWorld, type ReaderWorld } from './world.ts';

let world: ReaderWorld;
beforeEach(async () => {
  world = await openReaderWorld();
});
afterEach(() => world.close());

describe('A wrong option is refused at once:', () => {
  it.each([
    { title: 'a secret by its bare name', options: { secret: 'billing' } },
    { title: 'a version for a secret', options: { secret: 'projects/p/secrets/s/versions/1' } },
    { title: 'an account that is none', options: { account: 'ada' } },
    { title: 'an account without a name', options: { account: {} } },
    { title: 'a duration in words', options: { minValidity: 'soon' } },
    { title: 'a negative duration', options: { assumedLifetime: -1 } },
    { title: 'a cloud elsewhere', options: { env: { HOPMINT_CLOUD: 'http://10.0.0.1:8787' } } },
    {
      title: 'a local cloud on Cloud Run',
      options: { env: { HOPMINT_CLOUD: 'http://127.0.0.1:1', K_SERVICE: 's' } },
    },
  ])('$title', ({ options }) => {
    expect(() => world.reader(options)).toThrow(
      expect.objectContaining({ reason: 'misconfigured' }),
    );
  });
});
