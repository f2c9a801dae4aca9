import { type Figures, soak } from './soak.ts';

const [SEED, HOURS, CHAINS] = [3, 5, 8];
let figures: Figures;

beforeAll(async () => {
  figures = await soak(SEED, HOURS, CHAINS);
}, 60_000);

describe('five hours of a fleet under trouble', () => {
  it('violate no invariant', () => {
    expect(figures.violations).toEqual([]);
  });

  it('rotate every chain again and again, and meet trouble', () => {
    expect(figures.rotations).toBeGreaterThan(CHAINS * 6);
    expect(Object.keys(figures.troubles).length).toBeGreaterThan(3);
  });

  // external-secrets/external-secrets#5808, openshift/ci-tools#5194, Worklytics/psoxy#657 and #447: versions piled up by the hundred.
  it('leave a handful of versions alive', () => {
    expect(figures.mostAlive).toBeLessThanOrEqual(6);
  });

  // external-secrets/external-secrets#6690: expired tokens were served, as a timer decided when to refresh and not the end.
  it('leave a reader what it may expect', () => {
    expect(figures.worstSeconds).toBeGreaterThan(240);
  });

  it('are the same for the same seed', async () => {
    const again = await soak(SEED, HOURS, CHAINS);
    expect(again).toEqual(figures);
    const other = await soak(SEED + 1, 1, CHAINS);
    expect(other.fingerprint).not.toBe(figures.fingerprint);
  }, 60_000);
});
