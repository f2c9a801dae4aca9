import { cachedPolicies } from '../../../functions/audit/policy-cache.ts';
import { secretName } from '../../../shared/domain/audit/changed-resources.ts';
import { chainOf, TOKEN } from '../rotation-world.ts';
import { type ObservedWorld, openObservedWorld } from './observation/observed-world.ts';

const NAMES = ['a', 'b', 'c'];
const secrets = NAMES.map((name) => `projects/acme-ops/secrets/${name}`);

let observed: ObservedWorld;
beforeEach(async () => {
  observed = await openObservedWorld(NAMES.map((name) => chainOf(name, TOKEN)));
});
afterEach(() => observed.world.close());

it('reads policies of secrets again in turn, where a project has too many for one audit', async () => {
  const { requests } = observed.world.local.state;
  const cached = cachedPolicies(observed.cloud.policies, 2);
  /** Reads these policies. @returns the secrets for which a request was made */
  const readFor = async (wanted: readonly string[]) => {
    requests.splice(0);
    for (const secret of wanted) await cached.secretPolicy(secret, AbortSignal.timeout(20_000));
    return requests.map(({ path }) => /secrets\/(\w+):getIamPolicy/.exec(path)?.[1]);
  };
  expect(await readFor(secrets.slice(0, 2))).toEqual(['a', 'b']);
  // One was never read, so only one is read again.
  cached.forgetAll(secrets);
  expect(await readFor(secrets)).toEqual(['a', 'c']);
  // The oldest two.
  cached.forgetAll(secrets);
  expect(await readFor(secrets)).toEqual(['a', 'b']);
  cached.forgetAll(secrets);
  expect(await readFor(secrets)).toEqual(['a', 'c']);
  cached.forgetAll(secrets.slice(0, 2));
  expect(await readFor(secrets.slice(0, 2))).toEqual(['a', 'b']);
});

it('knows the names of what it is about to read again, and of what it could not read', async () => {
  const [a = '', b = ''] = secrets;
  const cached = cachedPolicies(observed.cloud.policies);
  const read = (secret: string) => cached.secretPolicy(secret, AbortSignal.timeout(20_000));
  const isTouched = (secret: string) => cached.touches([secretName(secret)]);
  expect([a, b].map(isTouched)).toEqual([false, false]);
  await read(a);
  observed.world.local.state.faults = [{ path: ':getIamPolicy', status: 403, times: 1 }];
  await read(b);
  expect([a, b].map(isTouched)).toEqual([true, true]);
  cached.forgetAll([]);
  expect(isTouched(a)).toBe(true);
});
