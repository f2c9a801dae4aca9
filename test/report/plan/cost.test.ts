import { costOf } from '../../../shared/domain/cost/chains-cost.ts';
import { costText } from '../../../shared/report/plan/cost-text.ts';
import { chainOf, fileOf, SECRET, secretOf } from '../../domain/apply/plan-world.ts';

describe('the cost of the chains', () => {
  it('includes two versions for each chain and three writes for each rotation', () => {
    const file = fileOf([
      chainOf(),
      chainOf({ name: 'b', secret: 'projects/acme-data/secrets/b', rotateEverySeconds: 600 }),
    ]);
    const cost = costOf(file, new Map());
    expect(cost.projects).toEqual([
      {
        project: 'acme-ops',
        chains: 1,
        versions: 2,
        rotationsPerMinute: 1 / 30,
        readsPerMinute: expect.closeTo(1 + 2 / 30),
        writesPerMinute: 0.1,
        shareOfWriteQuota: expect.closeTo(0.1 / 600),
        dollarsPerMonth: expect.closeTo(0.12),
      },
      expect.objectContaining({ project: 'acme-data', writesPerMinute: expect.closeTo(0.3) }),
    ]);
    expect(cost.dollarsPerMonth).toBeCloseTo(0.24);
    expect(cost.rotationsPerMonth).toBeCloseTo(30 * 24 * 2 + 30 * 24 * 6);
  });

  it('counts every location, and destroyed versions that Google still keeps', () => {
    const replicas = [{ location: 'europe-west1' }, { location: 'europe-west4' }];
    const replication = { automatic: false, replicas } as const;
    const held = secretOf({ replication, versionDestroyTtlSeconds: 86_400 });
    const [project] = costOf(fileOf([chainOf()]), new Map([[SECRET, held]])).projects;
    expect(project?.versions).toBe(2 + 48);
    expect(project?.dollarsPerMonth).toBeCloseTo(50 * 2 * 0.06);
  });

  it('is shown as a table and a sum', () => {
    const text = costText(costOf(fileOf([chainOf()]), new Map()));
    expect(text).toMatch(/acme-ops .* 1 .* 2 .* 1\.07 .* 0\.1 .* 0\.02 % .* \$0\.12/);
    expect(text).toContain('$0.12 a month for versions');
  });
});
