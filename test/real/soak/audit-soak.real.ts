import { auditSoak } from '../../soak/audits/audit-soak.ts';

describe('instances of the audit in a world that people change, with faults', () => {
  it.each([
    { title: 'two', instances: 2, seed: 1 },
    { title: 'five', instances: 5, seed: 2 },
    { title: 'two that also read old policies', instances: 2, seed: 3, isStale: true },
  ])(
    'close no finding that they could know to be true, and end with true last words: $title',
    async ({ seed, ...options }) => {
      const { violations, edits, opened, closed, troubles } = await auditSoak(seed, 5, options);
      expect(violations).toEqual([]);
      expect(edits).toBeGreaterThan(40);
      expect(opened).toBeGreaterThan(30);
      expect(closed).toBeGreaterThan(10);
      expect(Object.keys(troubles).length).toBeGreaterThan(8);
    },
    120_000,
  );
});
