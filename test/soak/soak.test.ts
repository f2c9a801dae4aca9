import type { Figures } from './figures.ts';
import { soak } from './soak.ts';

const [SEED, HOURS, CHAINS] = [3, 5, 8];
let figures: Figures;

beforeAll(async () => {
  figures = await soak(SEED, HOURS, CHAINS);
}, 60_000);

describe('five hours of a fleet with outages and faults', () => {
  it('violate no invariant', () => {
    expect(figures.violations).toEqual([]);
  });

  it('contain more than six rotations of a chain on average, and several kinds of trouble', () => {
    expect(figures.rotations).toBeGreaterThan(CHAINS * 6);
    expect(Object.keys(figures.troubles).length).toBeGreaterThan(3);
  });

  // external-secrets/external-secrets#5808, openshift/ci-tools#5194, Worklytics/psoxy#657 and #447: versions piled up by the hundred.
  it('leave at most six versions of a secret enabled', () => {
    expect(figures.mostLiveVersions).toBeLessThanOrEqual(6);
  });

  // external-secrets/external-secrets#6690: expired tokens were served, because a timer decided when to refresh, and not their expiry.
  it('give every reader four minutes of validity', () => {
    expect(figures.leastSeconds).toBeGreaterThan(240);
  });

  it('are the same for the same seed', async () => {
    const again = await soak(SEED, HOURS, CHAINS);
    expect(again).toEqual(figures);
    const other = await soak(SEED + 1, 1, CHAINS);
    expect(other.fingerprint).not.toBe(figures.fingerprint);
  }, 60_000);
});
